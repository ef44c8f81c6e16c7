// Variances along given axes, by the letters for volume and shape. Formulas in constraint.hpp.
#pragma once

#include "views.hpp"

namespace mogul {

// The geometric mean of n positive numbers, to the same bits in any unit that is a power of two; 0 if one is 0.
double geometric_mean(const double *values, Index n);

// Each replaces averages s, K x D, by variances; false if there is no minimum. `volumes`: K numbers, `shape`: D.
// Volumes that are alike are sought from those given.
bool share_variances(const double *counts, Index K, Index D, double *s, double *shape);
bool share_volume(const double *counts, Index K, Index D, double *s, double *volumes);
bool share_shape(const double *counts, Index K, Index D, double *s, double *volumes, double *shape);

} // namespace mogul
