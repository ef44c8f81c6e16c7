#include "expect_full.hpp"

#include "arena.hpp"
#include "block.hpp"
#include "joint_full.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

// Whether z of a whole block is kept between the two steps, and the rows of a block.
struct Plan {
    Index block_rows;
    bool keep_z;
};

Plan plan_of(Index K, Index D, Index size) {
    const Index row_bytes = K * (D + 1) * size;
    const Index near = D <= kFew ? 32 << 10 : 1 << 20, far = 4 << 20; // the first or second cache, and the third
    // Shorter blocks would spend their time on reading parameters and on adding up lanes.
    const Index least = 1024 / size;
    if (2 * least * row_bytes <= near) return {2 * least, true};
    return {least, least * row_bytes <= far};
}

constexpr Index few_sums(Index D) { return 1 + D + D * (D + 1) / 2; }

template <class Real> struct Scratch {
    Plan plan;
    Real *panel, *weights, *scale, *log_density, *total, *joint, *z, *difference, *roots;
    double *lanes; // few features: sums that still have all their lanes

    Scratch(Arena &arena, const ComponentsOf<Real> &c) : plan(plan_of(c.n_components, c.n_features, sizeof(Real))) {
        constexpr Index S = kStrip<Real>;
        const Index K = c.n_components, D = c.n_features, B = plan.block_rows;
        panel = arena.take<Real>(B * D);
        weights = arena.take<Real>(B);
        scale = arena.take<Real>(B);
        log_density = arena.take<Real>(S);
        total = arena.take<Real>(S);
        joint = arena.take<Real>(B * K);
        z = arena.take<Real>(B * D * (plan.keep_z ? K : 1));
        difference = arena.take<Real>(S * D);
        roots = arena.take<Real>(B);
        lanes = arena.take<double>(D <= kFew ? K * few_sums(D) * kLanes<double> : 0);
    }
};

struct Sums {
    double *log_likelihood, *counts, *first, *inner;

    Sums(double *sums, Index K, Index D)
        : log_likelihood(sums),
          counts(sums + 1),
          first(counts + K),
          inner(first + K * D) {}
};

// lanes += sum, lane by lane; of float32, several to one.
template <class Real> MOGUL_INLINE void add_to_lanes(Vector<Real> sum, double *lanes) {
    alignas(64) Real stored[kLanes<Real>];
    store(stored, sum);
    Vector<double> total = load(lanes);
    MOGUL_FOR(at, 0, kLanes<Real> / kLanes<double>) total += load_as_double(stored + at * kLanes<double>);
    store(lanes, total);
}

// Adds r, r z and r z z' of one component, lane by lane.
template <class Real, int D>
void add_few(const Real *z, const Real *exponential, Index step, const Real *scale, Index n_strips, double *lanes) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    Vector<Real> acc[few_sums(D)] = {};
    for (Index s = 0; s < n_strips; ++s, z += D * S, exponential += step, scale += S)
        for (int at = 0; at < S; at += W) {
            const Vector<Real> r = weighted(exponential + at, scale + at), none = {};
            const auto counts = r > none; // a row that does not count may be infinitely far
            acc[0] += r;
            Vector<Real> x[D];
            for (int i = 0; i < D; ++i) {
                x[i] = counts ? load(z + i * S + at) : none;
                const Vector<Real> weighted_x = r * x[i];
                acc[1 + i] += weighted_x;
                for (int j = 0; j <= i; ++j) acc[1 + D + i * (i + 1) / 2 + j] += weighted_x * x[j];
            }
        }
    for (int i = 0; i < few_sums(D); ++i) add_to_lanes<Real>(acc[i], lanes + i * kLanes<double>);
}

template <class Real> void take_roots(Real *values, Index n) {
    for (Index i = 0; i < n; ++i) values[i] = square_root(values[i]);
}

