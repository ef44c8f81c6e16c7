// Work on rows, shared out to threads so that the result does not depend on their number.
//
// Rows are cut into chunks of kChunkRows. A thread takes the next chunk, sums it into a buffer of its own, and the
// buffers are added to the total strictly in the order of the chunks: total = (((0 + c_0) + c_1) + c_2) ... Threads
// live for one call: nothing is left behind that a fork could break.
#pragma once

#include "views.hpp"

#include <functional>

namespace mogul {

struct ChunkPlan {
    Index n_rows;
    Index n_sums;        // doubles that a chunk sums into; 0: chunks write their results themselves
    Index scratch_bytes; // of one thread
    double nanoseconds;  // rough work of one thread in all: little work starts no thread
    int n_threads;       // at most
};

// chunk(begin, end, sums, scratch) adds the rows begin..end, and must not throw. `total` (n_sums) is added to.
// Throws std::bad_alloc before any work is begun.
using Chunk = std::function<void(Index begin, Index end, double *sums, char *scratch)>;
void for_each_chunk(const ChunkPlan &plan, const Chunk &chunk, double *total);

} // namespace mogul
