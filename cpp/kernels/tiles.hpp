// Register tiles: the two inner loops in which nearly all time of dense covariances is spent.
#pragma once

#include "simd.hpp"

namespace mogul::MOGUL_LEVEL {

// acc[h][v] += sum_{j < n} matrix[h * ld + j] * strip[j], for H outputs and kGroup vectors of rows.
template <class Real, int H>
MOGUL_INLINE void multiply_rectangle(const Real *matrix, Index ld, Index n, const Real *strip,
                                     Vector<Real> (&acc)[H][kGroup]) {
    for (Index j = 0; j < n; ++j) {
        Vector<Real> x[kGroup];
        MOGUL_FOR(v, 0, kGroup) x[v] = load(strip + j * kStrip<Real> + v * kLanes<Real>);
        MOGUL_FOR(h, 0, H) {
            const Vector<Real> m = broadcast(matrix[h * ld + j]);
            MOGUL_FOR(v, 0, kGroup) acc[h][v] += m * x[v];
        }
    }
}

// acc[h][v] += sum_{j <= h} matrix[h * ld + j] * strip[j]: the triangle at the end of H rows of a lower triangle.
template <class Real, int H>
MOGUL_INLINE void multiply_triangle(const Real *matrix, Index ld, const Real *strip, Vector<Real> (&acc)[H][kGroup]) {
    MOGUL_FOR(j, 0, H) {
        Vector<Real> x[kGroup];
        MOGUL_FOR(v, 0, kGroup) x[v] = load(strip + j * kStrip<Real> + v * kLanes<Real>);
        MOGUL_FOR(h, j, H) {
            const Vector<Real> m = broadcast(matrix[h * ld + j]);
            MOGUL_FOR(v, 0, kGroup) acc[h][v] += m * x[v];
        }
    }
}

// out[i * ld + j] += sum_n a_ni b_nj over all strips, for I features of panel a and J of panel b.
template <class Real, int I, int J>
MOGUL_INLINE void add_products(const Real *a, Index a_step, const Real *b, Index b_step, Index n_strips, double *out,
                               Index ld) {
    Vector<Real> acc[I * J] = {};
    for (Index s = 0; s < n_strips; ++s, a += a_step, b += b_step)
        for (int v = 0; v < kStrip<Real>; v += kLanes<Real>) {
            Vector<Real> right[J];
            MOGUL_FOR(j, 0, J) right[j] = load(b + j * kStrip<Real> + v);
            MOGUL_FOR(i, 0, I) {
                const Vector<Real> left = load(a + i * kStrip<Real> + v);
                MOGUL_FOR(j, 0, J) acc[i * J + j] += left * right[j];
            }
        }
    Real sums[I * J];
    sum_lanes<Real>(acc, sums);
    for (int i = 0; i < I; ++i)
        for (int j = 0; j < J; ++j) out[i * ld + j] += sums[i * J + j];
}

constexpr Index packed(Index i) { return i * (i + 1) / 2; } // where row i of a packed lower triangle begins

// Adds sum_n u_ni u_nj, j <= i, for I features that begin at `start`, and sum_n root_n u_ni if `roots` is given.
template <class Real, int I, bool WithRoots>
MOGUL_INLINE void add_triangle(const Real *u, Index step, const Real *roots, Index n_strips, Index start, double *first,
                               double *inner) {
    constexpr int n = I * (I + 1) / 2;
    Vector<Real> acc[n + I] = {};
    u += start * kStrip<Real>;
    for (Index s = 0; s < n_strips; ++s, u += step)
        for (int v = 0; v < kStrip<Real>; v += kLanes<Real>) {
            Vector<Real> x[I];
            MOGUL_FOR(i, 0, I) x[i] = load(u + i * kStrip<Real> + v);
            MOGUL_FOR(i, 0, I)
                MOGUL_FOR(j, 0, i + 1) acc[i * (i + 1) / 2 + j] += x[i] * x[j];
            if constexpr (WithRoots) {
                const Vector<Real> root = load(roots + s * kStrip<Real> + v);
                MOGUL_FOR(i, 0, I) acc[n + i] += root * x[i];
            }
        }
    Real sums[n + I];
    sum_lanes<Real>(acc, sums);
    for (int i = 0; i < I; ++i)
        for (int j = 0; j <= i; ++j) inner[packed(start + i) + start + j] += sums[i * (i + 1) / 2 + j];
    if constexpr (WithRoots)
        for (int i = 0; i < I; ++i) first[start + i] += sums[n + i];
}

// Sums are made within a call in the precision of u, and added up in float64.
// inner += sum_n u_n u_n' (packed lower triangle); first += sum_n root_n u_n if `roots` is not null.
template <class Real>
void add_outer_products(const Real *u, Index D, const Real *roots, Index n_strips, double *first, double *inner) {
    const Index step = D * kStrip<Real>;
    in_pieces<kSide>(D, [&](Index start, auto rows) __attribute__((always_inline)) {
        constexpr int I = decltype(rows)::value;
        if (roots)
            add_triangle<Real, I, true>(u, step, roots, n_strips, start, first, inner);
        else
            add_triangle<Real, I, false>(u, step, roots, n_strips, start, first, inner);
        in_pieces<kSide>(start, [&](Index column, auto columns) {
            constexpr int J = decltype(columns)::value;
            double sums[I * J] = {};
            add_products<Real, I, J>(u + start * kStrip<Real>, step, u + column * kStrip<Real>, step, n_strips, sums,
                                     J);
            for (int i = 0; i < I; ++i)
                for (int j = 0; j < J; ++j) inner[packed(start + i) + column + j] += sums[i * J + j];
        });
    });
}

} // namespace mogul::MOGUL_LEVEL