// The roots of responsibilities, of those of exponentials and scales; returns the sum of their squares.
template <class Real>
Real weigh_roots(const Real *exponential, Index step, const Real *scale, Index n_strips, Real *roots) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    Vector<Real> sum = {};
    for (Index s = 0; s < n_strips; ++s, exponential += step, scale += S, roots += S)
        for (int at = 0; at < S; at += W) {
            const Vector<Real> root = weighted(exponential + at, scale + at);
            sum += root * root;
            store(roots + at, root);
        }
    return sum_lanes<Real>(sum);
}

// z *= sqrt(r): the moments become plain products of the result.
template <class Real> void scale_by_roots(Real *z, Index D, const Real *roots, Index n_strips) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    for (Index s = 0; s < n_strips; ++s, z += D * S, roots += S)
        for (int start = 0; start < S; start += kGroup * W) {
            Vector<Real> root[kGroup], none = {};
            MOGUL_FOR(v, 0, kGroup) root[v] = load(roots + start + v * W);
            for (Index d = 0; d < D; ++d) {
                MOGUL_FOR(v, 0, kGroup) {
                    Real *at = z + d * S + start + v * W;
                    store(at, Vector<Real>(root[v] > none ? root[v] * load(at) : none));
                }
            }
        }
}

template <class Real> bool any_above(Real threshold, const Real *roots, Index step, Index n_strips) {
    constexpr int S = kStrip<Real>, W = kLanes<Real>;
    Bits<Real> found = {};
    for (Index s = 0; s < n_strips; ++s, roots += step)
        for (int at = 0; at < S; at += W) found |= load(roots + at) > broadcast(threshold);
    long long any = 0;
    for (int lane = 0; lane < W; ++lane) any |= found[lane];
    return any != 0;
}

// Responsibilities p below this leave the moments of a block as they are. A row of the block has p >= p_k only with
// |z|^2 <= 2 (reach - log p), so p (1 + |z|^2) < 2^-70 wherever p is below the threshold.
template <class Real> Real negligible(const ComponentsOf<Real> &c, Real lowest_density) {
    Real largest = c.constants[0];
    for (Index k = 1; k < c.n_components; ++k) largest = c.constants[k] > largest ? c.constants[k] : largest;
    const Real reach = largest - lowest_density;
    return Real(0x1p-70) / (1 + 2 * ((reach > 0 ? reach : 0) + 746));
}

