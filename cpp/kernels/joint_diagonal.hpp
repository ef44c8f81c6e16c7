// Joint log densities of diagonal and spherical components on a panel; differences first.
//
//     z_nkd = (x_nd - m_kd) P_kd,   joint_nk = constants[k] - |z_nk|^2 / 2
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

// One component, all strips. P: D numbers, `P_step` apart (0: spherical). `squares` (strips of S): |z|^2, or null.
template <class Real>
void joint_diagonal(const Real *panel, Index n_strips, Index D, Real constant, const Real *mean, const Real *P,
                    Index P_step, Real *joint, Index joint_step, Real *squares, Index squares_step) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    for (Index s = 0; s < n_strips; ++s, panel += D * S, joint += joint_step, squares += squares_step)
        for (int at = 0; at < S; at += kGroup * W) {
            Vector<Real> square[kGroup] = {};
            for (Index d = 0; d < D; ++d) {
                const Vector<Real> m = broadcast(mean[d]), p = broadcast(P[d * P_step]);
                MOGUL_UNROLL
                for (int v = 0; v < kGroup; ++v) {
                    const Vector<Real> z = (load(panel + d * S + at + v * W) - m) * p;
                    square[v] += z * z;
                }
            }
            MOGUL_UNROLL
            for (int v = 0; v < kGroup; ++v) {
                store(joint + at + v * W, Vector<Real>(constant - Real(0.5) * square[v]));
                if (squares_step) store(squares + at + v * W, square[v]);
            }
        }
}

} // namespace mogul::MOGUL_LEVEL
