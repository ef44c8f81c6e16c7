// Scores for one shared covariance. Reference: mogul/_kernels/reference.py, score_tied.
//
//     joint_nk = constants[k] - |P (x_n - m_k)|^2 / 2
//
// and the rest as in score_full.hpp. Cost: D^2 + 3 K D operations and K exponentials a row.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index score_tied_scratch(const ScoreTask &task);
void score_tied(const ScoreTask &task, Index begin, Index end, char *scratch);

} // namespace mogul::MOGUL_LEVEL
