// Joint log densities of components that share one covariance: each row is whitened once.
//
//     y_n = P (x_n - origin),   z_nk = y_n - centres[k],   joint_nk = constants[k] - |z_nk|^2 / 2
//
// The origin (the mean of the means) keeps y small: z loses eps times the distance of the components in standard
// deviations, never eps times the distance of the data from zero.
#pragma once

#include "joint_full.hpp"

namespace mogul::MOGUL_LEVEL {

// Panel of x -> panel of y, in place. `difference`: D x S.
template <class Real>
void whiten_panel(Real *panel, Index n_strips, Index D, const Real *origin, const Real *P, Real *difference) {
    constexpr int S = kStrip<Real>;
    for (Index s = 0; s < n_strips; ++s, panel += D * S) {
        subtract_mean(panel, origin, D, difference);
        for (int at = 0; at < S; at += kGroup * kLanes<Real>) {
            Vector<Real> square[kGroup] = {};
            whiten_many(difference + at, P, D, panel + at, square);
        }
    }
}

template <class Real>
void joint_tied(const Real *y, Index n_strips, Index D, Real constant, const Real *centre, Real *joint,
                Index joint_step) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    for (Index s = 0; s < n_strips; ++s, y += D * S, joint += joint_step)
        for (int at = 0; at < S; at += kGroup * W) {
            Vector<Real> square[kGroup] = {};
            for (Index d = 0; d < D; ++d) {
                const Vector<Real> m = broadcast(centre[d]);
                MOGUL_UNROLL
                for (int v = 0; v < kGroup; ++v) {
                    const Vector<Real> z = load(y + d * S + at + v * W) - m;
                    square[v] += z * z;
                }
            }
            store_joint<Real>(constant, square, joint + at);
        }
}

} // namespace mogul::MOGUL_LEVEL
