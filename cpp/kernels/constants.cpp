#include "constants.hpp"

#include <algorithm>
#include <cmath>

namespace mogul {

namespace {

constexpr double kLog2Pi = 1.8378770664093453;

int exponent_of_largest(const double *scales, Index K, Index D) {
    double largest = 0;
    for (Index k = 0; k < K; ++k) largest = std::max(largest, scales[k * D]);
    int exponent = 0;
    std::frexp(largest, &exponent);
    return exponent;
}

} // namespace

Index constants(const double *weights, const double *scales, Index K, Index D, double *out) {
    for (Index k = 0; k < K; ++k) out[k] = 0;
    Index sum = 0;
    for (Index d = 0; d < D; ++d) {
        const int exponent = exponent_of_largest(scales + d, K, D);
        sum += exponent;
        for (Index k = 0; k < K; ++k) out[k] += std::log(std::ldexp(scales[k * D + d], -exponent));
    }
    for (Index k = 0; k < K; ++k) out[k] += std::log(weights[k]) - 0.5 * kLog2Pi * static_cast<double>(D);
    return sum;
}

} // namespace mogul
