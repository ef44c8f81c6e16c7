#include "constraint.hpp"

#include "axes.hpp"
#include "eigen.hpp"
#include "variances.hpp"
#include "volumes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mogul {

namespace {

// L with matrix = L L', from and to lower triangles; the squares of its diagonal are the pivots. False if one is not
// positive.
bool cholesky(const double *matrix, Index D, double *L) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            double sum = matrix[i * D + j];
            for (Index l = 0; l < j; ++l) sum -= L[i * D + l] * L[j * D + l];
            if (i == j && !(sum > D * 0x1p-52 * matrix[i * D + i])) return false;
            L[i * D + j] = i == j ? std::sqrt(sum) : sum / L[j * D + j];
        }
    return true;
}

// The inverse of L L', of which the lower triangle is L, both triangles of it.
void invert(double *L, Index D, double *inverse) {
    std::fill_n(inverse, D * D, 0.0);
    // L becomes its own inverse
    for (Index j = 0; j < D; ++j) {
        L[j * D + j] = 1 / L[j * D + j];
        for (Index i = j + 1; i < D; ++i) {
            double sum = 0;
            for (Index l = j; l < i; ++l) sum -= L[i * D + l] * L[l * D + j];
            L[i * D + j] = sum / L[i * D + i];
        }
    }
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            double sum = 0;
            for (Index l = i; l < D; ++l) sum += L[l * D + i] * L[l * D + j];
            inverse[i * D + j] = inverse[j * D + i] = sum;
        }
}

// axes diag(variances) axes', symmetric to the last bit
void compose(const double *axes, const double *variances, Index D, double *out) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            double sum = 0;
            for (Index l = 0; l < D; ++l) sum += axes[i * D + l] * variances[l] * axes[j * D + l];
            out[i * D + j] = out[j * D + i] = sum;
        }
}

} // namespace

bool is_of_balls(Constraint constraint) { return constraint == Constraint::eii; }
bool is_of_variances(Constraint constraint) { return constraint >= Constraint::eei && constraint <= Constraint::vei; }
bool is_of_matrices(Constraint constraint) { return constraint >= Constraint::vee && constraint <= Constraint::vev; }

Constrainer::Constrainer(Constraint constraint, Index K, Index D)
    : constraint_(constraint),
      K_(K),
      D_(D),
      values_(static_cast<std::size_t>(K * D)),
      axes_(static_cast<std::size_t>(K * D * D)),
      spare_(static_cast<std::size_t>(2 * D * D)),
      volumes_(static_cast<std::size_t>(K)),
      shape_(static_cast<std::size_t>(D)) {}

bool Constrainer::apply(const double *counts, const double *previous, double *covariances) {
    const AxesTask task{counts, covariances, K_, D_, constraint_ == Constraint::eve};
    switch (constraint_) {
    case Constraint::none:
        return true;
    case Constraint::eii:
        return share_variances(counts, K_, 1, covariances, shape_.data());
    case Constraint::eei:
        return share_variances(counts, K_, D_, covariances, shape_.data());
    case Constraint::evi:
        return share_volume(counts, K_, D_, covariances, volumes_.data());
    case Constraint::vei:
        begin_volumes(previous, D_, 1);
        return share_shape(counts, K_, D_, covariances, volumes_.data(), shape_.data());
    case Constraint::vee:
        return proportional(counts, previous, covariances);
    case Constraint::eve:
    case Constraint::vve:
        if (previous && !common_axes(previous, K_, D_, axes_.data())) return false;
        if (!(previous ? descend : find_axes)(task, axes_.data(), values_.data())) return false;
        for (Index k = 0; k < K_; ++k) compose(axes_.data(), values_.data() + k * D_, D_, covariances + k * D_ * D_);
        return true;
    case Constraint::evv:
        return matrices_of_one_product(counts, covariances);
    case Constraint::eev:
    case Constraint::vev:
        return with_own_axes(counts, previous, covariances);
    }
    return false;
}

