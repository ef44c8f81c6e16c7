#include "axes.hpp"

#include "eigen.hpp"
#include "variances.hpp"
#include "volumes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace mogul {

namespace {

using Numbers = std::vector<double>;

constexpr int steps = 200, first_steps = 6, halvings = 40;
constexpr double largest = 0.5, settled = 1e-7, rounding = 1e-14, common = 1e-6;

Numbers numbers(Index n) { return Numbers(static_cast<std::size_t>(n)); }

// out = axes' matrix axes
void turn(const double *matrix, const double *axes, Index D, double *spare, double *out) {
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j < D; ++j) {
            double sum = 0;
            for (Index l = 0; l < D; ++l) sum += matrix[i * D + l] * axes[l * D + j];
            spare[i * D + j] = sum;
        }
    for (Index i = 0; i < D; ++i)
        for (Index j = 0; j <= i; ++j) {
            double sum = 0;
            for (Index l = 0; l < D; ++l) sum += axes[l * D + i] * spare[l * D + j];
            out[i * D + j] = out[j * D + i] = sum;
        }
}

// x = A^-1 x for m right-hand sides, A used up; its pivots are positive without exchanges.
void solve(double *A, Index n, double *x, Index m) {
    for (Index p = 0; p < n; ++p)
        for (Index i = p + 1; i < n; ++i) {
            const double factor = A[i * n + p] / A[p * n + p];
            for (Index j = p; j < n; ++j) A[i * n + j] -= factor * A[p * n + j];
            for (Index j = 0; j < m; ++j) x[i * m + j] -= factor * x[p * m + j];
        }
    for (Index p = n; p-- > 0;)
        for (Index j = 0; j < m; ++j) {
            for (Index l = p + 1; l < n; ++l) x[p * m + j] -= A[p * n + l] * x[l * m + j];
            x[p * m + j] /= A[p * n + p];
        }
}

struct Turned {
    Numbers axes, scatters, variances; // D x D, K x D x D, K x D
};

class Descent {
public:
    explicit Descent(const AxesTask &task)
        : task_(task),
          K_(task.K),
          D_(task.D),
          planes_(D_ * (D_ - 1) / 2),
          total_(std::accumulate(task.counts, task.counts + K_, 0.0)),
          here_(empty()),
          there_(empty()),
          spare_(numbers(std::max(D_ * D_, planes_ * planes_))),
          other_(numbers(D_ * D_)),
          volumes_(numbers(K_)),
          gradient_(numbers(planes_)),
          angles_(numbers(planes_)),
          hessian_(numbers(planes_ * planes_)),
          vectors_(numbers(planes_ * planes_)) {}

    bool from(const double *axes) {
        std::copy_n(axes, D_ * D_, here_.axes.data());
        return look(here_);
    }

    const Turned &here() const { return here_; }

    bool descend(int n_steps) {
        for (int step = 0; step < n_steps; ++step) {
            differentiate();
            double size = newton();
            if (!(size > 0)) return true;
            if (size > largest) {
                for (double &angle : angles_) angle *= largest / size;
                size = largest;
            }
            if (!lower()) return true;
            std::swap(here_, there_);
            if (size < settled) return true;
        }
        return true;
    }

    // By how much the loss a row is higher there than here.
    double rise(const Turned &here, const Turned &there) const {
        double sum = 0;
        for (Index i = 0; i < K_ * D_; ++i)
            sum += task_.counts[i / D_] * std::log(at(there.variances, i) / at(here.variances, i));
        return sum / total_;
    }

private:
    static double at(const Numbers &values, Index i) { return values[static_cast<std::size_t>(i)]; }
    static double &at(Numbers &values, Index i) { return values[static_cast<std::size_t>(i)]; }

    Turned empty() const { return {numbers(D_ * D_), numbers(K_ * D_ * D_), numbers(K_ * D_)}; }

    // The scatters along the axes, and the variances that fit them.
    bool look(Turned &turned) {
        for (Index k = 0; k < K_; ++k) {
            double *scatter = turned.scatters.data() + k * D_ * D_, *along = turned.variances.data() + k * D_;
            turn(task_.scatters + k * D_ * D_, turned.axes.data(), D_, spare_.data(), scatter);
            double most = 0;
            for (Index d = 0; d < D_; ++d) most = std::max(most, along[d] = scatter[d * D_ + d]);
            // Of few rows the scatter has no volume: what is left of it along some axis is rounding.
            for (Index d = 0; d < D_; ++d)
                if (!(along[d] > static_cast<double>(D_) * 0x1p-52 * most)) return false;
        }
        return !task_.one_volume || share_volume(task_.counts, K_, D_, turned.variances.data(), volumes_.data());
    }

