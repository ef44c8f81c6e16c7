#include "scan.hpp"

#include "arena.hpp"
#include "panel.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;

struct Scratch {
    double *panel, *low, *high;

    Scratch(Arena &arena, Index D) {
        panel = arena.take<double>(S * D);
        low = arena.take<double>(W * D);
        high = arena.take<double>(W * D);
    }
};

// Widens the ranges by one strip; x - x is 0 for what is finite and NaN otherwise.
bool widen(const double *strip, Index D, double *low, double *high) {
    Vector<double> odd = {};
    for (Index d = 0; d < D; ++d) {
        Vector<double> l = load(low + d * W), h = load(high + d * W);
        for (int at = 0; at < S; at += W) {
            const Vector<double> x = load(strip + d * S + at);
            odd += x - x;
            l = x < l ? x : l;
            h = x > h ? x : h;
        }
        store(low + d * W, l);
        store(high + d * W, h);
    }
    return sum_lanes<double>(odd) == 0;
}

Index first_bad(const double *strip, Index D, Index n_rows) {
    for (Index n = 0; n < n_rows; ++n)
        for (Index d = 0; d < D; ++d)
            if (!(strip[d * S + n] - strip[d * S + n] == 0)) return n * D + d;
    return -1;
}

} // namespace

Index scan_scratch(const Rows &rows) {
    Arena arena{nullptr};
    Scratch scratch(arena, rows.n_features);
    return arena.used;
}

Index scan(const Rows &rows, Index begin, Index end, double *minimum, double *maximum, char *memory) {
    const Index D = rows.n_features;
    Arena arena{memory};
    const Scratch m(arena, D);
    for (Index i = 0; i < W * D; ++i) m.low[i] = minimum[i / W], m.high[i] = maximum[i / W];
    for (; begin < end; begin += S) {
        const Index n_rows = end - begin < S ? end - begin : S;
        fill_panel(rows, begin, n_rows, m.panel);
        if (!widen(m.panel, D, m.low, m.high)) return begin * D + first_bad(m.panel, D, n_rows);
    }
    for (Index i = 0; i < W * D; ++i) {
        minimum[i / W] = m.low[i] < minimum[i / W] ? m.low[i] : minimum[i / W];
        maximum[i / W] = m.high[i] > maximum[i / W] ? m.high[i] : maximum[i / W];
    }
    return -1;
}

} // namespace mogul::MOGUL_LEVEL
