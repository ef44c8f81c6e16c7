// E-step and moments for one shared covariance. Reference: mogul/_kernels/reference.py, expect_tied.
//
// With y, z and centres c_k as in joint_tied.hpp and r_nk = v_n p_nk as in expect_full.hpp, adds to `sums`
//
//     log_likelihood ; counts[k] = sum_n r_nk (K) ; first[k] = sum_n r_nk z_nk (K x D)
//     inner = sum_nk r_nk z_nk z_nk'          (packed lower triangle)
//     pairs[j, k] = sum_n v_n p_nj p_nk       (packed lower triangle, if tied_uses_pairs)
//
// Few components (tied_uses_pairs): the scatter of a row splits into that about its own posterior mean and that between
// the components it is torn between,
//
//     sum_k r_nk z_nk z_nk' = v_n e_n e_n' + v_n sum_{j>k} p_nj p_nk (c_j - c_k)(c_j - c_k)',   e_n = y_n - sum_k p_nk
//     c_k
//
// Every term is positive: nothing cancels, however far the components are apart. `inner` holds the first part, the
// caller adds sum_{j>k} pairs[j, k] (c_j - c_k)(c_j - c_k)'. A row costs D^2 / 2 + K (4 D + K / 2) operations instead
// of K (D^2 / 2 + 4 D). Many components: `inner` is summed directly.
//
// Scratch: one block of B rows, (2 K + 4 D) B numbers.
#pragma once

#include "views.hpp"

namespace mogul {

constexpr bool tied_uses_pairs(Index K, Index D) { return K <= D * (D + 1); }

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

Index expect_tied_scratch(const ExpectTask &task);
void expect_tied(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
