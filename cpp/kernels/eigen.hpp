// Eigenvalues and eigenvectors of one small symmetric matrix, by Jacobi's rotations (Golub and Van Loan, Matrix
// Computations, 8.5). The same bits in any unit that is a power of two.
#pragma once

#include "views.hpp"

namespace mogul {

// `matrix`, D x D, is used up; `values`, D, ascend; the columns of `vectors`, D x D, are the eigenvectors.
void eigen(double *matrix, Index D, double *values, double *vectors);

} // namespace mogul
