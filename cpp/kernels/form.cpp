#include "form.hpp"

#include "factorisation.hpp"

#include <algorithm>
#include <cmath>

namespace mogul {

namespace {

// matrix -= count shift shift', lower triangle.
void take_shift(double count, const double *shift, Index D, double *matrix) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) matrix[i * D + j] -= count * (shift[i] * shift[j]);
}

// matrix = matrix / rows + widening 1, from the lower triangle: symmetric to the last bit.
void average_matrix(double rows, double widening, Index D, double *matrix) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j)
            matrix[i * D + j] = matrix[j * D + i] = matrix[i * D + j] / rows + (i == j ? widening : 0);
}

// matrix += weight away away', lower triangle.
void add_outer(const double *away, double weight, Index D, double *matrix) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) matrix[i * D + j] += weight * (away[i] * away[j]);
}

// Whether matrix - floor is positive definite in floating point: its pivots, of the lower triangle only.
bool lies_above(const double *floor, const double *matrix, Index D, double *spare) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            double sum = matrix[i * D + j] - floor[i * D + j];
            for (Index l = 0; l < j; ++l) sum -= spare[i * D + l] * spare[j * D + l];
            if (i == j && !(sum > 0)) return false;
            spare[i * D + j] = i == j ? std::sqrt(sum) : sum / spare[j * D + j];
        }
    return true;
}

bool none_below(const double *variances, const double *floor, Index n, Index size) {
    for (Index i = 0; i < n; ++i)
        if (!(variances[i] >= floor[i % size])) return false;
    return true;
}

void take_diagonal(const double *matrix, Index D, double *out) {
    for (Index i = 0; i < D; ++i) out[i] = matrix[i * D + i];
}

bool invert_roots(const double *variances, Index n, double *whitening) {
    for (Index i = 0; i < n; ++i) {
        if (!(variances[i] > 0) || variances[i] - variances[i] != 0) return false;
        whitening[i] = 1 / std::sqrt(variances[i]);
    }
    return true;
}

class Full final : public AbstractForm {
    Index size(Index D) const override { return D * D; }

    void add_square(const double *away, double weight, Index D, double *second) const override {
        add_outer(away, weight, D, second);
    }

    void average(const Shift &shift, const double *second, double widening, Index K, Index D,
                 double *covariances) const override {
        std::copy_n(second, K * D * D, covariances);
        for (Index k = 0; k < K; ++k) {
            double *matrix = covariances + k * D * D;
            take_shift(shift.counts[k], shift.vectors + k * D, D, matrix);
            average_matrix(shift.counts[k], widening, D, matrix);
        }
    }

    bool clears(const double *floor, const double *covariances, Index K, Index D, double *spare) const override {
        for (Index k = 0; k < K; ++k)
            if (!lies_above(floor, covariances + k * D * D, D, spare)) return false;
        return true;
    }

    bool whiten(const double *covariances, Index K, Index D, const Whitened &out) const override {
        // The log-determinants are not wanted: scales begin with room for them.
        if (factorise(covariances, K, D, {out.factors, out.whitening, out.scales}) >= 0) return false;
        for (Index k = 0; k < K; ++k) take_diagonal(out.whitening + k * D * D, D, out.scales + k * D);
        return true;
    }

    void expect(const ExpectTask &task, const double *factors, int n_threads, Moments &moments) const override {
        expect_full(task, factors, n_threads, moments);
    }
};

class Tied final : public AbstractForm {
    Index size(Index D) const override { return D * D; }
    bool pooled() const override { return true; }

    void add_square(const double *away, double weight, Index D, double *second) const override {
        add_outer(away, weight, D, second);
    }

    void average(const Shift &shift, const double *second, double widening, Index K, Index D,
                 double *covariances) const override {
        std::copy_n(second, D * D, covariances);
        for (Index k = 0; k < K; ++k) take_shift(shift.counts[k], shift.vectors + k * D, D, covariances);
        average_matrix(shift.total, widening, D, covariances);
    }

    bool clears(const double *floor, const double *covariances, Index, Index D, double *spare) const override {
        return lies_above(floor, covariances, D, spare);
    }

    bool whiten(const double *covariances, Index K, Index D, const Whitened &out) const override {
        if (factorise(covariances, 1, D, {out.factors, out.whitening, out.scales}) >= 0) return false;
        for (Index k = 0; k < K; ++k) take_diagonal(out.whitening, D, out.scales + k * D);
        return true;
    }

    void expect(const ExpectTask &task, const double *factors, int n_threads, Moments &moments) const override {
        expect_tied(task, factors, n_threads, moments);
    }
};

class Diagonal final : public AbstractForm {
    Index size(Index D) const override { return D; }

    void add_square(const double *away, double weight, Index D, double *second) const override {
        for (Index d = 0; d < D; ++d) second[d] += weight * (away[d] * away[d]);
    }

    void average(const Shift &shift, const double *second, double widening, Index K, Index D,
                 double *covariances) const override {
        for (Index i = 0; i < K * D; ++i) {
            const double count = shift.counts[i / D], away = shift.vectors[i];
            covariances[i] = (second[i] - count * (away * away)) / count + widening;
        }
    }

    bool clears(const double *floor, const double *covariances, Index K, Index D, double *) const override {
        return none_below(covariances, floor, K * D, D);
    }

    bool whiten(const double *covariances, Index K, Index D, const Whitened &out) const override {
        if (!invert_roots(covariances, K * D, out.whitening)) return false;
        std::copy_n(out.whitening, K * D, out.scales);
        return true;
    }

    void expect(const ExpectTask &task, const double *, int n_threads, Moments &moments) const override {
        expect_diagonal(task, n_threads, moments);
    }
};

class Spherical final : public AbstractForm {
    Index size(Index) const override { return 1; }

    void add_square(const double *away, double weight, Index D, double *second) const override {
        for (Index d = 0; d < D; ++d) *second += weight * (away[d] * away[d]);
    }

    void average(const Shift &shift, const double *second, double widening, Index K, Index D,
                 double *covariances) const override {
        for (Index k = 0; k < K; ++k) {
            double square = 0;
            for (Index d = 0; d < D; ++d) square += shift.vectors[k * D + d] * shift.vectors[k * D + d];
            const double count = shift.counts[k];
            covariances[k] = (second[k] - count * square) / (count * static_cast<double>(D)) + widening;
        }
    }

    bool clears(const double *floor, const double *covariances, Index K, Index, double *) const override {
        return none_below(covariances, floor, K, 1);
    }

    bool whiten(const double *covariances, Index K, Index D, const Whitened &out) const override {
        if (!invert_roots(covariances, K, out.whitening)) return false;
        for (Index i = 0; i < K * D; ++i) out.scales[i] = out.whitening[i / D];
        return true;
    }

    void expect(const ExpectTask &task, const double *, int n_threads, Moments &moments) const override {
        expect_spherical(task, n_threads, moments);
    }
};

} // namespace

const AbstractForm &full_form() {
    static const Full form;
    return form;
}

const AbstractForm &tied_form() {
    static const Tied form;
    return form;
}

const AbstractForm &diagonal_form() {
    static const Diagonal form;
    return form;
}

const AbstractForm &spherical_form() {
    static const Spherical form;
    return form;
}

} // namespace mogul
