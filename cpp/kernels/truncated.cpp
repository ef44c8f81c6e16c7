#include "truncated.hpp"

#include "arena.hpp"
#include "gather.hpp"
#include "kept_form.hpp"
#include "posterior.hpp"

namespace mogul::MOGUL_LEVEL {

namespace {

constexpr int S = kStrip<double>, W = kLanes<double>;
constexpr Index B = kGathered;

struct Scratch {
    double *flat, *panel, *z, *difference, *joint, *lowest;

    Scratch(Arena &arena, const Components &c) {
        const Index D = c.n_features;
        flat = arena.take<double>(B * D);
        panel = arena.take<double>(B * D);
        z = arena.take<double>(B * D);
        difference = arena.take<double>(S * D);
        joint = arena.take<double>(B);
        lowest = arena.take<double>(B);
    }
};

Index scratch_bytes(const Components &components) { return bytes_of<Scratch>(components); }

// Takes component k into a row's list, kept by falling joint; returns the least joint it keeps. Of equal joints, the
// one that came first stands first.
double take(int *kept, double *joint, Index n_kept, int k, double value) {
    for (Index c = 0; c < n_kept; ++c)
        if (kept[c] == k) return joint[n_kept - 1];
    Index c = n_kept - 1;
    for (; c > 0 && joint[c - 1] < value; --c) {
        kept[c] = kept[c - 1];
        joint[c] = joint[c - 1];
    }
    kept[c] = k;
    joint[c] = value;
    return joint[n_kept - 1];
}

// The parameters that come next are on their way while these are worked on.
inline void prefetch(const double *from, Index n) {
    for (Index i = 0; i < n && i < 1024; i += 8) __builtin_prefetch(from + i);
}

template <class Form>
void search_panel(const SearchTask &task, const int *members, Index n_rows, const int *list, const Scratch &m) {
    const Components &c = task.components;
    const Index C = task.n_kept, n_strips = strips_of(n_rows, S), length = Form::whitening_length(c.n_features);
    Index first = 0;
    while (first < task.list_length && list[first] < 0) ++first;
    if (first == task.list_length) return;
    gather_panel(task.rows, members, 1, n_rows, m.flat, m.panel);
    Form::prepare(c, list[first], m.panel, n_strips, m.difference);
    for (Index i = 0; i < n_rows; ++i) m.lowest[i] = task.joint[members[i] * C + C - 1];
    for (Index l = first; l < task.list_length; ++l) {
        const int k = list[l];
        if (k < 0) continue;
        if (l + 1 < task.list_length && list[l + 1] >= 0) prefetch(c.whitening + list[l + 1] * length, length);
        Form::prepared_joint(c, list[first], k, m.panel, n_strips, m.joint, m.z, m.difference);
        for (Index i = 0; i < n_rows; ++i)
            if (m.joint[i] > m.lowest[i]) {
                const Index at = members[i] * C;
                m.lowest[i] = take(task.kept + at, task.joint + at, C, k, m.joint[i]);
            }
    }
}

template <class Form> void recall(const RecallTask &task, Index k, char *memory) {
    Arena arena{memory};
    const Scratch m(arena, task.components);
    const Index end = task.groups.edges[k + 1];
    for (Index begin = task.groups.edges[k]; begin < end; begin += B) {
        const int *members = task.groups.members + begin;
        const Index n_rows = end - begin < B ? end - begin : B;
        gather_panel(task.rows, members, task.n_kept, n_rows, m.flat, m.panel);
        Form::joint(task.components, k, m.panel, strips_of(n_rows, S), m.joint, m.z, m.difference);
        for (Index i = 0; i < n_rows; ++i) task.joint[members[i]] = m.joint[i];
    }
}

template <class Form> void search(const SearchTask &task, Index group, char *memory) {
    Arena arena{memory};
    const Scratch m(arena, task.components);
    const Index end = task.groups.edges[group + 1];
    for (Index begin = task.groups.edges[group]; begin < end; begin += B)
        search_panel<Form>(task, task.groups.members + begin, end - begin < B ? end - begin : B,
                           task.lists + group * task.list_length, m);
}

template <class Form> void add(const AddTask &task, Index k, char *memory) {
    Arena arena{memory};
    const Components &c = task.components;
    const Scratch m(arena, c);
    const Index D = c.n_features, end = task.groups.edges[k + 1];
    for (Index begin = task.groups.edges[k]; begin < end; begin += B) {
        const int *members = task.groups.members + begin;
        const Index n_rows = end - begin < B ? end - begin : B, n_strips = strips_of(n_rows, S);
        double *roots = m.joint;
        for (Index i = 0; i < n_rows; ++i) {
            task.counts[k] += task.responsibilities[members[i]];
            roots[i] = __builtin_sqrt(task.responsibilities[members[i]]);
        }
        for (Index i = n_rows; i < n_strips * S; ++i) roots[i] = 0;
        gather_panel(task.rows, members, task.n_kept, n_rows, m.flat, m.panel);
        Form::add(c, k, m.panel, n_strips, roots, m.z, m.difference, task.first + k * D,
                  task.second + k * Form::second_length(D));
    }
}

template <class Form> constexpr TruncatedKernel kernel_of = {scratch_bytes, recall<Form>, search<Form>, add<Form>};

} // namespace

const TruncatedKernel truncated_full = kernel_of<FullForm>;
const TruncatedKernel truncated_tied = kernel_of<TiedForm>;
const TruncatedKernel truncated_diagonal = kernel_of<DiagonalForm>;
const TruncatedKernel truncated_spherical = kernel_of<SphericalForm>;

Index weigh_kept_scratch(const WeighTask &task) { return task.n_kept * S * Index(sizeof(double)); }

void weigh_kept(const WeighTask &task, Index begin, Index end, double *sums, char *memory) {
    constexpr double none = 0x1p-80;
    const Index C = task.n_kept, size = sizeof(double);
    // No more rows than these: what follows is written by other threads meanwhile, and a panel may be read ahead.
    const Rows joints = {reinterpret_cast<const char *>(task.joint), end, C, C * size, size, false};
    double *strip = reinterpret_cast<double *>(memory);
    alignas(64) double weights[S], log_density[S], total[S], scale[S];
    for (; begin < end; begin += S) {
        const Index n_rows = end - begin < S ? end - begin : S;
        fill_panel(joints, begin, n_rows, strip);
        fill_weights(task.row_weights, begin, n_rows, weights);
        normalise_strip(strip, C, log_density, total);
        sums[0] += sum_lanes<double>(weigh_strip(weights, log_density, total, 0.0, scale));
        for (Index n = 0; n < n_rows; ++n)
            for (Index c = 0; c < C; ++c) {
                const double share = strip[c * S + n];
                task.joint[(begin + n) * C + c] = share >= none * total[n] && scale[n] > 0 ? share * scale[n] : 0;
            }
    }
}

} // namespace mogul::MOGUL_LEVEL
