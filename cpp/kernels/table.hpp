// Every kernel of a SIMD level, as a table of functions.
#pragma once

#include "expect_lifted.hpp"
#include "merge_costs.hpp"
#include "truncated.hpp"
#include "views.hpp"

namespace mogul {

struct NearestTask;
struct LowerTask;

struct ExpectKernel {
    Index (*scratch)(const ExpectTask &);
    void (*add)(const ExpectTask &, Index begin, Index end, double *sums, char *scratch);
};

struct ScoreKernel {
    Index (*scratch)(const ScoreTask &);
    void (*write)(const ScoreTask &, Index begin, Index end, char *scratch);
};

struct KernelTable {
    const char *level;
    ExpectKernel expect_full, expect_tied, expect_diagonal, expect_spherical;
    Index (*expect_lifted_scratch)(const LiftedTask &);
    void (*expect_lifted)(const LiftedTask &, Index begin, Index end, double *sums, char *scratch);
    ScoreKernel score_full, score_tied, score_diagonal, score_spherical;
    Index (*regress_full_scratch)(const RegressTask &);
    void (*regress_full)(const RegressTask &, Index begin, Index end, char *scratch);
    const TruncatedKernel &truncated_full, &truncated_tied, &truncated_diagonal, &truncated_spherical;

    Index (*weigh_kept_scratch)(const WeighTask &);
    void (*weigh_kept)(const WeighTask &, Index begin, Index end, double *sums, char *scratch);

    Index (*nearest_centres_scratch)(const NearestTask &);
    void (*nearest_centres)(const NearestTask &, Index begin, Index end, double *sums, char *scratch);
    Index (*lower_distances_scratch)(const LowerTask &);
    void (*lower_distances)(const LowerTask &, Index begin, Index end, char *scratch);
    Index (*merge_costs_scratch)(const ClusterFields &);
    Cheapest (*merge_costs_apart)(const MergeTask &, char *scratch);
    Cheapest (*merge_costs_volumes)(const MergeTask &, char *scratch);
    void (*shrink_means)(double *clusters, Index n_clusters, const ClusterFields &, const double *u, double beta);
    Index (*scan_scratch)(const Rows &);
    Index (*scan)(const Rows &, Index begin, Index end, double *minimum, double *maximum, char *scratch);

    Index (*factorise_scratch)(Index D);
    bool (*factorise)(const double *A, Index D, double *L, double *P, double *log_determinant, char *scratch);
    Index (*unwhiten_scratch)(Index D);
    void (*unwhiten)(const double *L, const double *M, Index D, double *second, char *scratch);
    void (*unwhiten_first)(const double *L, const double *f, Index D, double *first);
};

} // namespace mogul
