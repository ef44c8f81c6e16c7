// Scores for dense covariances. Reference: mogul/_kernels/reference.py, score_full.
//
//     joint_nk = constants[k] - |P_k (x_n - m_k)|^2 / 2,   log_density_n = log sum_k exp(joint_nk)
//     responsibility_nk = exp(joint_nk - log_density_n),   label_n = the first k of the largest joint
//
// by the same instructions as expect_full, so that both agree to the last bit. Cost: K D^2 / 2 multiply-adds a row.
// Scratch: a block of B rows, (K + 2 D) B numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index score_full_scratch(const ScoreTask &task);
void score_full(const ScoreTask &task, Index begin, Index end, char *scratch);

} // namespace mogul::MOGUL_LEVEL
