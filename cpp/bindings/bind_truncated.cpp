#include "arrays.hpp"
#include "grouping.hpp"
#include "levels.hpp"
#include "truncation.hpp"

#include <nanobind/stl/tuple.h>

#include <limits>

using namespace nb::literals;
using mogul::Index;

namespace {

template <int Axes> using Integers = nb::ndarray<const int, nb::ndim<Axes>, nb::c_contig, nb::device::cpu>;
template <int Axes> using OutIntegers = nb::ndarray<int, nb::ndim<Axes>, nb::c_contig, nb::device::cpu>;
using Edges = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Whitening = nb::ndarray<const double, nb::c_contig, nb::device::cpu>;
using Truncated = mogul::TruncatedKernel;

Index length(const auto &array, std::size_t axis) { return static_cast<Index>(array.shape(axis)); }

void check_below(const char *name, const int *values, Index n, Index limit) {
    for (Index i = 0; i < n; ++i)
        if (values[i] >= limit)
            throw std::invalid_argument(std::string("Expected ") + name + " below " + std::to_string(limit) + ", got " +
                                        std::to_string(values[i]) + ".");
}

// The groups begin..end, each member below `limit`.
mogul::Groups groups_of(const Edges &edges, const Integers<1> &members, Index begin, Index end, Index limit) {
    if (begin < 0 || end < begin || end >= length(edges, 0)) throw std::invalid_argument("Expected a range of groups.");
    for (Index g = begin; g < end; ++g)
        if (edges.data()[g] < 0 || edges.data()[g + 1] < edges.data()[g] || edges.data()[g + 1] > length(members, 0))
            throw std::invalid_argument("Expected edges that rise to at most the number of members.");
    const Index from = static_cast<Index>(edges.data()[begin]);
    check_below("members", members.data() + from, static_cast<Index>(edges.data()[end]) - from, limit);
    return {edges.data(), members.data()};
}

mogul::Components components_of(const mogul::Rows &rows, const double *constants, const In<2> &means,
                                const Whitening &whitening) {
    return {constants, means.data(), whitening.data(), length(means, 0), rows.n_features};
}

auto bind_grouped(Integers<1> keys, Index n_groups) {
    const Index n = length(keys, 0);
    if (n > std::numeric_limits<int>::max()) throw std::invalid_argument("Expected fewer than 2^31 keys.");
    check_below("keys", keys.data(), n, n_groups);
    NewArray<long long> edges({n_groups + 1});
    NewArray<int> members({n});
    {
        nb::gil_scoped_release unlocked;
        mogul::group(keys.data(), n, n_groups, edges.data(), members.data());
    }
    return std::make_tuple(edges.to_numpy(), members.to_numpy());
}

void bind_order(OutIntegers<2> kept, Out<2> joint, int n_threads) {
    const Index N = length(joint, 0), C = length(joint, 1);
    check_shape("kept", kept, {N, C});
    nb::gil_scoped_release unlocked;
    mogul::order_kept(kept.data(), joint.data(), N, C, n_threads);
}

double bind_weigh(Out<2> joint, std::optional<In<1>> row_weights, int n_threads) {
    const Index N = length(joint, 0);
    check_shape("row_weights", row_weights, {N});
    nb::gil_scoped_release unlocked;
    return mogul::weigh_kept({data_of(row_weights), joint.data(), N, length(joint, 1)}, n_threads);
}

auto bind_unwhiten(In<3> factors, In<2> first, In<2> inner, int n_threads) {
    const Index K = length(factors, 0), D = length(factors, 1);
    check_shape("factors", factors, {K, D, D});
    check_shape("first", first, {K, D});
    check_shape("inner", inner, {K, D * (D + 1) / 2});
    NewArray<double> new_first({K, D}), second({K, D, D});
    {
        nb::gil_scoped_release unlocked;
        mogul::unwhiten(factors.data(), first.data(), inner.data(), K, D, n_threads, new_first.data(), second.data());
    }
    return std::make_tuple(new_first.to_numpy(), second.to_numpy());
}

// Forms differ in the shapes of the whitening and of the second moments.
template <class CheckWhitening, class SecondShape>
void define(nb::module_ &m, const std::string &form, const Truncated &(*kernel)(), CheckWhitening check_whitening,
            SecondShape check_second) {
    m.def(("recall_" + form).c_str(),
          [=](RowsArgument rows, In<1> constants, In<2> means, Whitening whitening, Edges edges, Integers<1> members,
              Index begin, Index end, Out<2> joint, int n_threads) {
              const mogul::Rows view = rows_of(rows);
              const Index N = view.n_rows, K = length(constants, 0), C = length(joint, 1);
              check_shape("means", means, {K, view.n_features});
              check_whitening(whitening, K, view.n_features);
              check_shape("edges", edges, {K + 1});
              check_shape("joint", joint, {N, C});
              const mogul::RecallTask task{view, components_of(view, constants.data(), means, whitening),
                                           groups_of(edges, members, begin, end, N * C), C, joint.data()};
              nb::gil_scoped_release unlocked;
              mogul::recall(kernel(), task, begin, end, n_threads);
          },
          nb::arg("rows").noconvert(), nb::arg("constants").noconvert(), nb::arg("means").noconvert(),
          nb::arg("whitening").noconvert(), nb::arg("edges").noconvert(), nb::arg("members").noconvert(), "begin"_a,
          "end"_a, nb::arg("joint").noconvert(), "n_threads"_a = 1,
          "Write the joints of the pairs (row, component) of components begin..end. In place.");
    m.def(("search_" + form).c_str(),
          [=](RowsArgument rows, In<1> constants, In<2> means, Whitening whitening, Integers<2> lists, Edges edges,
              Integers<1> members, Index begin, Index end, OutIntegers<2> kept, Out<2> joint, int n_threads) {
              const mogul::Rows view = rows_of(rows);
              const Index N = view.n_rows, K = length(constants, 0), C = length(kept, 1);
              check_shape("means", means, {K, view.n_features});
              check_whitening(whitening, K, view.n_features);
              check_shape("kept", kept, {N, C});
              check_shape("joint", joint, {N, C});
              check_shape("lists", lists, {length(edges, 0) - 1, length(lists, 1)});
              if (C == 0) throw std::invalid_argument("Expected at least one component to keep.");
              const mogul::Groups groups = groups_of(edges, members, begin, end, N);
              const Index width = length(lists, 1);
              check_below("lists", lists.data() + begin * width, (end - begin) * width, K);
              const mogul::SearchTask task{view,         components_of(view, constants.data(), means, whitening),
                                           groups,       lists.data(),
                                           width,        kept.data(),
                                           joint.data(), C};
              nb::gil_scoped_release unlocked;
              mogul::search(kernel(), task, begin, end, n_threads);
          },
          nb::arg("rows").noconvert(), nb::arg("constants").noconvert(), nb::arg("means").noconvert(),
          nb::arg("whitening").noconvert(), nb::arg("lists").noconvert(), nb::arg("edges").noconvert(),
          nb::arg("members").noconvert(), "begin"_a, "end"_a, nb::arg("kept").noconvert(), nb::arg("joint").noconvert(),
          "n_threads"_a = 1, "Let the rows of groups begin..end try the components of their group's list. In place.");
    m.def(("add_kept_" + form).c_str(),
          [=](RowsArgument rows, In<2> means, Whitening whitening, Edges edges, Integers<1> members, Index begin,
              Index end, In<2> responsibilities, Out<1> counts, Out<2> first, Out<2> second, int n_threads) {
              const mogul::Rows view = rows_of(rows);
              const Index N = view.n_rows, K = length(means, 0), C = length(responsibilities, 1);
              check_shape("means", means, {K, view.n_features});
              check_whitening(whitening, K, view.n_features);
              check_shape("responsibilities", responsibilities, {N, C});
              check_shape("edges", edges, {K + 1});
              check_shape("counts", counts, {K});
              check_shape("first", first, {K, view.n_features});
              check_second(second, K, view.n_features);
              const mogul::AddTask task{view,
                                        components_of(view, nullptr, means, whitening),
                                        groups_of(edges, members, begin, end, N * C),
                                        responsibilities.data(),
                                        C,
                                        counts.data(),
                                        first.data(),
                                        second.data()};
              nb::gil_scoped_release unlocked;
              mogul::add_kept(kernel(), task, begin, end, n_threads);
          },
          nb::arg("rows").noconvert(), nb::arg("means").noconvert(), nb::arg("whitening").noconvert(),
          nb::arg("edges").noconvert(), nb::arg("members").noconvert(), "begin"_a, "end"_a,
          nb::arg("responsibilities").noconvert(), nb::arg("counts").noconvert(), nb::arg("first").noconvert(),
          nb::arg("second").noconvert(), "n_threads"_a = 1,
          "Add the whitened moments of components begin..end to counts, first and second. In place.");
}

} // namespace

