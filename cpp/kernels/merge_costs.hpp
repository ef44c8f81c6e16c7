// What it costs to merge one cluster with each of many. Reference: mogul/_kernels/reference_agglomeration.py.
//
// Of the union of two clusters: n = n_i + n_j, c = n_i n_j / n, d = m_i - m_j, W = W_i + W_j + c d d', and
//
//     merge_costs_apart     c |d|^2
//     merge_costs_volumes   n log(|W / n| + (tr W + average) / n) - term_i - term_j,
//
// the determinant left out up to D rows, or where scatters are not kept.
//
// Cost: 3 D operations a pair, with determinants D^3 / 3 more. Scratch: D^2 / 2 times 32 numbers.
#pragma once

#include "views.hpp"

namespace mogul {

// Clusters stand in strips of so many; of each field, those of the clusters of a strip side by side.
constexpr Index kClusters = 32;

// The fields of a cluster, and where each begins. A dead one has the term -infinity: merging with it costs infinity.
struct ClusterFields {
    Index n_features;
    bool has_scatters;

    static constexpr Index term = 0, count = 1, trace = 2, size = 3, mean = 4; // n_k log(...), n_k, tr W_k, rows, m_k
    Index scatter() const { return mean + n_features; }                        // W_k: the rows of its lower triangle
    Index n() const { return scatter() + (has_scatters ? n_features * (n_features + 1) / 2 : 0); }
};

struct MergeTask {
    ClusterFields fields;
    const double *clusters; // strips of kClusters
    Index n_clusters;
    const double *one; // fields
    double average;
};

struct Cheapest {
    Index cluster; // the first of equals; -1: all are dead
    double cost;
};

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

Cheapest merge_costs_apart(const MergeTask &task, char *scratch);
Cheapest merge_costs_volumes(const MergeTask &task, char *scratch);
Index merge_costs_scratch(const ClusterFields &fields);

// Means of all clusters to m - beta u (u'm), u D numbers.
void shrink_means(double *clusters, Index n_clusters, const ClusterFields &fields, const double *u, double beta);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
