#include "centres.hpp"

#include "chunks.hpp"
#include "levels.hpp"
#include "memory.hpp"

#include <algorithm>

namespace mogul {

void nearest_centres(const NearestTask &task, int n_threads, double *counts, double *first) {
    const Index N = task.rows.n_rows, K = task.n_centres, D = task.rows.n_features;
    const KernelTable &table = kernels();
    const Aligned<double> total = aligned<double>(K + K * D);
    std::fill_n(total.get(), K + K * D, 0.0);
    const double work = static_cast<double>(N) * static_cast<double>((K + 8) * (D + 4)) / 12;
    for_each_chunk(
        {N, K + K * D, table.nearest_centres_scratch(task), work, n_threads},
        [&](Index begin, Index end, double *sums, char *scratch) {
            table.nearest_centres(task, begin, end, sums, scratch);
        },
        total.get());
    std::copy_n(total.get(), K, counts);
    std::copy_n(total.get() + K, K * D, first);
}

void lower_distances(const LowerTask &task, int n_threads) {
    const KernelTable &table = kernels();
    const double work = static_cast<double>(task.rows.n_rows * (task.rows.n_features + 2)) / 2;
    for_each_chunk(
        {task.rows.n_rows, 0, table.lower_distances_scratch(task), work, n_threads},
        [&](Index begin, Index end, double *, char *scratch) { table.lower_distances(task, begin, end, scratch); },
        nullptr);
}

} // namespace mogul
