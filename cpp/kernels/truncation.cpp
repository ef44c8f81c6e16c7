#include "truncation.hpp"

#include "chunks.hpp"
#include "grouping.hpp"
#include "levels.hpp"

namespace mogul {

namespace {

double work_of(const Groups &groups, Index begin, Index end, Index D) {
    return static_cast<double>(groups.edges[end] - groups.edges[begin]) * (8 + 0.04 * static_cast<double>(D * D));
}

} // namespace

void recall(const TruncatedKernel &kernel, const RecallTask &task, Index begin, Index end, int n_threads) {
    for_each_group(begin, end, kernel.scratch(task.components), work_of(task.groups, begin, end, task.rows.n_features),
                   n_threads, [&](Index group, char *scratch) { kernel.recall(task, group, scratch); });
}

void search(const TruncatedKernel &kernel, const SearchTask &task, Index begin, Index end, int n_threads) {
    const double work = work_of(task.groups, begin, end, task.rows.n_features) * static_cast<double>(task.list_length);
    for_each_group(begin, end, kernel.scratch(task.components), work, n_threads,
                   [&](Index group, char *scratch) { kernel.search(task, group, scratch); });
}

void order_kept(int *kept, double *joint, Index N, Index C, int n_threads) {
    const auto order_row = [C](int *k, double *value) {
        for (Index c = 1; c < C; ++c) {
            const int moved = k[c];
            const double least = value[c];
            Index to = c;
            for (; to > 0 && value[to - 1] < least; --to) {
                k[to] = k[to - 1];
                value[to] = value[to - 1];
            }
            k[to] = moved;
            value[to] = least;
        }
    };
    const auto order_rows = [&](Index begin, Index end, double *, char *) {
        for (Index n = begin; n < end; ++n) order_row(kept + n * C, joint + n * C);
    };
    for_each_chunk({N, 0, 0, 4 * static_cast<double>(N * C), n_threads}, order_rows, nullptr);
}

double weigh_kept(const WeighTask &task, int n_threads) {
    const KernelTable &table = kernels();
    double log_likelihood = 0;
    const double work = 2 * static_cast<double>(task.n_rows * (task.n_kept + 2));
    for_each_chunk(
        {task.n_rows, 1, table.weigh_kept_scratch(task), work, n_threads},
        [&](Index begin, Index end, double *sums, char *scratch) { table.weigh_kept(task, begin, end, sums, scratch); },
        &log_likelihood);
    return log_likelihood;
}

void add_kept(const TruncatedKernel &kernel, const AddTask &task, Index begin, Index end, int n_threads) {
    const double work = 2 * work_of(task.groups, begin, end, task.rows.n_features);
    for_each_group(begin, end, kernel.scratch(task.components), work, n_threads,
                   [&](Index group, char *scratch) { kernel.add(task, group, scratch); });
}

void unwhiten(const double *factors, const double *inner_first, const double *inner, Index K, Index D, int n_threads,
              double *first, double *second) {
    const KernelTable &table = kernels();
    const double work = static_cast<double>(K * D * D) * static_cast<double>(D + 8);
    for_each_group(0, K, table.unwhiten_scratch(D), work, n_threads, [&](Index k, char *scratch) {
        table.unwhiten_first(factors + k * D * D, inner_first + k * D, D, first + k * D);
        table.unwhiten(factors + k * D * D, inner + k * (D * (D + 1) / 2), D, second + k * D * D, scratch);
    });
}

} // namespace mogul
