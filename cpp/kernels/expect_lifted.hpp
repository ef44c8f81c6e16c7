// E-step and moments for components whose joint log densities are linear in what a row is lifted to, see lifting.hpp.
//
//     u_n = (1, y_n, |y_n|^2)  spherical        y_n = (x_n - origin) scale
//     u_n = (1, y_n, y_n^2)    diagonal         y_n = (x_n - origin) scale
//     u_n = (1, y_n)           tied             y_n = P (x_n - origin)
//     joint_nk = base_n + coefficients[k] . u_n,   base_n = -|y_n|^2 / 2 (tied), 0 (else)
//
// Joints and moments of a block are two products of matrices. With r_nk as in expect_full.hpp, adds to `sums`
//
//     log_likelihood ; moments[k] = sum_n r_nk u_n (K x M) ; inner = sum_n v_n y_n y_n' (tied: packed lower triangle)
//
// Numbers that overflow leave sums that are not finite.
// Cost: 4 K M operations and K exponentials a row. Scratch: (2 M + K) B numbers.
#pragma once

#include "views.hpp"

namespace mogul {

enum class Lift { tied, diagonal, spherical };

// M, the length of u.
constexpr Index lifted_features(Lift lift, Index D) {
    return 1 + D + (lift == Lift::diagonal ? D : lift == Lift::spherical ? 1 : 0);
}

template <class Real> struct LiftedOf {
    const Real *origin;       // D
    const Real *scale;        // D; tied: P, D x D, lower triangular
    const Real *coefficients; // K x M
    const Real *zeros;        // D; float32 only
};

struct LiftedTask {
    Rows rows;
    const double *row_weights; // N, or null: all one
    Lift lift;
    Index n_components;
    LiftedOf<double> exact;
    const LiftedOf<float> *rounded; // or null: compute in float64
    const Components *components;   // of which joints are to be made, differences first; or null: of what is lifted
    double shift;                   // by which every joint is too small
};

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

Index expect_lifted_scratch(const LiftedTask &task);
void expect_lifted(const LiftedTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
