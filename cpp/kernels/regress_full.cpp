#include "regress_full.hpp"

#include "arena.hpp"
#include "joint_full.hpp"
#include "panel.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

struct Scratch {
    Index block_rows;
    double *panel, *joint, *z, *difference;

    Scratch(Arena &arena, const Components &c) : block_rows(c.n_components * c.n_features <= 2048 ? 256 : 64) {
        panel = arena.take<double>(block_rows * c.n_features);
        joint = arena.take<double>(block_rows * c.n_components);
        z = arena.take<double>(S * c.n_features);
        difference = arena.take<double>(S * c.n_features);
    }
};

// x - centre of a strip, in place.
void centre_strip(const double *centre, Index D, double *strip) {
    for (Index d = 0; d < D; ++d)
        for (int at = 0; at < S; at += W)
            store(strip + d * S + at, Vector<double>(load(strip + d * S + at) - centre[d]));
}

// One output of a strip, in lanes: sum_k e_k (centre_k + slopes_k . y) / total, y the centred rows.
void expect_output(const RegressTask &task, Index m, const double *y, const double *exponentials, const double *total,
                   double *expected) {
    const Index K = task.components.n_components, D = task.components.n_features, M = task.n_outputs;
    for (int start = 0; start < S; start += kGroup * W) {
        Vector<double> sum[kGroup] = {};
        for (Index k = 0; k < K; ++k) {
            const double *slopes = task.slopes + (k * M + m) * D;
            Vector<double> mean[kGroup];
            MOGUL_FOR(v, 0, kGroup) mean[v] = broadcast(task.centres[k * M + m]);
            for (Index d = 0; d < D; ++d)
                MOGUL_FOR(v, 0, kGroup) mean[v] += slopes[d] * load(y + d * S + start + v * W);
            MOGUL_FOR(v, 0, kGroup) sum[v] += load(exponentials + k * S + start + v * W) * mean[v];
        }
        MOGUL_FOR(v, 0, kGroup) store(expected + start + v * W, Vector<double>(sum[v] / load(total + start + v * W)));
    }
}

void write_strip(const RegressTask &task, const Scratch &m, Index start, Index begin, Index n_rows) {
    const Index K = task.components.n_components, D = task.components.n_features, M = task.n_outputs;
    alignas(64) double log_density[S], total[S], expected[S];
    double *joint = m.joint + start * K, *strip = m.panel + start * D;
    normalise_strip(joint, K, log_density, total);
    __builtin_memcpy(task.log_density + begin, log_density, n_rows * sizeof(double));
    centre_strip(task.centre, D, strip);
    for (Index output = 0; output < M; ++output) {
        expect_output(task, output, strip, joint, total, expected);
        for (Index n = 0; n < n_rows; ++n) task.expected[(begin + n) * M + output] = expected[n];
    }
}

} // namespace

Index regress_full_scratch(const RegressTask &task) { return bytes_of<Scratch>(task.components); }

void regress_full(const RegressTask &task, Index begin, Index end, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components;
    Arena arena{memory};
    const Scratch m(arena, c);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows;
        fill_panel(task.rows, begin, n_rows, m.panel);
        for (Index k = 0; k < K; ++k)
            joint_full<double>(c, k, m.panel, strips_of(n_rows, S), m.z, 0, m.joint + k * S, K * S, m.difference);
        for (Index start = 0; start < n_rows; start += S)
            write_strip(task, m, start, begin + start, n_rows - start < S ? n_rows - start : S);
    }
}

} // namespace mogul::MOGUL_LEVEL
