// Partitions of few rows by k-means, many in one call. Reference: mogul/_kernels/reference.py, kmeans.
//
// Seeds by k-means++: each of K drawn with probability proportional to weight times squared distance from the seeds
// before it, the best of a few trials (Arthur and Vassilvitskii, 2007, sections 2.2 and 4); the random numbers are
// given. Then rounds of Lloyd's algorithm: every row goes to the nearest centre, every centre to the mean of its rows,
// one without rows to the row that is farthest from its own. Ends when no row moves.
//
// Parts are numbered by their first rows: partitions that differ in nothing but numbers are equal.
// Cost: a trial 2 D, a round 2 K D operations a row. Scratch: N + K D numbers.
#pragma once

#include "views.hpp"

namespace mogul {

struct KmeansTask {
    Rows rows;
    const double *row_weights; // N
    Index n_centres, n_trials;
    const double *uniform; // 1 + (n_centres - 1) n_trials numbers of [0, 1)
    Index n_rounds;        // at most; 0: the nearest seeds
    int n_threads;
};

// There is at least one row. labels: N, written.
void kmeans(const KmeansTask &task, long long *labels);

} // namespace mogul
