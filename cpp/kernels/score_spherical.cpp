#include "score_spherical.hpp"

#include "joint_diagonal.hpp"
#include "score.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>;

struct Scratch {
    Index block_rows;
    double *panel, *joint;

    Scratch(Arena &arena, const Components &c) : block_rows(c.n_components * c.n_features <= 2048 ? 256 : 64) {
        panel = arena.take<double>(block_rows * c.n_features);
        joint = arena.take<double>(block_rows * c.n_components);
    }
};

} // namespace

Index score_spherical_scratch(const ScoreTask &task) { return bytes_of<Scratch>(task.components); }

void score_spherical(const ScoreTask &task, Index begin, Index end, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components;
    Arena arena{memory};
    const Scratch m(arena, c);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows, n_strips = strips_of(n_rows, S);
        fill_panel(task.rows, begin, n_rows, m.panel);
        joint_diagonal<double>(m.panel, n_strips, c, {1, 0}, m.joint, nullptr);
        for (Index start = 0; start < n_rows; start += S)
            write_scores(m.joint + start * K, K, begin + start, n_rows - start < S ? n_rows - start : S, task.output);
    }
}

} // namespace mogul::MOGUL_LEVEL
