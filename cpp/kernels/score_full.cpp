#include "score_full.hpp"

#include "joint_full.hpp"
#include "score.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>;

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

} // namespace

Index score_full_scratch(const ScoreTask &task) { return bytes_of<Scratch>(task.components); }

void score_full(const ScoreTask &task, Index begin, Index end, char *memory) {
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
            write_scores(m.joint + start * K, K, begin + start, n_rows - start < S ? n_rows - start : S, task.output);
    }
}

} // namespace mogul::MOGUL_LEVEL
