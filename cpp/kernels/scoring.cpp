#include "scoring.hpp"

#include "centring.hpp"
#include "chunks.hpp"
#include "levels.hpp"

namespace mogul {

namespace {

void score_rows(const ScoreKernel &kernel, const ScoreTask &task, double per_component, int n_threads) {
    const double n = static_cast<double>(task.rows.n_rows) * static_cast<double>(task.components.n_components);
    for_each_chunk(
        {task.rows.n_rows, 0, kernel.scratch(task), n * per_component, n_threads},
        [&](Index begin, Index end, double *, char *scratch) { kernel.write(task, begin, end, scratch); }, nullptr);
}

} // namespace

void score_full(const ScoreTask &task, int n_threads) {
    const double D = static_cast<double>(task.components.n_features);
    score_rows(kernels().score_full, task, 4 + 0.03 * D * D, n_threads);
}

void score_tied(const ScoreTask &given, int n_threads) {
    const Centring centring(given.components);
    const ScoreTask task{given.rows, centring.components(), given.output};
    score_rows(kernels().score_tied, task, 4 + static_cast<double>(given.components.n_features) / 4, n_threads);
}

void score_diagonal(const ScoreTask &task, int n_threads) {
    score_rows(kernels().score_diagonal, task, 4 + static_cast<double>(task.components.n_features) / 4, n_threads);
}

void score_spherical(const ScoreTask &task, int n_threads) {
    score_rows(kernels().score_spherical, task, 4 + static_cast<double>(task.components.n_features) / 4, n_threads);
}

void regress_full(const RegressTask &task, int n_threads) {
    const Components &c = task.components;
    const double D = static_cast<double>(c.n_features), M = static_cast<double>(task.n_outputs);
    const double n = static_cast<double>(task.rows.n_rows) * static_cast<double>(c.n_components);
    const auto &table = kernels();
    for_each_chunk(
        {task.rows.n_rows, 0, table.regress_full_scratch(task), n * (4 + 0.03 * D * D + 0.06 * M * D), n_threads},
        [&](Index begin, Index end, double *, char *scratch) { table.regress_full(task, begin, end, scratch); },
        nullptr);
}

} // namespace mogul
