// The truncated E-step: each row keeps the C components of its largest joints and knows no others.
// Reference: mogul/_kernels/reference_truncated.py.
//
// Forster and Luecke (2018), Can clustering scale sublinearly with its clusters?, AISTATS, algorithm 1; Hirschberger,
// Forster and Luecke (2022), A variational EM acceleration for efficient clustering at very large scales, IEEE
// TPAMI 44.
//
//     recall   joint_nk of rows n and the components k that they kept before
//     search   joint_nk of the rows n of a group and the components k of the group's list; a row takes what is larger
//              than the least it keeps
//     weigh    r_nk = v_n exp(joint_nk) / sum_{j kept} exp(joint_nj), and sum_n v_n log sum_{k kept} exp(joint_nk),
//              which is at most the log-likelihood; shares below 2^-80 are none
//     add      counts[k] = sum_n r_nk,   first[k] = sum_n r_nk z_nk,   second[k] = sum_n r_nk z_nk z_nk'
//
// Rows of a group need not be neighbours in memory: they are gathered into panels, so that all arithmetic runs over
// rows in lanes. A group belongs to one thread, rows are in one group of a search, and sums of a component are made
// in the order of its rows: the number of threads changes no bit.
//
// Cost of a row: one joint for each component of the list; two whitenings and one product of moments for each kept.
// Where all share one covariance, the rows of a group are whitened once, and a joint costs O(D).
#pragma once

#include "views.hpp"

namespace mogul {

// Group g holds members[edges[g]..edges[g + 1]].
struct Groups {
    const long long *edges;
    const int *members;
};

struct RecallTask {
    Rows rows;
    Components components;
    Groups groups; // one a component; members: n * n_kept + c
    Index n_kept;
    double *joint; // N x n_kept, written where the groups have members
};

struct SearchTask {
    Rows rows;
    Components components;
    Groups groups;    // members: rows; no row twice
    const int *lists; // one a group: list_length components, negative for none
    Index list_length;
    int *kept;     // N x n_kept, replaced: by falling joint, -1 (joint minus infinity) where there are fewer
    double *joint; // N x n_kept, replaced
    Index n_kept;
};

struct WeighTask {
    const double *row_weights; // N, or null: all one
    double *joint;             // N x n_kept, replaced by r
    Index n_rows, n_kept;
};

struct AddTask {
    Rows rows;
    Components components;          // constants are not read
    Groups groups;                  // one a component; members: n * n_kept + c
    const double *responsibilities; // N x n_kept
    Index n_kept;
    double *counts, *first, *second; // added to: K, K x D; second is whitened, its layout that of the form
};

// Work on one group. `scratch` is aligned to 64 bytes.
struct TruncatedKernel {
    Index (*scratch)(const Components &);
    void (*recall)(const RecallTask &, Index group, char *scratch);
    void (*search)(const SearchTask &, Index group, char *scratch);
    void (*add)(const AddTask &, Index group, char *scratch);
};

#if defined(MOGUL_LEVEL)
namespace MOGUL_LEVEL {

extern const TruncatedKernel truncated_full, truncated_tied, truncated_diagonal, truncated_spherical;

Index weigh_kept_scratch(const WeighTask &task);
// Adds the sum over rows begin..end to sums[0].
void weigh_kept(const WeighTask &task, Index begin, Index end, double *sums, char *scratch);

} // namespace MOGUL_LEVEL
#endif

} // namespace mogul
