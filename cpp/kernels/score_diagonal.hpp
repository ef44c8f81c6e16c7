// Scores for diagonal covariances. Reference: mogul/_kernels/reference.py, score_diagonal.
//
//     joint_nk = constants[k] - sum_d ((x_nd - m_kd) P_kd)^2 / 2
//
// and the rest as in score_full.hpp. Cost: 4 K D operations and K exponentials a row.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index score_diagonal_scratch(const ScoreTask &task);
void score_diagonal(const ScoreTask &task, Index begin, Index end, char *scratch);

} // namespace mogul::MOGUL_LEVEL
