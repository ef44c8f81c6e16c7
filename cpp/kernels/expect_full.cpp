#include "expect_full.hpp"

#include "arena.hpp"
#include "joint_full.hpp"
#include "panel.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

using Real = double;
constexpr int S = kStrip<Real>, W = kLanes<Real>;

// Whether z of a whole block is kept between the two steps, and the rows of a block.
struct Plan {
    Index block_rows;
    bool keep_z;
};

Plan plan_of(const Components &c) {
    const Index K = c.n_components, D = c.n_features, row_bytes = K * (D + 1) * Index(sizeof(Real));
    const Index near = D <= kFew ? 32 << 10 : 1 << 20, far = 4 << 20; // the first or second cache, and the third
    for (Index B = 256; B >= 64; B /= 2)
        if (B * row_bytes <= near) return {B, true};
    // Shorter blocks would spend their time on reading parameters and on adding up lanes.
    if (128 * row_bytes <= far) return {128, true};
    return {64, false};
}

constexpr Index few_sums(Index D) { return 1 + D + D * (D + 1) / 2; }

struct Scratch {
    Plan plan;
    Real *panel, *weights, *scale, *log_density, *total, *joint, *z, *difference, *roots;
    Real *lanes; // few features: sums that still have all their lanes

    Scratch(Arena &arena, const Components &c) : plan(plan_of(c)) {
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
        lanes = arena.take<Real>(D <= kFew ? K * few_sums(D) * W : 0);
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

void whiten(const Components &c, const Scratch &m, Index k, Index n_strips, Real *z, Index z_step, Real *joint,
            Index joint_step) {
    const Index D = c.n_features;
    joint_full<Real>(m.panel, n_strips, D, c.constants[k], c.means + k * D, c.whitening + k * D * D, z, z_step, joint,
                     joint_step, m.difference);
}

// Adds r, r z and r z z' of one component, lane by lane.
template <int D>
void add_few(const Real *z, const Real *exponential, Index step, const Real *scale, Index n_strips, Real *lanes) {
    Vector<Real> acc[few_sums(D)];
    for (int i = 0; i < few_sums(D); ++i) acc[i] = load(lanes + i * W);
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
    for (int i = 0; i < few_sums(D); ++i) store(lanes + i * W, acc[i]);
}

// roots = sqrt(r), returns sum r.
Real take_roots(const Real *exponential, Index step, const Real *scale, Index n_strips, Real *roots) {
    Vector<Real> sum = {};
    for (Index s = 0; s < n_strips; ++s, exponential += step, scale += S, roots += S) {
        for (int at = 0; at < S; at += W) {
            const Vector<Real> r = weighted(exponential + at, scale + at);
            sum += r;
            store(roots + at, r);
        }
        for (int lane = 0; lane < S; ++lane) roots[lane] = __builtin_sqrt(roots[lane]);
    }
    return sum_lanes<Real>(sum);
}

// z *= sqrt(r): the moments become plain products of the result.
void scale_by_roots(Real *z, Index D, const Real *roots, Index n_strips) {
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

bool any_above(Real threshold, const Real *exponential, Index step, Index n_strips) {
    Bits<Real> found = {};
    for (Index s = 0; s < n_strips; ++s, exponential += step)
        for (int at = 0; at < S; at += W) found |= load(exponential + at) > broadcast(threshold);
    long long any = 0;
    for (int lane = 0; lane < W; ++lane) any |= found[lane];
    return any != 0;
}

// Responsibilities p below this leave the moments of a block as they are. A row of the block has p >= p_k only with
// |z|^2 <= 2 (reach - log p), so p (1 + |z|^2) < 2^-70 wherever p is below the threshold.
Real negligible(const Components &c, Real lowest_density) {
    Real largest = c.constants[0];
    for (Index k = 1; k < c.n_components; ++k) largest = c.constants[k] > largest ? c.constants[k] : largest;
    const Real reach = largest - lowest_density;
    return 0x1p-70 / (1 + 2 * ((reach > 0 ? reach : 0) + 746));
}

struct Block {
    Index n_strips;
    Real lowest_density;
};

Block expect_block(const ExpectTask &task, const Scratch &m, Index begin, Index n_rows, Sums &sums) {
    const Components &c = task.components;
    const Index K = c.n_components, D = c.n_features, n_strips = strips_of(n_rows, S), step = K * S;
    fill_panel(task.rows, begin, n_rows, m.panel);
    fill_weights(task.row_weights, begin, n_rows, m.weights);
    for (Index k = 0; k < K; ++k)
        whiten(c, m, k, n_strips, m.z + (m.plan.keep_z ? k * n_strips * D * S : 0), m.plan.keep_z ? D * S : 0,
               m.joint + k * S, step);
    Vector<Real> log_likelihood = {}, lowest = broadcast(1.0 / 0.0);
    for (Index s = 0; s < n_strips; ++s) {
        normalise_strip(m.joint + s * step, K, m.log_density, m.total);
        log_likelihood += weigh_strip(m.weights + s * S, m.log_density, m.total, m.scale + s * S);
        for (int at = 0; at < S; at += W) {
            const Vector<Real> density = load(m.log_density + at);
            lowest = density < lowest ? density : lowest;
        }
    }
    *sums.log_likelihood += sum_lanes<Real>(log_likelihood);
    Real lowest_density = lowest[0];
    for (int lane = 1; lane < W; ++lane) lowest_density = lowest[lane] < lowest_density ? lowest[lane] : lowest_density;
    return {n_strips, lowest_density};
}

void add_moments_few(const Components &c, const Scratch &m, Index n_strips) {
    const Index K = c.n_components, D = c.n_features;
    for (Index k = 0; k < K; ++k) {
        Real *z = m.plan.keep_z ? m.z + k * n_strips * D * S : m.z;
        if (!m.plan.keep_z) whiten(c, m, k, n_strips, z, D * S, m.roots, 0);
        with_constant<kFew>(D, [&](auto few) {
            add_few<decltype(few)::value>(z, m.joint + k * S, K * S, m.scale, n_strips, m.lanes + k * few_sums(D) * W);
        });
    }
}

void add_moments_many(const Components &c, const Scratch &m, const Block &block, Sums &sums) {
    const Index K = c.n_components, D = c.n_features, n_strips = block.n_strips;
    const Real threshold = negligible(c, block.lowest_density);
    for (Index k = 0; k < K; ++k) {
        if (!any_above(threshold, m.joint + k * S, K * S, n_strips)) continue;
        Real *z = m.plan.keep_z ? m.z + k * n_strips * D * S : m.z;
        if (!m.plan.keep_z) whiten(c, m, k, n_strips, z, D * S, m.roots, 0);
        sums.counts[k] += take_roots(m.joint + k * S, K * S, m.scale, n_strips, m.roots);
        scale_by_roots(z, D, m.roots, n_strips);
        add_outer_products(z, D, m.roots, n_strips, sums.first + k * D, sums.inner + k * packed(D));
    }
}

// Lanes of few features -> sums.
void gather_lanes(const Components &c, const Scratch &m, Sums &sums) {
    const Index D = c.n_features, n = few_sums(D);
    const Real *lanes = m.lanes;
    for (Index k = 0; k < c.n_components; ++k)
        for (Index i = 0; i < n; ++i, lanes += W) {
            const Real sum = sum_lanes<Real>(load(lanes));
            if (i == 0)
                sums.counts[k] += sum;
            else if (i <= D)
                sums.first[k * D + i - 1] += sum;
            else
                sums.inner[k * packed(D) + i - 1 - D] += sum;
        }
}

} // namespace

Index expect_full_scratch(const ExpectTask &task) { return bytes_of<Scratch>(task.components); }

void expect_full(const ExpectTask &task, Index begin, Index end, double *totals, char *memory) {
    const Components &c = task.components;
    Arena arena{memory};
    const Scratch m(arena, c);
    Sums sums(totals, c);
    const bool few = c.n_features <= kFew;
    for (Index i = 0; few && i < c.n_components * few_sums(c.n_features) * W; ++i) m.lanes[i] = 0;
    for (; begin < end; begin += m.plan.block_rows) {
        const Index n_rows = end - begin < m.plan.block_rows ? end - begin : m.plan.block_rows;
        const Block block = expect_block(task, m, begin, n_rows, sums);
        if (few)
            add_moments_few(c, m, block.n_strips);
        else
            add_moments_many(c, m, block, sums);
    }
    if (few) gather_lanes(c, m, sums);
}

} // namespace mogul::MOGUL_LEVEL
