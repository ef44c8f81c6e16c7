#include "eigen.hpp"

#include <algorithm>
#include <cmath>

namespace mogul {

namespace {

constexpr int most_sweeps = 40;
constexpr double epsilon = 0x1p-53;

struct Rotation {
    double cosine, sine;

    // columns p and q of a matrix of D rows
    void turn(double *matrix, Index D, Index p, Index q) const {
        for (Index i = 0; i < D; ++i) {
            const double at_p = matrix[i * D + p], at_q = matrix[i * D + q];
            matrix[i * D + p] = cosine * at_p - sine * at_q;
            matrix[i * D + q] = sine * at_p + cosine * at_q;
        }
    }
};

// Takes entry (p, q) of a symmetric matrix to zero.
void annihilate(double *matrix, Index D, Index p, Index q, double *vectors) {
    const double off = matrix[p * D + q], at_p = matrix[p * D + p], at_q = matrix[q * D + q];
    const double ratio = (at_q - at_p) / (2 * off);
    const double tangent = (ratio >= 0 ? 1 : -1) / (std::fabs(ratio) + std::sqrt(1 + ratio * ratio));
    const double cosine = 1 / std::sqrt(1 + tangent * tangent);
    const Rotation rotation{cosine, tangent * cosine};
    rotation.turn(matrix, D, p, q);
    for (Index i = 0; i < D; ++i) {
        matrix[p * D + i] = matrix[i * D + p];
        matrix[q * D + i] = matrix[i * D + q];
    }
    matrix[p * D + p] = at_p - tangent * off;
    matrix[q * D + q] = at_q + tangent * off;
    matrix[p * D + q] = matrix[q * D + p] = 0;
    rotation.turn(vectors, D, p, q);
}

} // namespace

void eigen(double *matrix, Index D, double *values, double *vectors) {
    std::fill_n(vectors, D * D, 0.0);
    double largest = 0;
    for (Index i = 0; i < D; ++i) {
        vectors[i * D + i] = 1;
        for (Index j = 0; j < D; ++j) largest = std::max(largest, std::fabs(matrix[i * D + j]));
    }
    bool turned = true;
    for (int sweep = 0; turned && sweep < most_sweeps; ++sweep) {
        turned = false;
        for (Index p = 0; p < D; ++p)
            for (Index q = p + 1; q < D; ++q) {
                const double off = std::fabs(matrix[p * D + q]);
                const double beside = std::sqrt(std::fabs(matrix[p * D + p])) * std::sqrt(std::fabs(matrix[q * D + q]));
                if (off <= epsilon * beside || off <= epsilon * epsilon * largest) continue;
                annihilate(matrix, D, p, q, vectors);
                turned = true;
            }
    }
    for (Index i = 0; i < D; ++i) values[i] = matrix[i * D + i];
    for (Index i = 0; i + 1 < D; ++i) {
        const Index least = std::min_element(values + i, values + D) - values;
        if (least == i) continue;
        std::swap(values[i], values[least]);
        for (Index j = 0; j < D; ++j) std::swap(vectors[j * D + i], vectors[j * D + least]);
    }
}

} // namespace mogul
