// Components whose joint log densities are linear in what a row is lifted to: those that share a covariance, and those
// of diagonal or spherical ones. What expect_lifted.hpp reads, and its sums back to moments.
//
// With origin o = the mean of the means, y_n and u_n as in expect_lifted.hpp, and c_k what y is at m_k,
//
//     -|z_nk|^2 / 2 = -|y_n|^2 / 2 + c_k . y_n - |c_k|^2 / 2                                  (tied)
//     -|z_nk|^2 / 2 = sum_d q_kd (-y_nd^2 / 2 + c_kd y_nd - c_kd^2 / 2),  q_kd = (P_kd / scale_d)^2
//
// Expanding the square costs precision: an error of about eps `reach`, reach = max_k |P_k (m_k - o)|^2, in a joint, and
// relative to the variance in a moment. Moments bear more of it than joints do, whose errors EM magnifies. So within
// one limit to the reach both are lifted, within another the moments alone; beyond it, and where numbers overflow,
// kernels that take differences first must serve. Scales are powers of two: they change no bit, and keep squares within
// the range of numbers.
#pragma once

#include "expect_lifted.hpp"
#include "memory.hpp"

namespace mogul {

struct Moments;

class Lifting {
public:
    // Tied: `whitening` P is D x D. In float32, rows are lifted by rounded numbers, and coefficients made of these; so
    // no offset of the data costs accuracy. Throws std::bad_alloc.
    Lifting(const Components &components, Lift lift, bool in_float32);

    // Whether the precision suffices. If not, nothing else may be asked.
    bool applies() const { return applies_; }

    // The work of a pass; valid while this lives.
    LiftedTask task(const ExpectTask &given) const;

    Index n_sums() const;

    // Whether nothing overflowed, and in float32 no component seems to have lost all its rows.
    bool is_sound(const double *sums) const;

    // Sums -> log_likelihood, counts, first and second moments about the means. Tied: those of z, the second ones as a
    // packed lower triangle.
    void tell(const double *sums, double *packed, Moments &moments) const;

private:
    void lift_tied(const Components &given);
    void lift_scaled(const Components &given);
    void admit(double reach);
    void round();

    const Lift lift_;
    const bool in_float32_;
    const Index K_, D_, M_;
    bool applies_ = true;
    double reach_ = 0;
    Components components_;
    double shift_ = 0;
    Aligned<double> origin_, scale_, centres_, coefficients_, excess_;
    Aligned<float> rounded_;
    LiftedOf<float> single_;
};

} // namespace mogul
