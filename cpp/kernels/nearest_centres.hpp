// Assignment of k-means. Reference: mogul/_kernels/reference.py, nearest_centres.
//
//     label_n = the first k of the smallest |x_n - c_k|^2,   squared_distance_n = that smallest
//     counts[k] = sum v_n over the rows of k (K),   first[k] = sum v_n (x_n - c_k) over them (K x D)
//
// counts and first are added to `sums`, one after the other. Differences first: data may be far from zero.
// Cost: 2 K D operations a row. Scratch: D B numbers.
#pragma once

#include "views.hpp"

namespace mogul {

struct NearestTask {
    Rows rows;
    const double *row_weights; // N, or null: all one
    const double *centres;     // K x D
    Index n_centres;
    long long *labels;         // N, written
    double *squared_distances; // N, written
};

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

Index nearest_centres_scratch(const NearestTask &task);
void nearest_centres(const NearestTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
