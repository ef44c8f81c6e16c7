#include "table.hpp"

#include "expect_diagonal.hpp"
#include "expect_full.hpp"
#include "expect_spherical.hpp"
#include "expect_tied.hpp"
#include "factorise.hpp"
#include "lower_distances.hpp"
#include "merge_costs.hpp"
#include "nearest_centres.hpp"
#include "regress_full.hpp"
#include "scan.hpp"
#include "score_diagonal.hpp"
#include "score_full.hpp"
#include "score_spherical.hpp"
#include "score_tied.hpp"
#include "unwhiten.hpp"

#define MOGUL_TEXT_(x) #x
#define MOGUL_TEXT(x) MOGUL_TEXT_(x)

namespace mogul::MOGUL_LEVEL {

extern const KernelTable table;

const KernelTable table = {
    MOGUL_TEXT(MOGUL_LEVEL),
    {expect_full_scratch, expect_full},
    {expect_tied_scratch, expect_tied},
    {expect_diagonal_scratch, expect_diagonal},
    {expect_spherical_scratch, expect_spherical},
    expect_lifted_scratch,
    expect_lifted,
    {score_full_scratch, score_full},
    {score_tied_scratch, score_tied},
    {score_diagonal_scratch, score_diagonal},
    {score_spherical_scratch, score_spherical},
    regress_full_scratch,
    regress_full,
    truncated_full,
    truncated_tied,
    truncated_diagonal,
    truncated_spherical,
    weigh_kept_scratch,
    weigh_kept,
    nearest_centres_scratch,
    nearest_centres,
    lower_distances_scratch,
    lower_distances,
    merge_costs_scratch,
    merge_costs_apart,
    merge_costs_volumes,
    shrink_means,
    scan_scratch,
    scan,
    factorise_scratch,
    factorise,
    unwhiten_scratch,
    unwhiten,
    unwhiten_first,
};

} // namespace mogul::MOGUL_LEVEL
