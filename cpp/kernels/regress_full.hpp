// Conditional means for dense covariances. Reference: mogul/_kernels/reference.py, regress_full.
//
//     r_nk = responsibilities as in score_full.hpp
//     expected_nm = sum_k r_nk (centres_km + sum_d slopes_kmd (x_nd - centre_d))
//
// and log_density_n as in score_full.hpp. Neither responsibilities nor the means of components are ever stored.
// Cost: K D^2 / 2 + K M D multiply-adds and K exponentials a row. Scratch: a block of B rows, (K + 2 D) B numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index regress_full_scratch(const RegressTask &task);
void regress_full(const RegressTask &task, Index begin, Index end, char *scratch);

} // namespace mogul::MOGUL_LEVEL
