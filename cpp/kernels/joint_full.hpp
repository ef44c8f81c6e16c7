// Joint log densities of dense components on a panel.
//
//     z_nk = P_k (x_n - m_k),   joint_nk = constants[k] - |z_nk|^2 / 2
//
// Differences come first: expanding the square would cancel for data far from zero. In float32, z_nk begins with what
// rounding took from m_k (rounding.hpp); the `rest` of float64 is null.
#pragma once

#include "tiles.hpp"

namespace mogul::MOGUL_LEVEL {

// Stores H features of z and adds their squares to `square`.
template <class Real, int H>
MOGUL_INLINE void keep(const Vector<Real> (&z)[H][kGroup], Real *to, Vector<Real> (&square)[kGroup]) {
    MOGUL_FOR(h, 0, H)
        MOGUL_FOR(v, 0, kGroup) {
            store(to + h * kStrip<Real> + v * kLanes<Real>, z[h][v]);
            square[v] += z[h][v] * z[h][v];
        }
}

// H features of z before the first product.
template <class Real, int H> MOGUL_INLINE void begin_at(const Real *rest, Index start, Vector<Real> (&z)[H][kGroup]) {
    MOGUL_FOR(h, 0, H)
        MOGUL_FOR(v, 0, kGroup) {
            if constexpr (sizeof(Real) == sizeof(float))
                z[h][v] = broadcast(rest[start + h]);
            else
                z[h][v] = Vector<Real>{};
        }
}

// One group of a strip, few features: everything stays in registers.
template <class Real, int D>
MOGUL_INLINE void whiten_few(const Real *x, const Real *mean, const Real *rest, const Real *P, Real *z,
                             Vector<Real> (&square)[kGroup]) {
    Vector<Real> acc[D][kGroup];
    begin_at<Real, D>(rest, 0, acc);
    MOGUL_FOR(j, 0, D) {
        Vector<Real> difference[kGroup];
        MOGUL_FOR(v, 0, kGroup) difference[v] = load(x + j * kStrip<Real> + v * kLanes<Real>) - mean[j];
        MOGUL_FOR(h, j, D)
            MOGUL_FOR(v, 0, kGroup) acc[h][v] += P[h * D + j] * difference[v];
    }
    keep<Real, D>(acc, z, square);
}

// One group of a strip, any number of features; `difference` holds x - mean of this group's lanes.
template <class Real>
MOGUL_INLINE void whiten_many(const Real *difference, const Real *rest, const Real *P, Index D, Real *z,
                              Vector<Real> (&square)[kGroup]) {
    in_pieces<kOutputs>(D, [&](Index start, auto outputs) __attribute__((always_inline)) {
        constexpr int H = decltype(outputs)::value;
        Vector<Real> acc[H][kGroup];
        begin_at<Real, H>(rest, start, acc);
        multiply_rectangle<Real, H>(P + start * D, D, start, difference, acc);
        multiply_triangle<Real, H>(P + start * D + start, D, difference + start * kStrip<Real>, acc);
        keep<Real, H>(acc, z + start * kStrip<Real>, square);
    });
}

template <class Real> MOGUL_INLINE void subtract_mean(const Real *x, const Real *mean, Index D, Real *difference) {
    for (Index d = 0; d < D; ++d)
        for (int at = 0; at < kStrip<Real>; at += kLanes<Real>)
            store(difference + d * kStrip<Real> + at, Vector<Real>(load(x + d * kStrip<Real> + at) - mean[d]));
}

template <class Real> MOGUL_INLINE void store_joint(Real constant, const Vector<Real> (&square)[kGroup], Real *joint) {
    MOGUL_FOR(v, 0, kGroup) store(joint + v * kLanes<Real>, Vector<Real>(constant - Real(0.5) * square[v]));
}

constexpr int kFew = 5; // up to here all of a component fits in registers

// One component, all strips. `z_step`: from strip to strip of z, 0 to overwrite; `joint_step` likewise.
// `difference`: scratch of D x S.
template <class Real>
void joint_full(const ComponentsOf<Real> &c, Index k, const Real *panel, Index n_strips, Real *z, Index z_step,
                Real *joint, Index joint_step, Real *difference) {
    const Index D = c.n_features;
    const Real constant = c.constants ? c.constants[k] : 0; // some want nothing but z
    const Real *mean = c.means + k * D, *rest = c.rests ? c.rests + k * D : nullptr, *P = c.whitening + k * D * D;
    constexpr int S = kStrip<Real>, group = kGroup * kLanes<Real>;
    for (Index s = 0; s < n_strips; ++s, panel += D * S, z += z_step, joint += joint_step) {
        if (D > kFew) subtract_mean(panel, mean, D, difference);
        for (int at = 0; at < S; at += group) {
            Vector<Real> square[kGroup] = {};
            if (D > kFew)
                whiten_many<Real>(difference + at, rest, P, D, z + at, square);
            else
                with_constant<kFew>(D, [&](auto few) __attribute__((always_inline)) {
                    whiten_few<Real, decltype(few)::value>(panel + at, mean, rest, P, z + at, square);
                });
            store_joint<Real>(constant, square, joint + at);
        }
    }
}

} // namespace mogul::MOGUL_LEVEL
