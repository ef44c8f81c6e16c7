#include "merge_costs.hpp"

#include "elementary.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>, kTogether = kGroup * W;
static_assert(S == kClusters && S % kTogether == 0);

using Numbers = Group<double>;

struct Pairs {
    Numbers count, c, square; // n, c, |d|^2
};

MOGUL_INLINE Vector<double> field(const double *strip, Index which, int v) { return load(strip + which * S + v * W); }

MOGUL_INLINE void meet(const double *strip, const MergeTask &task, Pairs &pairs) {
    const double *one = task.one;
    MOGUL_FOR(v, 0, kGroup) {
        const Vector<double> count = field(strip, ClusterFields::count, v);
        pairs.count[v] = count + one[ClusterFields::count];
        pairs.c[v] = count * one[ClusterFields::count] / pairs.count[v];
        pairs.square[v] = Vector<double>{};
    }
    for (Index d = 0; d < task.fields.n_features; ++d) {
        const Vector<double> own = broadcast(one[ClusterFields::mean + d]);
        MOGUL_FOR(v, 0, kGroup) {
            const Vector<double> away = field(strip, ClusterFields::mean + d, v) - own;
            pairs.square[v] += away * away;
        }
    }
}

// W of the unions, the rows of the lower triangle: triangle[i (i + 1) / 2 + j], kGroup vectors each.
MOGUL_INLINE void unite(const double *strip, const MergeTask &task, const Pairs &pairs, double *triangle) {
    const double *one = task.one, *own = one + task.fields.scatter();
    const Index scatter = task.fields.scatter();
    for (Index i = 0, at = 0; i < task.fields.n_features; ++i) {
        Numbers scaled;
        MOGUL_FOR(v, 0, kGroup)
            scaled[v] = (field(strip, ClusterFields::mean + i, v) - one[ClusterFields::mean + i]) * pairs.c[v];
        for (Index j = 0; j <= i; ++j, ++at)
            MOGUL_FOR(v, 0, kGroup) {
                const Vector<double> away = field(strip, ClusterFields::mean + j, v) - one[ClusterFields::mean + j];
                store(triangle + at * kTogether + v * W, field(strip, scatter + at, v) + own[at] + scaled[v] * away);
            }
    }
}

// |W / n| by elimination, row by row from the last column: what stands in row i, column j < i becomes L_ij d_j.
// A pivot that rounding made negative is zero.
MOGUL_INLINE void determinant(double *triangle, Index D, const Numbers &count, Numbers &result) {
    MOGUL_FOR(v, 0, kGroup) result[v] = broadcast(1.0);
    for (Index k = 0; k < D; ++k) {
        double *const pivots = triangle + (k * (k + 1) / 2 + k) * kTogether;
        Numbers inverse;
        MOGUL_FOR(v, 0, kGroup) {
            const Vector<double> pivot = load(pivots + v * W), none{};
            const Vector<double> positive = pivot > none ? pivot : none;
            result[v] *= positive / count[v];
            inverse[v] = pivot > none ? 1 / positive : none;
        }
        for (Index i = k + 1; i < D; ++i) {
            Numbers factor;
            MOGUL_FOR(v, 0, kGroup) factor[v] = load(triangle + (i * (i + 1) / 2 + k) * kTogether + v * W) * inverse[v];
            double *const row = triangle + i * (i + 1) / 2 * kTogether;
            for (Index j = k + 1; j <= i; ++j) {
                const double *const other = triangle + (j * (j + 1) / 2 + k) * kTogether;
                MOGUL_FOR(v, 0, kGroup) {
                    double *const entry = row + j * kTogether + v * W;
                    store(entry, load(entry) - factor[v] * load(other + v * W));
                }
            }
        }
    }
}

bool any_above(const double *sizes, double least) {
    for (int lane = 0; lane < kTogether; ++lane)
        if (sizes[lane] > least) return true;
    return false;
}

// costs(strip, kGroup vectors of costs): of the clusters of a part of a strip.
template <class Costs> MOGUL_INLINE Cheapest cheapest(const MergeTask &task, const Costs &costs) {
    Cheapest best{-1, __builtin_inf()};
    const Index step = task.fields.n() * S;
    const double *strip = task.clusters;
    for (Index first = 0; first < task.n_clusters; first += S, strip += step)
        for (int at = 0; at < S && first + at < task.n_clusters; at += kTogether) {
            Numbers cost;
            costs(strip + at, cost);
            alignas(64) double found[kTogether];
            MOGUL_FOR(v, 0, kGroup) store(found + v * W, cost[v]);
            const Index left = task.n_clusters - first - at;
            for (int lane = 0; lane < kTogether && lane < left; ++lane)
                if (found[lane] < best.cost) best = {first + at + lane, found[lane]};
        }
    return best;
}

} // namespace

Index merge_costs_scratch(const ClusterFields &fields) {
    return (fields.n() - fields.scatter()) * kTogether * Index(sizeof(double));
}

Cheapest merge_costs_apart(const MergeTask &task, char *) {
    return cheapest(task, [&](const double *strip, Numbers &cost) __attribute__((always_inline)) {
        Pairs pairs;
        meet(strip, task, pairs);
        // The terms are 0, of the dead -infinity.
        MOGUL_FOR(v, 0, kGroup) cost[v] = pairs.c[v] * pairs.square[v] - field(strip, ClusterFields::term, v);
    });
}

Cheapest merge_costs_volumes(const MergeTask &task, char *scratch) {
    const double *one = task.one;
    const Index D = task.fields.n_features;
    const double least_size = double(D) - one[ClusterFields::size];
    double *triangle = reinterpret_cast<double *>(scratch);
    return cheapest(task, [&](const double *strip, Numbers &cost) __attribute__((always_inline)) {
        Pairs pairs;
        meet(strip, task, pairs);
        Numbers volume;
        MOGUL_FOR(v, 0, kGroup) {
            const Vector<double> trace = field(strip, ClusterFields::trace, v) + one[ClusterFields::trace];
            volume[v] = (trace + pairs.c[v] * pairs.square[v] + task.average) / pairs.count[v];
        }
        if (task.fields.has_scatters && any_above(strip + ClusterFields::size * S, least_size)) {
            Numbers found;
            unite(strip, task, pairs, triangle);
            determinant(triangle, D, pairs.count, found);
            MOGUL_FOR(v, 0, kGroup)
                volume[v] += field(strip, ClusterFields::size, v) > least_size ? found[v] : Vector<double>{};
        }
        log_of_normal<double>(volume);
        MOGUL_FOR(v, 0, kGroup)
            cost[v] = pairs.count[v] * volume[v] - one[ClusterFields::term] - field(strip, ClusterFields::term, v);
    });
}

void shrink_means(double *clusters, Index n_clusters, const ClusterFields &fields, const double *u, double beta) {
    for (Index first = 0; first < n_clusters; first += S, clusters += fields.n() * S)
        for (int at = 0; at < S; at += W) {
            double *means = clusters + ClusterFields::mean * S + at;
            Vector<double> along{};
            for (Index d = 0; d < fields.n_features; ++d) along += u[d] * load(means + d * S);
            along *= beta;
            for (Index d = 0; d < fields.n_features; ++d) store(means + d * S, load(means + d * S) - u[d] * along);
        }
}

} // namespace mogul::MOGUL_LEVEL
