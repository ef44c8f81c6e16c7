// Factors of K covariances. Formula in factorise.hpp.
#pragma once

#include "views.hpp"

namespace mogul {

struct Factorisation {
    double *factors, *whitening; // K x D x D, zero on entry
    double *log_determinants;    // K, zero on entry
};

// Returns the first k whose matrix is not positive definite in floating point, or -1.
Index factorise(const double *covariances, Index K, Index D, const Factorisation &out);

} // namespace mogul