void bind_truncated(nb::module_ &m) {
    m.def("grouped", &bind_grouped, nb::arg("keys").noconvert(), "n_groups"_a,
          "Return (edges, members): which keys are equal to 0, 1, ..., n_groups - 1.");
    m.def("order_kept", &bind_order, nb::arg("kept").noconvert(), nb::arg("joint").noconvert(), "n_threads"_a = 1,
          "Sort what each row keeps by falling joint. In place.");
    m.def("weigh_kept", &bind_weigh, nb::arg("joint").noconvert(), nb::arg("row_weights").noconvert().none(),
          "n_threads"_a = 1, "Replace joints by weighted responsibilities, and return the free energy.");
    m.def("unwhiten", &bind_unwhiten, nb::arg("factors").noconvert(), nb::arg("first").noconvert(),
          nb::arg("inner").noconvert(), "n_threads"_a = 1,
          "Return (first, second) in the units of the data from whitened moments.");
    define(
        m, "full", []() -> const Truncated & { return mogul::kernels().truncated_full; },
        [](const Whitening &whitening, Index K, Index D) { check_shape("whitening", whitening, {K, D, D}); },
        [](const Out<2> &second, Index K, Index D) { check_shape("second", second, {K, D * (D + 1) / 2}); });
    define(
        m, "tied", []() -> const Truncated & { return mogul::kernels().truncated_tied; },
        [](const Whitening &whitening, Index, Index D) { check_shape("whitening", whitening, {D, D}); },
        [](const Out<2> &second, Index K, Index D) { check_shape("second", second, {K, D * (D + 1) / 2}); });
    define(
        m, "diagonal", []() -> const Truncated & { return mogul::kernels().truncated_diagonal; },
        [](const Whitening &whitening, Index K, Index D) { check_shape("whitening", whitening, {K, D}); },
        [](const Out<2> &second, Index K, Index D) { check_shape("second", second, {K, D}); });
    define(
        m, "spherical", []() -> const Truncated & { return mogul::kernels().truncated_spherical; },
        [](const Whitening &whitening, Index K, Index) { check_shape("whitening", whitening, {K}); },
        [](const Out<2> &second, Index K, Index) { check_shape("second", second, {K, 1}); });
}
