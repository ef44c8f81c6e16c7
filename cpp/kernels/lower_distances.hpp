// A new centre of k-means++. Reference: mogul/_kernels/reference.py, lower_distances.
//
//     squared_distances[n] = min(squared_distances[n], |x_n - centre|^2)
//
// Cost: 2 D operations a row. Scratch: D S numbers.
#pragma once

#include "views.hpp"

namespace mogul {

struct LowerTask {
    Rows rows;
    const double *centre;      // D
    double *squared_distances; // N, lowered in place
};

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

Index lower_distances_scratch(const LowerTask &task);
void lower_distances(const LowerTask &task, Index begin, Index end, char *scratch);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
