#include "expect_lifted.hpp"

#include "arena.hpp"
#include "block.hpp"
#include "joint_diagonal.hpp"
#include "joint_tied.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

template <class Real> struct Scratch {
    Index block_rows;
    Real *panel, *lifted, *weights, *scale, *joint, *base;

    Scratch(Arena &arena, const LiftedTask &task) {
        const Index K = task.n_components, D = task.rows.n_features, M = lifted_features(task.lift, D);
        // Moments of a block are summed in the precision of the rows: so not too many to a lane.
        constexpr Index most = 32 * kLanes<Real>;
        const Index within = rows_within<Real>(K + M + D, 64 << 10);
        block_rows = within < most ? within : most;
        panel = arena.take<Real>(block_rows * D);
        lifted = arena.take<Real>(block_rows * M);
        weights = arena.take<Real>(block_rows);
        scale = arena.take<Real>(block_rows);
        joint = arena.take<Real>(block_rows * K);
        base = arena.take<Real>(block_rows);
    }
};

// The work on one chunk.
template <class Real> struct Pass {
    static constexpr int S = kStrip<Real>, W = kLanes<Real>;

    const LiftedTask &task;
    const LiftedOf<Real> &c;
    const Scratch<Real> &m;
    const Index K = task.n_components, D = task.rows.n_features, M = lifted_features(task.lift, D);

    // u from its second number on, and base; x is scratch afterwards.
    void lift(Real *x, Real *u, Real *base) const {
        u += S;
        if (task.lift == Lift::tied) return whiten(x, u, base);
        const bool norm = task.lift == Lift::spherical;
        for (int at = 0; at < S; at += W) {
            Vector<Real> sum = {};
            for (Index d = 0; d < D; ++d) {
                const Vector<Real> y = (load(x + d * S + at) - c.origin[d]) * c.scale[d], square = y * y;
                store(u + d * S + at, y);
                if (norm)
                    sum += square;
                else
                    store(u + (D + d) * S + at, Vector<Real>(square));
            }
            if (norm) store(u + D * S + at, sum);
        }
    }

    void whiten(Real *x, Real *y, Real *base) const {
        subtract_mean(x, c.origin, D, x);
        for (int at = 0; at < S; at += kGroup * W) {
            Vector<Real> square[kGroup] = {};
            whiten_many<Real>(x + at, c.zeros, c.scale, D, y + at, square);
            MOGUL_FOR(v, 0, kGroup) store(base + at + v * W, Vector<Real>(Real(-0.5) * square[v]));
        }
    }

    void joints(const Real *u, Real *joint) const {
        for (int at = 0; at < S; at += kGroup * W)
            in_pieces<kOutputs>(K, [&](Index k, auto outputs) __attribute__((always_inline)) {
                constexpr int H = decltype(outputs)::value;
                const Real *coefficients = c.coefficients + k * M;
                Vector<Real> acc[H][kGroup];
                MOGUL_FOR(h, 0, H)
                    MOGUL_FOR(v, 0, kGroup) acc[h][v] = broadcast(coefficients[h * M]);
                multiply_rectangle<Real, H>(coefficients + 1, M, M - 1, u + S + at, acc);
                MOGUL_FOR(h, 0, H)
                    MOGUL_FOR(v, 0, kGroup) store(joint + (k + h) * S + at + v * W, acc[h][v]);
            });
    }

    // Differences first: joints that do not lack a base.
    void joints_of_differences(const double *x, const double *u, double *joint) const {
        const Components &components = *task.components;
        if (task.lift == Lift::tied)
            joint_tied<double>(u + S, 1, components, joint);
        else
            joint_diagonal<double>(x, 1, components, task.lift == Lift::diagonal ? Scales{D, 1} : Scales{1, 0}, joint,
                                   nullptr);
    }

    // Returns whether the joints lack their base.
    bool make_joints(const Real *x, const Real *u, Real *joint) const {
        if constexpr (sizeof(Real) == sizeof(double))
            if (task.components) {
                joints_of_differences(x, u, joint);
                return false;
            }
        joints(u, joint);
        return task.lift == Lift::tied;
    }

    // u = scale u, its first number being 1.
    void scale_lifted(const Real *scale, Real *u) const {
        for (int at = 0; at < S; at += W) {
            const Vector<Real> f = load(scale + at);
            store(u + at, f);
            for (Index i = 1; i < M; ++i) store(u + i * S + at, Vector<Real>(f * load(u + i * S + at)));
        }
    }

    // y -> y sqrt(v)
    void scale_by_roots(const Real *y, const Real *weights, Real *scaled) const {
        for (int at = 0; at < S; at += W) {
            Vector<Real> root = load(weights + at);
            for (int lane = 0; lane < W; ++lane) root[lane] = square_root(root[lane]);
            for (Index d = 0; d < D; ++d) store(scaled + d * S + at, Vector<Real>(root * load(y + d * S + at)));
        }
    }

    // Returns what the strip adds to the log-likelihood, in lanes.
    Vector<double> add_strip(Index s) const {
        alignas(64) Real log_density[S], total[S];
        Real *x = m.panel + s * D * S, *u = m.lifted + s * M * S, *joint = m.joint + s * K * S, *base = m.base + s * S;
        const Real *weights = m.weights + s * S;
        lift(x, u, base);
        const bool lack_base = make_joints(x, u, joint);
        normalise_strip(joint, K, log_density, total);
        for (int at = 0; lack_base && at < S; at += W)
            store(log_density + at, Vector<Real>(load(log_density + at) + load(base + at)));
        if (task.lift == Lift::tied) scale_by_roots(u + S, weights, x);
        const Vector<double> sum = weigh_strip(weights, log_density, total, task.shift, m.scale + s * S);
        scale_lifted(m.scale + s * S, u);
        return sum;
    }

    void add_moments(Index n_strips, double *moments) const {
        in_pieces<kSide>(K, [&](Index k, auto rows) {
            in_pieces<kSide>(M, [&](Index i, auto columns) {
                constexpr int I = decltype(rows)::value, J = decltype(columns)::value;
                add_products<Real, I, J>(m.joint + k * S, K * S, m.lifted + i * S, M * S, n_strips, moments + k * M + i,
                                         M);
            });
        });
    }

    void add(Index begin, Index end, double *sums) const {
        for (; begin < end; begin += m.block_rows) {
            const Index n_rows = end - begin < m.block_rows ? end - begin : m.block_rows;
            const Index n_strips = strips_of(n_rows, S);
            fill_panel(task.rows, begin, n_rows, m.panel);
            fill_weights(task.row_weights, begin, n_rows, m.weights);
            Vector<double> log_likelihood = {};
            for (Index s = 0; s < n_strips; ++s) log_likelihood += add_strip(s);
            sums[0] += sum_lanes<double>(log_likelihood);
            add_moments(n_strips, sums + 1);
            if (task.lift == Lift::tied)
                add_outer_products<Real>(m.panel, D, nullptr, n_strips, nullptr, sums + 1 + K * M);
        }
    }
};

} // namespace

Index expect_lifted_scratch(const LiftedTask &task) {
    return task.rounded ? bytes_of<Scratch<float>>(task) : bytes_of<Scratch<double>>(task);
}

void expect_lifted(const LiftedTask &task, Index begin, Index end, double *sums, char *memory) {
    Arena arena{memory};
    if (task.rounded)
        Pass<float>{task, *task.rounded, Scratch<float>(arena, task)}.add(begin, end, sums);
    else
        Pass<double>{task, task.exact, Scratch<double>(arena, task)}.add(begin, end, sums);
}

} // namespace mogul::MOGUL_LEVEL
