#include "nearest_centres.hpp"

#include "panel.hpp"
#include "squared_distance.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

void label_strip(const NearestTask &task, const double *panel, double *squared, long long *labels) {
    const Index D = task.rows.n_features;
    for (int at = 0; at < S; at += kGroup * W) {
        Vector<double> nearest[kGroup], square[kGroup];
        Bits<double> label[kGroup] = {};
        squared_distance(panel + at, D, task.centres, nearest);
        for (Index k = 1; k < task.n_centres; ++k) {
            squared_distance(panel + at, D, task.centres + k * D, square);
            MOGUL_FOR(v, 0, kGroup) {
                const auto nearer = square[v] < nearest[v]; // the first of equals stays
                nearest[v] = nearer ? square[v] : nearest[v];
                label[v] = nearer ? Bits<double>{} + (long long)(k) : label[v];
            }
        }
        for (int v = 0; v < kGroup; ++v)
            for (int lane = 0; lane < W; ++lane) {
                squared[at + v * W + lane] = nearest[v][lane];
                labels[at + v * W + lane] = label[v][lane];
            }
    }
}

// first += v (x - centre); where a row's features stand side by side, they are read there, not out of the panel.
void add_difference(const NearestTask &task, const double *panel, Index begin, Index n, double v, const double *centre,
                    double *first) {
    const Rows &rows = task.rows;
    const Index D = rows.n_features;
    const char *row = rows.data + (begin + n) * rows.row_stride;
    if (!rows.single && rows.column_stride == Index(sizeof(double)))
        for (Index d = 0; d < D; ++d) first[d] += v * (item_at<double>(row + d * Index(sizeof(double))) - centre[d]);
    else
        for (Index d = 0; d < D; ++d) first[d] += v * (panel[d * S + n] - centre[d]);
}

} // namespace

Index nearest_centres_scratch(const NearestTask &task) { return S * task.rows.n_features * Index(sizeof(double)); }

void nearest_centres(const NearestTask &task, Index begin, Index end, double *sums, char *memory) {
    const Index D = task.rows.n_features;
    double *panel = reinterpret_cast<double *>(memory), *counts = sums, *first = sums + task.n_centres;
    for (; begin < end; begin += S) {
        const Index n_rows = end - begin < S ? end - begin : S;
        alignas(64) double squared[S];
        alignas(64) long long labels[S];
        fill_panel(task.rows, begin, n_rows, panel);
        label_strip(task, panel, squared, labels);
        for (Index n = 0; n < n_rows; ++n) {
            const Index k = labels[n];
            task.labels[begin + n] = k;
            task.squared_distances[begin + n] = squared[n];
            const double v = task.row_weights ? task.row_weights[begin + n] : 1.0;
            if (!(v > 0)) continue;
            counts[k] += v;
            add_difference(task, panel, begin, n, v, task.centres + k * D, first + k * D);
        }
    }
}

} // namespace mogul::MOGUL_LEVEL
