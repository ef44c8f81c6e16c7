// E-step and moments for spherical covariances. Reference: mogul/_kernels/reference.py, expect_spherical.
//
// With r_nk as in expect_full.hpp and |z_nk|^2 = sum_d ((x_nd - m_kd) P_k)^2, adds to `sums`
//
//     log_likelihood ; counts[k] = sum_n r_nk (K) ; first = sum_n r_nk (x_nd - m_kd) (K x D) ; second = sum_n r_nk
//     |z_nk|^2 (K)
//
// Only z is squared: data of size 1e-150 or 1e150 do not underflow or overflow. `first` needs no square and stays in
// the units of the data. Cost: 5 K D operations and K exponentials a row. Scratch: (D + 2 K) B numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index expect_spherical_scratch(const ExpectTask &task);
void expect_spherical(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace mogul::MOGUL_LEVEL
