// Pairs by component: the order in which a truncated pass reads rows, and work on groups shared out to threads.
// Reference: mogul/_kernels/reference_truncated.py, grouped.
#pragma once

#include "views.hpp"

#include <functional>

namespace mogul {

// members[edges[g]..edges[g + 1]] are the numbers n, ascending, of the keys equal to g; negative keys are in no group.
// `edges`: n_groups + 1. `members`: as many as keys. Cost: two readings of the keys.
void group(const int *keys, Index n_keys, Index n_groups, long long *edges, int *members);

// work(group, scratch) is called once for each group of begin..end, by one thread, in no order: what it writes must be
// its group's own. `nanoseconds`: rough work in all. Throws std::bad_alloc.
using GroupWork = std::function<void(Index group, char *scratch)>;
void for_each_group(Index begin, Index end, Index scratch_bytes, double nanoseconds, int n_threads,
                    const GroupWork &work);

} // namespace mogul