    void differentiate() {
        std::fill(gradient_.begin(), gradient_.end(), 0.0);
        std::fill(hessian_.begin(), hessian_.end(), 0.0);
        // Of one volume: the shares of the components in it.
        Numbers shares = numbers(K_);
        double sum = 0;
        for (Index k = 0; k < K_; ++k)
            sum += at(shares, k) = task_.counts[k] * at(here_.scatters, k * D_ * D_) / at(here_.variances, k * D_);
        for (double &share : shares) share /= sum;

        for (Index k = 0; k < K_; ++k) {
            const double *T = here_.scatters.data() + k * D_ * D_, *b = here_.variances.data() + k * D_;
            Index q = 0;
            for (Index i = 0; i < D_; ++i)
                for (Index j = i + 1; j < D_; ++j)
                    at(gradient_, q++) += 2 * task_.counts[k] * T[i * D_ + j] * (1 / b[j] - 1 / b[i]);
        }
        Numbers product = numbers(planes_), change = numbers(D_ * D_), response = numbers(D_);
        for (Index k = 0; k < K_; ++k)
            each_plane([&](Index p, Index a, Index b) { at(product, p) += at(shares, k) * sum_of_changes(k, a, b); });
        for (Index k = 0; k < K_; ++k) {
            const double *T = here_.scatters.data() + k * D_ * D_, *b = here_.variances.data() + k * D_;
            each_plane([&](Index p, Index first, Index second) {
                // change = T Theta - Theta T, Theta turning axis `first` towards `second`
                std::fill(change.begin(), change.end(), 0.0);
                for (Index i = 0; i < D_; ++i) {
                    at(change, i * D_ + second) += T[i * D_ + first];
                    at(change, i * D_ + first) -= T[i * D_ + second];
                    at(change, first * D_ + i) -= T[second * D_ + i];
                    at(change, second * D_ + i) += T[first * D_ + i];
                }
                const double shared =
                    task_.one_volume ? (sum_of_changes(k, first, second) - at(product, p)) / static_cast<double>(D_)
                                     : 0;
                for (Index d = 0; d < D_; ++d) {
                    const double own = d == first || d == second ? at(change, d * D_ + d) / T[d * D_ + d] : 0;
                    at(response, d) = (own - shared) / b[d];
                }
                Index q = 0;
                for (Index i = 0; i < D_; ++i)
                    for (Index j = i + 1; j < D_; ++j) {
                        const double turned = at(change, i * D_ + j) * (1 / b[j] - 1 / b[i]);
                        const double bent = T[i * D_ + j] * (at(response, j) - at(response, i));
                        at(hessian_, p * planes_ + q++) += 2 * task_.counts[k] * (turned - bent);
                    }
            });
        }
        for (Index p = 0; p < planes_; ++p)
            for (Index q = 0; q < p; ++q) {
                const double mean = (at(hessian_, p * planes_ + q) + at(hessian_, q * planes_ + p)) / 2;
                at(hessian_, p * planes_ + q) = at(hessian_, q * planes_ + p) = mean;
            }
    }

    template <class Work> void each_plane(const Work &work) const {
        Index p = 0;
        for (Index i = 0; i < D_; ++i)
            for (Index j = i + 1; j < D_; ++j) work(p++, i, j);
    }

    // Of the logarithms of the averages along the axes, by a turn in one plane.
    double sum_of_changes(Index k, Index first, Index second) const {
        const double *T = here_.scatters.data() + k * D_ * D_;
        return 2 * T[first * D_ + second] * (1 / T[second * D_ + second] - 1 / T[first * D_ + first]);
    }

    // Writes the step to the minimum of the quadratic model, away from it where the model curves down; returns its
    // size.
    double newton() {
        std::copy(hessian_.begin(), hessian_.end(), vectors_.begin());
        std::transform(gradient_.begin(), gradient_.end(), angles_.begin(), std::negate<>());
        if (!solve_definite(vectors_.data(), planes_, angles_.data())) bend();
        double size = 0;
        for (const double angle : angles_) size = std::max(size, std::fabs(angle));
        return size;
    }

    // As newton, where the model curves down in some direction.
    void bend() {
        eigen(hessian_.data(), planes_, spare_.data(), vectors_.data());
        double most = 0;
        for (Index p = 0; p < planes_; ++p) most = std::max(most, std::fabs(at(spare_, p)));
        std::fill(angles_.begin(), angles_.end(), 0.0);
        if (!(most > 0)) return;
        for (Index p = 0; p < planes_; ++p) {
            double slope = 0;
            for (Index q = 0; q < planes_; ++q) slope += at(gradient_, q) * at(vectors_, q * planes_ + p);
            const double along = -slope / std::max(std::fabs(at(spare_, p)), 1e-12 * most);
            for (Index q = 0; q < planes_; ++q) at(angles_, q) += along * at(vectors_, q * planes_ + p);
        }
    }

    // there_: where the step leads, or half of it, or half of that: the first place that is not higher.
    bool lower() {
        for (int halving = 0; halving < halvings; ++halving) {
            take_step();
            if (look(there_) && rise(here_, there_) <= rounding) return true;
            for (double &angle : angles_) angle /= 2;
        }
        return false;
    }