bool Constrainer::matrices_of_one_product(const double *counts, double *covariances) {
    const double total = std::accumulate(counts, counts + K_, 0.0);
    double common = 0;
    for (Index k = 0; k < K_; ++k) {
        if (!cholesky(covariances + k * D_ * D_, D_, spare_.data())) return false;
        for (Index d = 0; d < D_; ++d)
            shape_[static_cast<std::size_t>(d)] = std::pow(spare_[static_cast<std::size_t>(d * D_ + d)], 2);
        volumes_[static_cast<std::size_t>(k)] = geometric_mean(shape_.data(), D_);
        common += counts[k] * volumes_[static_cast<std::size_t>(k)];
    }
    for (Index i = 0; i < K_ * D_ * D_; ++i)
        covariances[i] *= common / total / volumes_[static_cast<std::size_t>(i / (D_ * D_))];
    return true;
}

bool Constrainer::with_own_axes(const double *counts, const double *previous, double *covariances) {
    begin_volumes(previous, D_ * D_, D_ + 1);
    for (Index k = 0; k < K_; ++k) {
        double *values = values_.data() + k * D_;
        eigen(covariances + k * D_ * D_, D_, values, axes_.data() + k * D_ * D_);
        // Of few rows the scatter has no volume: what eigenvalues are left are rounding.
        const double least = static_cast<double>(D_) * 0x1p-52 * values[D_ - 1];
        for (Index d = 0; d < D_; ++d)
            if (!(values[d] > least)) values[d] = 0;
    }
    const bool found = constraint_ == Constraint::eev
                           ? share_variances(counts, K_, D_, values_.data(), shape_.data())
                           : share_shape(counts, K_, D_, values_.data(), volumes_.data(), shape_.data());
    for (Index k = 0; k < K_; ++k)
        compose(axes_.data() + k * D_ * D_, values_.data() + k * D_, D_, covariances + k * D_ * D_);
    return found;
}

bool Constrainer::proportional(const double *counts, const double *previous, double *covariances) {
    const Index size = D_ * D_;
    const double total = std::accumulate(counts, counts + K_, 0.0);
    std::vector<double> inverse(static_cast<std::size_t>(size)), shares(static_cast<std::size_t>(K_ * size));
    double *C = axes_.data(), *L = spare_.data();
    const auto look = [&](const double *volumes, Balance &found) {
        std::fill_n(C, size, 0.0);
        for (Index i = 0; i < K_ * size; ++i) C[i % size] += counts[i / size] * covariances[i] / volumes[i / size];
        if (!cholesky(C, D_, L)) return false;
        invert(L, D_, inverse.data());
        // shares[k] = C^-1 n_k S_k / v_k
        for (Index k = 0; k < K_; ++k) {
            double *own = shares.data() + k * size, trace = 0;
            const double share = counts[k] / volumes[k];
            for (Index i = 0; i < D_; ++i)
                for (Index j = 0; j < D_; ++j) {
                    double sum = 0;
                    for (Index l = 0; l < D_; ++l)
                        sum += inverse[static_cast<std::size_t>(i * D_ + l)] * covariances[k * size + l * D_ + j];
                    own[i * D_ + j] = share * sum;
                    trace += i == j ? share * sum : 0;
                }
            found.traces[static_cast<std::size_t>(k)] = trace;
            for (Index l = 0; l <= k; ++l) {
                const double *other = shares.data() + l * size;
                double sum = 0;
                for (Index i = 0; i < D_; ++i)
                    for (Index j = 0; j < D_; ++j) sum += own[i * D_ + j] * other[j * D_ + i];
                found.products[static_cast<std::size_t>(k * K_ + l)] =
                    found.products[static_cast<std::size_t>(l * K_ + k)] = sum;
            }
        }
        return true;
    };
    begin_volumes(previous, size, D_ + 1);
    if (!balance(counts, K_, D_, volumes_.data(), look)) return false;
    for (Index i = 0; i < K_ * size; ++i)
        covariances[i] = volumes_[static_cast<std::size_t>(i / size)] * C[i % size] / total;
    return true;
}

// From the volumes of the mixture before, if there is one: their ratios are those of the traces.
void Constrainer::begin_volumes(const double *previous, Index size, Index stride) {
    for (Index k = 0; k < K_; ++k) {
        double trace = 0, first = 0;
        for (Index i = 0; previous && i < size; i += stride) {
            trace += previous[k * size + i];
            first += previous[i];
        }
        volumes_[static_cast<std::size_t>(k)] = previous ? trace / first : 1;
    }
}

} // namespace mogul
