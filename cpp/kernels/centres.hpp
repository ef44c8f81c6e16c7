// k-means on all rows: chunks on threads. Formulas in nearest_centres.hpp and lower_distances.hpp.
#pragma once

#include "lower_distances.hpp"
#include "nearest_centres.hpp"

namespace mogul {

// counts (K) and first (K x D) are written.
void nearest_centres(const NearestTask &task, int n_threads, double *counts, double *first);
void lower_distances(const LowerTask &task, int n_threads);

} // namespace mogul
