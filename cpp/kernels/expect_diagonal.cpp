#include "expect_diagonal.hpp"

#include "arena.hpp"
#include "block.hpp"
#include "joint_diagonal.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

struct Scratch {
    Index block_rows;
    double *panel, *weights, *scale, *joint, *r;

    Scratch(Arena &arena, const Components &c) : block_rows(rows_within(c.n_components + c.n_features + 4, 64 << 10)) {
        panel = arena.take<double>(block_rows * c.n_features);
        weights = arena.take<double>(block_rows);
        scale = arena.take<double>(block_rows);
        joint = arena.take<double>(block_rows * c.n_components);
        r = arena.take<double>(block_rows);
    }
};

// first[d] += sum_n r_n z_nd, second[d] += sum_n r_n z_nd^2 for n features.
template <int n>
MOGUL_INLINE void add_features(const double *panel, Index D, const double *r, Index n_strips, const double *mean,
                               const double *P, double *first, double *second) {
    Vector<double> acc[2 * n] = {};
    for (Index s = 0; s < n_strips; ++s, panel += D * S, r += S)
        for (int at = 0; at < S; at += W) {
            const Vector<double> weight = load(r + at), none = {};
            const auto counts = weight > none; // a row that does not count may be infinitely far
            MOGUL_FOR(i, 0, n) {
                Vector<double> z = (load(panel + i * S + at) - mean[i]) * P[i];
                z = counts ? z : none;
                const Vector<double> weighted_z = weight * z;
                acc[i] += weighted_z;
                acc[n + i] += weighted_z * z;
            }
        }
    double sums[2 * n];
    sum_lanes<double>(acc, sums);
    for (int i = 0; i < n; ++i) first[i] += sums[i], second[i] += sums[n + i];
}

void add_moments(const Components &c, const Scratch &m, Index n_strips, double *counts) {
    const Index K = c.n_components, D = c.n_features;
    double *first = counts + K, *second = first + K * D;
    for (Index k = 0; k < K; ++k) {
        const double count = weigh_component(m.joint + k * S, K * S, m.scale, n_strips, m.r);
        if (count == 0) continue;
        counts[k] += count;
        in_pieces<4>(D, [&](Index d, auto features) {
            const Index kd = k * D + d;
            add_features<decltype(features)::value>(m.panel + d * S, D, m.r, n_strips, c.means + kd, c.whitening + kd,
                                                    first + kd, second + kd);
        });
    }
}

} // namespace

Index expect_diagonal_scratch(const ExpectTask &task) { return bytes_of<Scratch>(task.components); }

void expect_diagonal(const ExpectTask &task, Index begin, Index end, double *sums, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    Arena arena{memory};
    const Scratch m(arena, c);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows, n_strips = strips_of(n_rows, S);
        fill_panel(task.rows, begin, n_rows, m.panel);
        fill_weights(task.row_weights, begin, n_rows, m.weights);
        joint_diagonal<double>(m.panel, n_strips, c, {D, 1}, m.joint, nullptr);
        sums[0] += normalise_block(m.joint, K, n_strips, m.weights, 0.0, m.scale);
        add_moments(c, m, n_strips, sums + 1);
    }
}

} // namespace mogul::MOGUL_LEVEL
