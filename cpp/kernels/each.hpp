// Independent pieces of work, shared out to threads that live for one call.
#pragma once

#include "views.hpp"

#include <functional>

namespace mogul {

// work(i) for i in 0..n, in any order, each once. `nanoseconds`: rough work in all; little work starts no thread.
// The first exception of a piece is thrown here, after all threads have ended.
void for_each_piece(Index n, double nanoseconds, int n_threads, const std::function<void(Index)> &work);

} // namespace mogul
