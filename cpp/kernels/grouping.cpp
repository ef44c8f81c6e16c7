#include "grouping.hpp"

#include "each.hpp"
#include "memory.hpp"

#include <algorithm>
#include <vector>

namespace mogul {

void group(const int *keys, Index n_keys, Index n_groups, long long *edges, int *members) {
    std::fill_n(edges, n_groups + 1, 0);
    for (Index n = 0; n < n_keys; ++n)
        if (keys[n] >= 0) ++edges[keys[n] + 1];
    for (Index g = 0; g < n_groups; ++g) edges[g + 1] += edges[g];
    std::vector<long long> next(edges, edges + n_groups);
    for (Index n = 0; n < n_keys; ++n)
        if (keys[n] >= 0) members[next[static_cast<std::size_t>(keys[n])]++] = static_cast<int>(n);
}

void for_each_group(Index begin, Index end, Index scratch_bytes, double nanoseconds, int n_threads,
                    const GroupWork &work) {
    // Enough pieces to keep all threads busy to the end, few enough that their memory costs nothing.
    const Index n = end - begin, n_pieces = std::min<Index>(n, 16 * n_threads);
    for_each_piece(n_pieces, nanoseconds, n_threads, [&](Index piece) {
        const Aligned<char> scratch = aligned<char>(scratch_bytes);
        for (Index g = begin + n * piece / n_pieces; g < begin + n * (piece + 1) / n_pieces; ++g)
            work(g, scratch.get());
    });
}

} // namespace mogul
