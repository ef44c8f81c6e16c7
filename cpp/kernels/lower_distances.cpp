#include "lower_distances.hpp"

#include "panel.hpp"
#include "squared_distance.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

} // namespace

Index lower_distances_scratch(const LowerTask &task) { return S * task.rows.n_features * Index(sizeof(double)); }

void lower_distances(const LowerTask &task, Index begin, Index end, char *memory) {
    double *panel = reinterpret_cast<double *>(memory);
    for (; begin < end; begin += S) {
        const Index n_rows = end - begin < S ? end - begin : S;
        alignas(64) double squared[S];
        fill_panel(task.rows, begin, n_rows, panel);
        for (int at = 0; at < S; at += kGroup * W) {
            Vector<double> square[kGroup];
            squared_distance(panel + at, task.rows.n_features, task.centre, square);
            MOGUL_FOR(v, 0, kGroup) store(squared + at + v * W, square[v]);
        }
        double *out = task.squared_distances + begin;
        for (Index n = 0; n < n_rows; ++n) out[n] = squared[n] < out[n] ? squared[n] : out[n];
    }
}

} // namespace mogul::MOGUL_LEVEL
