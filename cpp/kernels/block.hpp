// The E-step of a block once its joints are known, shared by all forms.
#pragma once

#include "panel.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

// joint (strips of K x S) -> exponentials; `scale` (B), `shift` and what is returned: see weigh_strip.
template <class Real>
double normalise_block(Real *joint, Index K, Index n_strips, const Real *weights, double shift, Real *scale) {
    constexpr int S = kStrip<Real>;
    alignas(64) Real log_density[S], total[S];
    Vector<double> sum = {};
    for (Index s = 0; s < n_strips; ++s) {
        normalise_strip(joint + s * K * S, K, log_density, total);
        sum += weigh_strip(weights + s * S, log_density, total, shift, scale + s * S);
    }
    return sum_lanes<double>(sum);
}

// Weighted responsibilities of one component, and their sum.
template <class Real>
Real weigh_component(const Real *exponential, Index step, const Real *scale, Index n_strips, Real *r) {
    constexpr int S = kStrip<Real>;
    Vector<Real> sum = {};
    for (Index s = 0; s < n_strips; ++s, exponential += step, scale += S, r += S)
        for (int at = 0; at < S; at += kLanes<Real>) {
            const Vector<Real> value = weighted(exponential + at, scale + at);
            store(r + at, value);
            sum += value;
        }
    return sum_lanes<Real>(sum);
}

// The largest number of rows, 64..512, with which n numbers a row stay within `bytes`.
template <class Real = double> constexpr Index rows_within(Index n, Index bytes) {
    Index B = 512;
    while (B > 64 && n * B * Index(sizeof(Real)) > bytes) B /= 2;
    return B;
}

} // namespace mogul::MOGUL_LEVEL
