// What the volume and the weight of a component add to its joint log density.
// Reference: mogul/_kernels/reference.py, log_determinants and constants.
//
//     log_determinants[k] = sum_d log v_kd,   constants[k] = log w_k - (log_determinants[k] + D log 2 pi) / 2
//
// One routine for whoever scores: equal parameters give equal bits. A weight of zero gives minus infinity.
#pragma once

#include "views.hpp"

namespace mogul {

// variances: K x D, positive.
void log_determinants(const double *variances, Index K, Index D, double *out);

void constants(const double *weights, const double *log_determinants, Index K, Index D, double *out);

} // namespace mogul
