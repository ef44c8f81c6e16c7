// Joint log densities of a strip -> log density of each row, and responsibilities up to a factor of the row.
//
//     top_n = max_k joint_nk,   total_n = sum_k exp(joint_nk - top_n),   log_density_n = top_n + log total_n
//     responsibility_nk = exp(joint_nk - top_n) / total_n
//
// Where every joint is minus infinity, or one is NaN, log_density is NaN.
#pragma once

#include "elementary.hpp"

namespace mogul::MOGUL_LEVEL {

// joint: K x S, replaced by exp(joint - top), or by its square root where roots are wanted: one more product is cheaper
// than a square root. log_density, total: S.
template <class Real, bool WithRoots = false>
void normalise_strip(Real *joint, Index K, Real *log_density, Real *total) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    for (int start = 0; start < S; start += kGroup * W) {
        Real *first = joint + start;
        Vector<Real> top[kGroup], sum[kGroup] = {}, value[kGroup];
        MOGUL_FOR(v, 0, kGroup) top[v] = load(first + v * W);
        for (Index k = 1; k < K; ++k)
            MOGUL_FOR(v, 0, kGroup) {
                const Vector<Real> other = load(first + k * S + v * W);
                top[v] = other > top[v] ? other : top[v];
            }
        for (Index k = 0; k < K; ++k) {
            MOGUL_FOR(v, 0, kGroup) value[v] = load(first + k * S + v * W) - top[v];
            if constexpr (WithRoots)
                MOGUL_FOR(v, 0, kGroup) value[v] *= Real(0.5);
            exp_of_negative<Real>(value);
            MOGUL_FOR(v, 0, kGroup) store(first + k * S + v * W, value[v]);
            MOGUL_FOR(v, 0, kGroup) sum[v] += WithRoots ? value[v] * value[v] : value[v];
        }
        MOGUL_FOR(v, 0, kGroup) store(total + start + v * W, sum[v]);
        log_of_normal<Real>(sum);
        MOGUL_FOR(v, 0, kGroup) store(log_density + start + v * W, Vector<Real>(top[v] + sum[v]));
    }
}

// For the sums of a block: scale_n = v_n / total_n, exactly 0 for a row of weight 0, whatever its total.
// Returns sum_n v_n (log_density_n + shift) in lanes, in float64 for float32 too.
template <class Real>
MOGUL_INLINE Vector<double> weigh_strip(const Real *weights, const Real *log_density, const Real *total, double shift,
                                        Real *scale) {
    for (int at = 0; at < kStrip<Real>; at += kLanes<Real>) {
        const Vector<Real> v = load(weights + at), none = {};
        store(scale + at, Vector<Real>(v > none ? v / load(total + at) : none));
    }
    Vector<double> sum = {};
    for (int at = 0; at < kStrip<Real>; at += kLanes<double>) {
        const Vector<double> v = load_as_double(weights + at), none = {};
        sum += v > none ? v * (load_as_double(log_density + at) + shift) : none;
    }
    return sum;
}

// The weighted responsibility; exactly 0 where the row does not count.
template <class Real> MOGUL_INLINE Vector<Real> weighted(const Real *exponential, const Real *scale) {
    const Vector<Real> s = load(scale), none = {};
    return s > none ? load(exponential) * s : none;
}

} // namespace mogul::MOGUL_LEVEL
