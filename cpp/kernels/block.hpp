// The E-step of a block once its joints are known, shared by all forms.
#pragma once

#include "panel.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

// joint (strips of K x S) -> exponentials; `scale` (B): see weigh_strip. Returns sum_n v_n log_density_n.
inline double normalise_block(double *joint, Index K, Index n_strips, const double *weights, double *scale) {
    constexpr int S = kStrip<double>;
    alignas(64) double log_density[S], total[S];
    Vector<double> sum = {};
    for (Index s = 0; s < n_strips; ++s) {
        normalise_strip(joint + s * K * S, K, log_density, total);
        sum += weigh_strip(weights + s * S, log_density, total, scale + s * S);
    }
    return sum_lanes<double>(sum);
}

// Weighted responsibilities of one component, and their sum.
inline double weigh_component(const double *exponential, Index step, const double *scale, Index n_strips, double *r) {
    constexpr int S = kStrip<double>;
    Vector<double> sum = {};
    for (Index s = 0; s < n_strips; ++s, exponential += step, scale += S, r += S)
        for (int at = 0; at < S; at += kLanes<double>) {
            const Vector<double> value = weighted(exponential + at, scale + at);
            store(r + at, value);
            sum += value;
        }
    return sum_lanes<double>(sum);
}

// The largest number of rows, 64..512, with which n numbers a row stay within `bytes`.
constexpr Index rows_within(Index n, Index bytes) {
    Index B = 512;
    while (B > 64 && n * B * Index(sizeof(double)) > bytes) B /= 2;
    return B;
}

} // namespace mogul::MOGUL_LEVEL
