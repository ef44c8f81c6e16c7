// Volumes v_k of K components that are else alike, as in mogul/family/volumes.py: Newton's steps in log v.
//
// With W_k = n_k S_k, M = sum_k W_k / v_k, n = sum_k n_k, and for the logarithms u of the volumes
//
//     f(u) = n log|M| + D sum_k n_k u_k                        convex
//     f'_k / n = D n_k / n - t_k,      t_k = tr(M^-1 W_k) / v_k
//     f''_kl / n = t_k [k = l] - s_kl, s_kl = tr(M^-1 W_k M^-1 W_l) / (v_k v_l)
#pragma once

#include "views.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace mogul {

struct Balance {
    std::vector<double> traces, products; // t: K, s: K x K

    explicit Balance(Index K) : traces(static_cast<std::size_t>(K)), products(static_cast<std::size_t>(K * K)) {}
};

// x = A^-1 x, A used up: symmetric and positive definite, or false.
inline bool solve_definite(double *A, Index n, double *x) {
    for (Index p = 0; p < n; ++p) {
        if (!(A[p * n + p] > 0)) return false;
        for (Index i = p + 1; i < n; ++i) {
            const double factor = A[i * n + p] / A[p * n + p];
            for (Index j = p + 1; j < n; ++j) A[i * n + j] -= factor * A[p * n + j];
            x[i] -= factor * x[p];
        }
    }
    for (Index p = n; p-- > 0;) {
        for (Index l = p + 1; l < n; ++l) x[p] -= A[p * n + l] * x[l];
        x[p] /= A[p * n + p];
    }
    return true;
}

// Replaces `volumes` by those that fit best; only their ratios count. `look` writes the balance of some volumes, or is
// false where M is singular. False if there is no minimum.
template <class Look> bool balance(const double *counts, Index K, Index D, double *volumes, const Look &look) {
    constexpr int most_steps = 100, most_halvings = 60;
    constexpr double settled = 1e-8, largest = 2;
    const auto size_of = [K](Index n) { return static_cast<std::size_t>(n); };
    double total = 0;
    for (Index k = 0; k < K; ++k) total += counts[k];
    Balance here(K), there(K);
    std::vector<double> curvature(size_of(K * K)), step(size_of(K)), moved(size_of(K));
    if (!look(volumes, here)) return false;
    if (K == 1) return true;
    const double even = static_cast<double>(D) / static_cast<double>(K * K);
    const auto slope = [&](const Balance &at, Index k) {
        return static_cast<double>(D) * counts[k] / total - at.traces[size_of(k)];
    };
    for (int number = 0; number < most_steps; ++number) {
        // Along equal changes of all logarithms nothing changes: any curvature will do there.
        for (Index k = 0; k < K; ++k) {
            for (Index l = 0; l < K; ++l) curvature[size_of(k * K + l)] = even - here.products[size_of(k * K + l)];
            curvature[size_of(k * K + k)] += here.traces[size_of(k)];
            step[size_of(k)] = -slope(here, k);
        }
        if (!solve_definite(curvature.data(), K, step.data())) return false;
        double size = 0, steepness = 0;
        for (const double each : step) size = std::max(size, std::fabs(each));
        if (!(size < 1e300)) return false;
        if (size > largest) {
            for (double &each : step) each *= largest / size;
            size = largest;
        }
        for (Index k = 0; k < K; ++k) steepness -= slope(here, k) * step[size_of(k)];
        for (int halving = 0;; ++halving) {
            if (halving == most_halvings) return false;
            for (Index k = 0; k < K; ++k) moved[size_of(k)] = volumes[k] * std::exp(step[size_of(k)]);
            if (!look(moved.data(), there)) return false;
            double rest = 0;
            for (Index k = 0; k < K; ++k) rest += slope(there, k) * step[size_of(k)];
            // f is convex: where its slope has not turned, or is half as steep, the step was not too long.
            if (size < settled || rest <= 0.5 * steepness) break;
            for (double &each : step) each /= 2;
            size /= 2;
        }
        std::copy(moved.begin(), moved.end(), volumes);
        std::swap(here, there);
        if (size < settled) return true;
    }
    return false;
}

} // namespace mogul
