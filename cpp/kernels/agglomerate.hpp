// Agglomeration: again and again the two clusters are merged whose union raises a criterion least. Reference:
// mogul/_kernels/reference_agglomeration.py, where the criteria are.
//
// Each cluster knows the cheapest of the clusters before it, and a heap which of them is cheapest of all. A merged
// cluster is a new, last one, so that none of the others need be told of it; one whose partner died looks for another
// when its turn comes, what it paid before being a bound of what it will pay.
//
// EEE: the cost is N log(1 + c d' M^-1 d), M = W + average I. Means are kept in coordinates in which M = I; a merge
// adds v v' to M, v = sqrt(c) d, and in these coordinates m <- m - beta v v'm, beta = (1 - 1 / sqrt(1 + v'v)) / v'v.
// What a merge costs never falls below what it did times the |M| of then over that of now.
//
// Cost: two to four times N^2 costs of pairs (merge_costs.hpp), with few rows that look again.
// Scratch: 3 N / 2 clusters.
#pragma once

#include "views.hpp"

namespace mogul {

struct AgglomerateTask {
    Rows rows;                 // N > 0
    const double *row_weights; // N, positive
    int n_threads;
};

// merges: (N - 1) x 2, the lower number first; merge t makes cluster N + t. costs: N - 1.
void agglomerate_eii(const AgglomerateTask &task, long long *merges, double *costs);
void agglomerate_vii(const AgglomerateTask &task, long long *merges, double *costs);
void agglomerate_eee(const AgglomerateTask &task, long long *merges, double *costs);
void agglomerate_vvv(const AgglomerateTask &task, long long *merges, double *costs);

} // namespace mogul