    // there_.axes = here_.axes times Cayley's map of the angles: orthogonal, and the exponential to second order.
    void take_step() {
        Numbers minus = numbers(D_ * D_), plus = numbers(D_ * D_);
        for (Index i = 0; i < D_; ++i) at(minus, i * D_ + i) = at(plus, i * D_ + i) = 1;
        each_plane([&](Index p, Index i, Index j) {
            at(plus, i * D_ + j) = at(minus, j * D_ + i) = at(angles_, p) / 2;
            at(plus, j * D_ + i) = at(minus, i * D_ + j) = -at(angles_, p) / 2;
        });
        solve(minus.data(), D_, plus.data(), D_);
        multiply(here_.axes, plus, other_);
        // Moved back to where rounding took it from being orthogonal (Newton and Schulz).
        for (Index i = 0; i < D_; ++i)
            for (Index j = 0; j < D_; ++j) {
                double sum = 0;
                for (Index l = 0; l < D_; ++l) sum += at(other_, l * D_ + i) * at(other_, l * D_ + j);
                at(plus, i * D_ + j) = (i == j ? 1.5 : 0.0) - 0.5 * sum;
            }
        multiply(other_, plus, there_.axes);
    }

    void multiply(const Numbers &left, const Numbers &right, Numbers &out) const {
        for (Index i = 0; i < D_; ++i)
            for (Index j = 0; j < D_; ++j) {
                double sum = 0;
                for (Index l = 0; l < D_; ++l) sum += at(left, i * D_ + l) * at(right, l * D_ + j);
                at(out, i * D_ + j) = sum;
            }
    }

    const AxesTask &task_;
    const Index K_, D_, planes_;
    const double total_;
    Turned here_, there_;
    Numbers spare_, other_, volumes_, gradient_, angles_, hessian_, vectors_;
};

void give(const Turned &turned, double *axes, double *variances) {
    std::copy(turned.axes.begin(), turned.axes.end(), axes);
    std::copy(turned.variances.begin(), turned.variances.end(), variances);
}

} // namespace

bool descend(const AxesTask &task, double *axes, double *variances) {
    Descent descent(task);
    if (!descent.from(axes) || !descent.descend(steps)) return false;
    give(descent.here(), axes, variances);
    return true;
}

bool find_axes(const AxesTask &task, double *axes, double *variances) {
    const Index K = task.K, D = task.D;
    Descent descent(task);
    Turned best;
    Numbers matrix = numbers(D * D), values = numbers(D), start = numbers(D * D);
    for (Index number = -2; number < K; ++number) {
        std::fill(matrix.begin(), matrix.end(), 0.0);
        if (number == -2) {
            for (Index d = 0; d < D; ++d) matrix[static_cast<std::size_t>(d * D + d)] = static_cast<double>(d + 1);
        } else {
            for (Index k = std::max(number, Index(0)); k < (number < 0 ? K : number + 1); ++k)
                for (Index i = 0; i < D * D; ++i)
                    matrix[static_cast<std::size_t>(i)] += task.counts[k] * task.scatters[k * D * D + i];
        }
        eigen(matrix.data(), D, values.data(), start.data());
        if (!descent.from(start.data()) || !descent.descend(first_steps)) continue;
        // Of equal ones the first, so that rounding does not choose.
        if (best.axes.empty() || descent.rise(best, descent.here()) < -rounding) best = descent.here();
    }
    if (best.axes.empty() || !descent.from(best.axes.data()) || !descent.descend(steps)) return false;
    give(descent.here(), axes, variances);
    return true;
}

bool common_axes(const double *covariances, Index K, Index D, double *axes) {
    Numbers sum = numbers(D * D), values = numbers(D), spare = numbers(D * D), turned = numbers(D * D);
    for (Index k = 0; k < K; ++k) {
        const double *covariance = covariances + k * D * D;
        double trace = 0;
        for (Index d = 0; d < D; ++d) trace += covariance[d * D + d];
        // Unequal shares: of equal ones, axes could cancel.
        const double share = 1 / (1 + 0.618 * static_cast<double>(k)) / trace;
        for (Index i = 0; i < D * D; ++i) sum[static_cast<std::size_t>(i)] += share * covariance[i];
    }
    eigen(sum.data(), D, values.data(), axes);
    for (Index k = 0; k < K; ++k) {
        turn(covariances + k * D * D, axes, D, spare.data(), turned.data());
        const double *T = turned.data();
        for (Index i = 0; i < D; ++i)
            for (Index j = 0; j < i; ++j)
                if (!(std::fabs(T[i * D + j]) <= common * std::sqrt(T[i * D + i]) * std::sqrt(T[j * D + j])))
                    return false;
    }
    return true;
}

} // namespace mogul
