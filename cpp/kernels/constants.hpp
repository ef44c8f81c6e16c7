// What the weight and the volume of a component add to its joint log density, in units near its own size.
// Reference: mogul/_kernels/reference.py, constants.
//
//     constants[k] = log w_k + sum_d log(scales[k][d] 2^-e_d) - D/2 log 2 pi,   e_d = exponent of max_k scales[k][d]
//
// with scales[k][d] = (P_k)_dd, one over a standard deviation. Returned is the sum of the e_d: a log density is what
// the constants make of it plus that sum times log 2. So features scaled by powers of two have the same constants, to
// the last bit. A weight of zero gives minus infinity.
#pragma once

#include "views.hpp"

namespace mogul {

Index constants(const double *weights, const double *scales, Index K, Index D, double *out);

} // namespace mogul
