// Whitened moments -> units of the data. Reference: the last lines of expect_full in mogul/_kernels/reference.py.
//
//     first = L f,   second = L M L'
//
// f: D. M: packed lower triangle of a symmetric matrix. second: D x D, both triangles.
// Cost: 5 D^3 / 6 multiply-adds. Scratch: 3 D^2 numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index unwhiten_scratch(Index D);
void unwhiten(const double *L, const double *M, Index D, double *second, char *scratch);
void unwhiten_first(const double *L, const double *f, Index D, double *first);

} // namespace mogul::MOGUL_LEVEL
