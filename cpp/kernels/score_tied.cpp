#include "score_tied.hpp"

#include "joint_tied.hpp"
#include "score.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>;

struct Scratch {
    Index block_rows;
    double *panel, *joint, *difference;

    Scratch(Arena &arena, const Components &c) : block_rows(c.n_components * c.n_features <= 2048 ? 256 : 64) {
        panel = arena.take<double>(block_rows * c.n_features);
        joint = arena.take<double>(block_rows * c.n_components);
        difference = arena.take<double>(S * c.n_features);
    }
};

} // namespace

Index score_tied_scratch(const ScoreTask &task) { return bytes_of<Scratch>(task.components); }

void score_tied(const ScoreTask &task, Index begin, Index end, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    Arena arena{memory};
    const Scratch m(arena, c);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows, n_strips = strips_of(n_rows, S);
        fill_panel(task.rows, begin, n_rows, m.panel);
        whiten_panel(m.panel, n_strips, D, c.origin, c.whitening, m.difference);
        joint_tied<double>(m.panel, n_strips, c, m.joint);
        for (Index start = 0; start < n_rows; start += S)
            write_scores(m.joint + start * K, K, begin + start, n_rows - start < S ? n_rows - start : S, task.output);
    }
}

} // namespace mogul::MOGUL_LEVEL