// The work on one chunk.
template <class Real> struct Pass {
    static constexpr int S = kStrip<Real>, W = kLanes<Real>;

    const ExpectTask &task;
    const ComponentsOf<Real> &c;
    const Scratch<Real> &m;
    Sums sums;
    const Index K = c.n_components, D = c.n_features;

    Real *z_of(Index k, Index n_strips) const { return m.plan.keep_z ? m.z + k * n_strips * D * S : m.z; }

    // z of one component for the moments, formed again if it was not kept.
    Real *whitened(Index k, Index n_strips) const {
        Real *z = z_of(k, n_strips);
        if (!m.plan.keep_z) joint_full<Real>(c, k, m.panel, n_strips, z, D * S, m.roots, 0, m.difference);
        return z;
    }

    // Returns the lowest log density of the rows.
    Real expect(Index begin, Index n_rows) {
        const Index n_strips = strips_of(n_rows, S), step = K * S;
        fill_panel(task.rows, begin, n_rows, m.panel);
        fill_weights(task.row_weights, begin, n_rows, m.weights);
        for (Index k = 0; k < K; ++k)
            joint_full<Real>(c, k, m.panel, n_strips, z_of(k, n_strips), m.plan.keep_z ? D * S : 0, m.joint + k * S,
                             step, m.difference);
        Vector<double> log_likelihood = {};
        Vector<Real> lowest = broadcast(Real(1.0 / 0.0));
        for (Index s = 0; s < n_strips; ++s) {
            if (D <= kFew)
                normalise_strip(m.joint + s * step, K, m.log_density, m.total);
            else
                normalise_strip<Real, true>(m.joint + s * step, K, m.log_density, m.total);
            log_likelihood += weigh_strip(m.weights + s * S, m.log_density, m.total, c.shift, m.scale + s * S);
            for (int at = 0; at < S; at += W) {
                const Vector<Real> density = load(m.log_density + at);
                lowest = density < lowest ? density : lowest;
            }
        }
        *sums.log_likelihood += sum_lanes<double>(log_likelihood);
        Real lowest_density = lowest[0];
        for (int lane = 1; lane < W; ++lane)
            lowest_density = lowest[lane] < lowest_density ? lowest[lane] : lowest_density;
        return lowest_density;
    }

    void add_moments_few(Index n_strips) const {
        for (Index k = 0; k < K; ++k) {
            const Real *z = whitened(k, n_strips);
            double *lanes = m.lanes + k * few_sums(D) * kLanes<double>;
            with_constant<kFew>(D, [&](auto few) {
                add_few<Real, decltype(few)::value>(z, m.joint + k * S, K * S, m.scale, n_strips, lanes);
            });
        }
    }

    void add_moments_many(Index n_strips, Real lowest_density) {
        const Real threshold = square_root(negligible(c, lowest_density));
        take_roots(m.scale, n_strips * S);
        for (Index k = 0; k < K; ++k) {
            if (!any_above(threshold, m.joint + k * S, K * S, n_strips)) continue;
            Real *z = whitened(k, n_strips);
            sums.counts[k] += weigh_roots(m.joint + k * S, K * S, m.scale, n_strips, m.roots);
            scale_by_roots(z, D, m.roots, n_strips);
            add_outer_products(z, D, m.roots, n_strips, sums.first + k * D, sums.inner + k * packed(D));
        }
    }

    // Lanes of few features -> sums.
    void gather_lanes() {
        const Index n = few_sums(D);
        const double *lanes = m.lanes;
        for (Index k = 0; k < K; ++k)
            for (Index i = 0; i < n; ++i, lanes += kLanes<double>) {
                const double sum = sum_lanes<double>(load(lanes));
                if (i == 0)
                    sums.counts[k] += sum;
                else if (i <= D)
                    sums.first[k * D + i - 1] += sum;
                else
                    sums.inner[k * packed(D) + i - 1 - D] += sum;
            }
    }

    void add(Index begin, Index end) {
        const bool few = D <= kFew;
        for (Index i = 0; few && i < K * few_sums(D) * kLanes<double>; ++i) m.lanes[i] = 0;
        for (; begin < end; begin += m.plan.block_rows) {
            const Index n_rows = end - begin < m.plan.block_rows ? end - begin : m.plan.block_rows;
            const Real lowest_density = expect(begin, n_rows);
            if (few)
                add_moments_few(strips_of(n_rows, S));
            else
                add_moments_many(strips_of(n_rows, S), lowest_density);
        }
        if (few) gather_lanes();
    }
};

template <class Real> void add_chunk(const ExpectTask &task, Index begin, Index end, double *totals, char *memory) {
    const ComponentsOf<Real> &c = components_of<Real>(task);
    Arena arena{memory};
    const Scratch<Real> m(arena, c);
    Pass<Real>{task, c, m, Sums(totals, c.n_components, c.n_features)}.add(begin, end);
}

} // namespace

Index expect_full_scratch(const ExpectTask &task) {
    return task.rounded ? bytes_of<Scratch<float>>(*task.rounded) : bytes_of<Scratch<double>>(task.components);
}

void expect_full(const ExpectTask &task, Index begin, Index end, double *sums, char *scratch) {
    if (task.rounded)
        add_chunk<float>(task, begin, end, sums, scratch);
    else
        add_chunk<double>(task, begin, end, sums, scratch);
}

} // namespace mogul::MOGUL_LEVEL
