#include "expect_tied.hpp"

#include "arena.hpp"
#include "block.hpp"
#include "joint_tied.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

struct Scratch {
    Index block_rows;
    double *panel, *weights, *scale, *joint, *roots, *residual, *difference;

    Scratch(Arena &arena, const Components &c)
        : block_rows(rows_within(c.n_components + 2 * c.n_features + 4, 96 << 10)) {
        const Index K = c.n_components, D = c.n_features, B = block_rows;
        panel = arena.take<double>(B * D);
        weights = arena.take<double>(B);
        scale = arena.take<double>(B);
        joint = arena.take<double>(B * K);
        roots = arena.take<double>(B);
        residual = arena.take<double>(B * D);
        difference = arena.take<double>(S * D);
    }
};

struct Sums {
    double *log_likelihood, *counts, *first, *inner;

    Sums(double *sums, const Components &c)
        : log_likelihood(sums),
          counts(sums + 1),
          first(counts + c.n_components),
          inner(first + c.n_components * c.n_features) {}
};

// values *= factor, lane by lane, exactly 0 where the factor is: n features of a strip.
void scale_strip(double *values, Index n, const double *factor) {
    for (int at = 0; at < S; at += W) {
        const Vector<double> f = load(factor + at), none = {};
        for (Index i = 0; i < n; ++i) {
            double *to = values + i * S + at;
            store(to, Vector<double>(f > none ? f * load(to) : none));
        }
    }
}

void take_roots(const double *values, Index n, double *roots) {
    for (Index i = 0; i < n; ++i) roots[i] = __builtin_sqrt(values[i]);
}

void add_moments(const Components &c, const Scratch &m, Index n_strips, Sums &sums) {
    const Index K = c.n_components, D = c.n_features;
    for (Index k = 0; k < K; ++k) {
        const double count = weigh_component(m.joint + k * S, K * S, m.scale, n_strips, m.roots);
        if (count == 0) continue;
        sums.counts[k] += count;
        take_roots(m.roots, n_strips * S, m.roots);
        for (Index s = 0; s < n_strips; ++s) {
            subtract_mean(m.panel + s * D * S, c.centres + k * D, D, m.residual + s * D * S);
            scale_strip(m.residual + s * D * S, D, m.roots + s * S);
        }
        add_outer_products<double>(m.residual, D, m.roots, n_strips, sums.first + k * D, sums.inner);
    }
}

} // namespace

Index expect_tied_scratch(const ExpectTask &task) { return bytes_of<Scratch>(task.components); }

void expect_tied(const ExpectTask &task, Index begin, Index end, double *totals, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    Arena arena{memory};
    const Scratch m(arena, c);
    Sums sums(totals, c);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows, n_strips = strips_of(n_rows, S);
        fill_panel(task.rows, begin, n_rows, m.panel);
        fill_weights(task.row_weights, begin, n_rows, m.weights);
        whiten_panel(m.panel, n_strips, D, c.origin, c.whitening, m.difference);
        joint_tied<double>(m.panel, n_strips, c, m.joint);
        *sums.log_likelihood += normalise_block(m.joint, K, n_strips, m.weights, 0.0, m.scale);
        add_moments(c, m, n_strips, sums);
    }
}

} // namespace mogul::MOGUL_LEVEL
