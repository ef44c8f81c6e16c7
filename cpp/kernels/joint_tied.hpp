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
            whiten_many<Real>(difference + at, nullptr, P, D, panel + at, square);
        }
    }
}

// n components from k on, one strip.
template <class Real, int n>
MOGUL_INLINE void joint_tied_strip(const Real *y, const Components &c, Index k, Real *joint) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    const Index D = c.n_features;
    const Real *centre = c.centres + k * D;
    for (int at = 0; at < S; at += kGroup * W) {
        Vector<Real> square[n][kGroup] = {};
        for (Index d = 0; d < D; ++d) {
            Vector<Real> x[kGroup];
            MOGUL_FOR(v, 0, kGroup) x[v] = load(y + d * S + at + v * W);
            MOGUL_FOR(i, 0, n) {
                const Vector<Real> m = broadcast(centre[i * D + d]);
                MOGUL_FOR(v, 0, kGroup) {
                    const Vector<Real> z = x[v] - m;
                    square[i][v] += z * z;
                }
            }
        }
        MOGUL_FOR(i, 0, n) store_joint<Real>(c.constants[k + i], square[i], joint + (k + i) * S + at);
    }
}

// All components, all strips.
template <class Real> void joint_tied(const Real *y, Index n_strips, const Components &c, Real *joint) {
    constexpr int S = kStrip<Real>;
    const Index K = c.n_components;
    for (Index s = 0; s < n_strips; ++s, y += c.n_features * S, joint += K * S) {
        Index k = 0;
        for (; k + 3 <= K; k += 3) joint_tied_strip<Real, 3>(y, c, k, joint);
        for (; k < K; ++k) joint_tied_strip<Real, 1>(y, c, k, joint);
    }
}

} // namespace mogul::MOGUL_LEVEL
