// E-step and moments for one shared covariance. Reference: mogul/_kernels/reference.py, expect_tied.
//
// With y, z and centres c_k as in joint_tied.hpp and r_nk = v_n p_nk as in expect_full.hpp, adds to `sums`
//
//     log_likelihood ; counts[k] = sum_n r_nk (K) ; first[k] = sum_n r_nk z_nk (K x D)
//     inner = sum_nk r_nk z_nk z_nk'          (packed lower triangle)
//
// Differences come first, for components that are too far apart to be lifted (lifting.hpp).
// Scratch: one block of B rows, (2 K + 4 D) B numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index expect_tied_scratch(const ExpectTask &task);
void expect_tied(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace mogul::MOGUL_LEVEL
