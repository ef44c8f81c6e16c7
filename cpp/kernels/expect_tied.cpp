#include "expect_tied.hpp"

#include "arena.hpp"
#include "block.hpp"
#include "joint_tied.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

struct Scratch {
    Index block_rows;
    double *panel, *weights, *scale, *joint, *roots, *residual, *difference, *counts, *first, *centres;

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
        counts = arena.take<double>(K);
        first = arena.take<double>(K * D);
        centres = arena.take<double>(K * D);
    }
};

struct Sums {
    double *log_likelihood, *counts, *first, *inner, *pairs;

    Sums(double *sums, const Components &c)
        : log_likelihood(sums),
          counts(sums + 1),
          first(counts + c.n_components),
          inner(first + c.n_components * c.n_features),
          pairs(inner + packed(c.n_features)) {}
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

// residual = y - sum_k t_k c_k for one strip; `centres` is transposed, D x K.
void subtract_centres(const double *y, const double *t, Index K, Index D, const double *centres, double *residual) {
    for (int at = 0; at < S; at += kGroup * W)
        in_pieces<kOutputs>(D, [&](Index d, auto outputs) __attribute__((always_inline)) {
            constexpr int H = decltype(outputs)::value;
            Vector<double> acc[H][kGroup] = {};
            multiply_rectangle<double, H>(centres + d * K, K, K, t + at, acc);
            MOGUL_FOR(h, 0, H)
                MOGUL_FOR(v, 0, kGroup) {
                    const Index to = (d + h) * S + at + v * W;
                    store(residual + to, Vector<double>(load(y + to) - acc[h][v]));
                }
        });
}

// first += T' Y over a block: K x D.
void add_cross_products(const double *t, Index K, const double *y, Index D, Index n_strips, double *first) {
    in_pieces<kSide>(K, [&](Index k, auto rows) {
        in_pieces<kSide>(D, [&](Index d, auto columns) {
            add_products<double, decltype(rows)::value, decltype(columns)::value>(t + k * S, K * S, y + d * S, D * S,
                                                                                  n_strips, first + k * D + d, D);
        });
    });
}

void add_counts(const double *t, Index K, const double *roots, Index n_strips, double *counts) {
    for (Index k = 0; k < K; ++k) {
        Vector<double> sum = {};
        for (Index s = 0; s < n_strips; ++s)
            for (int at = 0; at < S; at += W) sum += load(t + (s * K + k) * S + at) * load(roots + s * S + at);
        counts[k] += sum_lanes<double>(sum);
    }
}

// With t_nk = sqrt(v_n) p_nk and y scaled by sqrt(v_n), all moments are plain products of panels.
void add_by_pairs(const Components &c, const Scratch &m, Index n_strips, Sums &sums) {
    const Index K = c.n_components, D = c.n_features;
    take_roots(m.weights, n_strips * S, m.roots);
    for (Index s = 0; s < n_strips; ++s) {
        double *scale = m.scale + s * S, *t = m.joint + s * K * S, *y = m.panel + s * D * S;
        for (int at = 0; at < S; at += W) { // scale holds v / total
            const Vector<double> v = load(m.weights + s * S + at), none = {};
            store(scale + at, Vector<double>(v > none ? load(scale + at) / load(m.roots + s * S + at) : none));
        }
        scale_strip(t, K, scale);
        scale_strip(y, D, m.roots + s * S);
        subtract_centres(y, t, K, D, m.centres, m.residual + s * D * S);
    }
    add_counts(m.joint, K, m.roots, n_strips, m.counts);
    add_cross_products(m.joint, K, m.panel, D, n_strips, m.first);
    add_outer_products<double>(m.residual, D, nullptr, n_strips, nullptr, sums.inner);
    add_outer_products<double>(m.joint, K, nullptr, n_strips, nullptr, sums.pairs);
}

void add_directly(const Components &c, const Scratch &m, Index n_strips, Sums &sums) {
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

void begin_pairs(const Components &c, const Scratch &m) {
    const Index K = c.n_components, D = c.n_features;
    for (Index k = 0; k < K; ++k) {
        m.counts[k] = 0;
        for (Index d = 0; d < D; ++d) m.first[k * D + d] = 0, m.centres[d * K + k] = c.centres[k * D + d];
    }
}

// sum r z = sum r y - (sum r) c, of a chunk.
void end_pairs(const Components &c, const Scratch &m, Sums &sums) {
    const Index K = c.n_components, D = c.n_features;
    for (Index k = 0; k < K; ++k) {
        sums.counts[k] += m.counts[k];
        for (Index kd = k * D; kd < (k + 1) * D; ++kd) sums.first[kd] += m.first[kd] - m.counts[k] * c.centres[kd];
    }
}

} // namespace

Index expect_tied_scratch(const ExpectTask &task) { return bytes_of<Scratch>(task.components); }

void expect_tied(const ExpectTask &task, Index begin, Index end, double *totals, char *memory) {
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features;
    const bool pairs = tied_uses_pairs(K, D);
    Arena arena{memory};
    const Scratch m(arena, c);
    Sums sums(totals, c);
    if (pairs) begin_pairs(c, m);
    for (; begin < end; begin += m.block_rows) {
        const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows, n_strips = strips_of(n_rows, S);
        fill_panel(task.rows, begin, n_rows, m.panel);
        fill_weights(task.row_weights, begin, n_rows, m.weights);
        whiten_panel(m.panel, n_strips, D, c.origin, c.whitening, m.difference);
        joint_tied<double>(m.panel, n_strips, c, m.joint);
        *sums.log_likelihood += normalise_block(m.joint, K, n_strips, m.weights, 0.0, m.scale);
        if (pairs)
            add_by_pairs(c, m, n_strips, sums);
        else
            add_directly(c, m, n_strips, sums);
    }
    if (pairs) end_pairs(c, m, sums);
}

} // namespace mogul::MOGUL_LEVEL
