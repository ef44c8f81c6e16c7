// Joint log densities of diagonal and spherical components on a panel; differences first.
//
//     z_nkd = (x_nd - m_kd) P_kd,   joint_nk = constants[k] - |z_nk|^2 / 2
#pragma once

#include "elementary.hpp"

namespace mogul::MOGUL_LEVEL {

// What the loops need of the form: P has `component_step` numbers a component, `feature_step` apart (0: spherical).
struct Scales {
    Index component_step, feature_step;
};

// n components from k on, one strip; together they read the panel once and keep the processor busy.
// `squares` (K x S): |z|^2, or null.
template <class Real, int n>
MOGUL_INLINE void joint_strip(const Real *strip, const Components &c, Scales scales, Index k, Real *joint,
                              Real *squares) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    const Index D = c.n_features;
    const Real *mean = c.means + k * D, *P = c.whitening + k * scales.component_step;
    for (int at = 0; at < S; at += kGroup * W) {
        Vector<Real> square[n][kGroup] = {};
        for (Index d = 0; d < D; ++d) {
            Vector<Real> x[kGroup];
            MOGUL_FOR(v, 0, kGroup) x[v] = load(strip + d * S + at + v * W);
            MOGUL_FOR(i, 0, n) {
                const Vector<Real> m = broadcast(mean[i * D + d]);
                const Vector<Real> p = broadcast(P[i * scales.component_step + d * scales.feature_step]);
                MOGUL_FOR(v, 0, kGroup) {
                    const Vector<Real> z = (x[v] - m) * p;
                    square[i][v] += z * z;
                }
            }
        }
        MOGUL_FOR(i, 0, n) {
            MOGUL_FOR(v, 0, kGroup) {
                const Index to = (k + i) * S + at + v * W;
                store(joint + to, Vector<Real>(c.constants[k + i] - Real(0.5) * square[i][v]));
                if (squares) store(squares + to, square[i][v]);
            }
        }
    }
}

// All components, all strips.
template <class Real>
void joint_diagonal(const Real *panel, Index n_strips, const Components &c, Scales scales, Real *joint, Real *squares) {
    constexpr int S = kStrip<Real>;
    const Index K = c.n_components;
    for (Index s = 0; s < n_strips; ++s, panel += c.n_features * S, joint += K * S) {
        Index k = 0;
        for (; k + 2 <= K; k += 2) joint_strip<Real, 2>(panel, c, scales, k, joint, squares);
        if (k < K) joint_strip<Real, 1>(panel, c, scales, k, joint, squares);
        if (squares) squares += K * S;
    }
}

} // namespace mogul::MOGUL_LEVEL
