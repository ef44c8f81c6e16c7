// E-step and moments for diagonal covariances. Reference: mogul/_kernels/reference.py, expect_diagonal.
//
// With r_nk as in expect_full.hpp and z_nkd = (x_nd - m_kd) P_kd, adds to `sums`
//
//     log_likelihood ; counts[k] = sum_n r_nk (K) ; first = sum_n r_nk z_nkd (K x D) ; second = sum_n r_nk z_nkd^2 (K x
//     D)
//
// Cost: 8 K D operations and K exponentials a row. Scratch: (D + K) B numbers; z is formed twice rather than kept,
// which would cost more in traffic to the second cache.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index expect_diagonal_scratch(const ExpectTask &task);
void expect_diagonal(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace mogul::MOGUL_LEVEL
