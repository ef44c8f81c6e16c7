// Cholesky factors and their inverses. Reference: mogul/_kernels/reference.py, factorise.
//
//     A = L L',   P = L^-1,   log_determinant = 2 sum_i log L_ii
//
// Only the lower triangle of A is read; the upper triangles of L and P are zero. Scaling features by powers of two
// scales L and P exactly. Cost: D^3 / 3 multiply-adds. Scratch: D^2 numbers.
#pragma once

#include "views.hpp"

namespace mogul::MOGUL_LEVEL {

Index factorise_scratch(Index D);

// False if A is not positive definite in floating point: a pivot is not positive or not finite.
bool factorise(const double *A, Index D, double *L, double *P, double *log_determinant, char *scratch);

} // namespace mogul::MOGUL_LEVEL
