// E-step and moments for dense covariances. Reference: mogul/_kernels/reference.py, expect_full.
//
// With v_n the row weights, r_nk = v_n exp(joint_nk) / sum_j exp(joint_nj) and z_nk = P_k (x_n - m_k), adds to `sums`
//
//     log_likelihood   sum_n v_n log sum_k exp(joint_nk)
//     counts[k]        sum_n r_nk                            K
//     first[k]         sum_n r_nk z_nk                       K x D
//     inner[k]         sum_n r_nk z_nk z_nk'                 K x D (D + 1) / 2, rows of the lower triangle
//
// one after the other. Products are of whitened differences: they are free of units and keep their relative accuracy
// along narrow directions; unwhiten.hpp brings them back to the units of the data.
//
// Cost: K (D + 1)(D + 2) multiply-adds and K exponentials a row. Scratch: one block of B rows, K (D + 1) B numbers;
// where that outgrows the cache z is formed a second time instead of kept. Nothing is N x K.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index expect_full_scratch(const ExpectTask &task);

// Adds the sums of rows begin..end, at most a chunk. `scratch` is aligned to 64 bytes.
void expect_full(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace mogul::MOGUL_LEVEL
