#include "arrays.hpp"
#include "each.hpp"
#include "entry.hpp"
#include "kmeans.hpp"
#include "partition.hpp"

#include <nanobind/stl/tuple.h>

using namespace nb::literals;
using mogul::Index;

namespace {

using Counts = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Partitions = nb::ndarray<const long long, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

auto bind_kmeans(RowsArgument rows, In<1> row_weights, Index n_centres, In<2> uniform, Counts n_rounds, int n_threads) {
    const mogul::Rows view = rows_of(rows);
    const Index N = view.n_rows, C = static_cast<Index>(n_rounds.shape(0));
    const Index numbers = static_cast<Index>(uniform.shape(1)),
                n_trials = n_centres > 1 ? (numbers - 1) / (n_centres - 1) : 1;
    if (N == 0 || n_centres < 1) throw std::invalid_argument("Expected at least one row and one centre.");
    if (n_trials < 1) throw std::invalid_argument("Expected uniform numbers for at least one trial of each centre.");
    check_shape("row_weights", row_weights, {N});
    check_shape("uniform", uniform, {C, 1 + (n_centres - 1) * n_trials});
    NewArray<long long> labels({C, N});
    {
        nb::gil_scoped_release unlocked;
        const double size = static_cast<double>(N) * static_cast<double>(view.n_features + 2);
        const double work = size * static_cast<double>(C * n_centres * (n_trials + 10)) / 6;
        mogul::for_each_piece(C, work, n_threads, [&](Index c) {
            const mogul::KmeansTask task{view,
                                         row_weights.data(),
                                         n_centres,
                                         n_trials,
                                         uniform.data() + c * numbers,
                                         Index(n_rounds.data()[c]),
                                         C == 1 ? n_threads : 1};
            mogul::kmeans(task, labels.data() + c * N);
        });
    }
    return labels.to_numpy();
}

void check_labels(const Partitions &labels, Index K) {
    const long long *first = labels.data(), *last = first + labels.size();
    if (std::any_of(first, last, [K](long long k) { return k < 0 || k >= K; }))
        throw std::invalid_argument("Expected labels from 0 to n_components - 1.");
}

// Forms differ in the shape of the covariances of C mixtures and of a floor.
template <int FloorAxes, class ShapeOf, class FloorShapeOf>
void define(nb::module_ &m, const char *name, const mogul::AbstractForm &form, ShapeOf shape_of,
            FloorShapeOf floor_shape_of, const char *text) {
    const auto call = [&form, shape_of, floor_shape_of](
                          RowsArgument rows, In<1> row_weights, Partitions labels, Index n_components,
                          double rows_worth, std::optional<In<FloorAxes>> floor, double widening, int n_threads) {
        const mogul::Rows view = rows_of(rows);
        const Index C = static_cast<Index>(labels.shape(0)), K = n_components, D = view.n_features;
        if (K < 1 || D == 0) throw std::invalid_argument("Expected at least one component and one feature.");
        check_shape("row_weights", row_weights, {view.n_rows});
        check_shape("labels", labels, {C, view.n_rows});
        check_shape("floor", floor, floor_shape_of(D));
        check_labels(labels, K);
        NewArray<double> weights({C, K}), means({C, K, D}), covariances(shape_of(C, K, D));
        NewArray<long long> made({C});
        {
            nb::gil_scoped_release unlocked;
            const double work = static_cast<double>(C * view.n_rows) * static_cast<double>(D * D + 4 * D);
            mogul::for_each_piece(C, work, n_threads, [&](Index c) {
                const mogul::PartitionTask task{form, view,       row_weights.data(), labels.data() + c * view.n_rows,
                                                K,    rows_worth, data_of(floor),     widening};
                made.data()[c] = mogul::partitioned(task, {weights.data() + c * K, means.data() + c * K * D,
                                                           covariances.data() + c * form.sizes(K, D)});
            });
        }
        return std::make_tuple(weights.to_numpy(), means.to_numpy(), covariances.to_numpy(), made.to_numpy());
    };
    m.def(name, call, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert(), nb::arg("labels").noconvert(),
          "n_components"_a, "rows_worth"_a, nb::arg("floor").noconvert().none() = nb::none(), "widening"_a = 0.0,
          "n_threads"_a = 1, text);
}

} // namespace

void bind_starts(nb::module_ &m) {
    m.def("kmeans", &bind_kmeans, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert(), "n_centres"_a,
          nb::arg("uniform").noconvert(), nb::arg("n_rounds").noconvert(), "n_threads"_a = 1,
          "Return the labels (C, N) of C partitions by k-means++ and rounds of Lloyd's algorithm.");
    define<2>(
        m, "partitioned_full", mogul::full_form(), [](Index C, Index K, Index D) { return Shape{C, K, D, D}; },
        [](Index D) { return Shape{D, D}; },
        "Return (weights, means, covariances, made) of the mixtures that C partitions of the rows imply.");
    define<2>(
        m, "partitioned_tied", mogul::tied_form(), [](Index C, Index, Index D) { return Shape{C, D, D}; },
        [](Index D) { return Shape{D, D}; },
        "As `partitioned_full`, with one covariance (D, D) for all components of a mixture.");
    define<1>(
        m, "partitioned_diagonal", mogul::diagonal_form(), [](Index C, Index K, Index D) { return Shape{C, K, D}; },
        [](Index D) { return Shape{D}; }, "As `partitioned_full`, with variances (K, D) and a floor (D,).");
    define<0>(
        m, "partitioned_spherical", mogul::spherical_form(), [](Index C, Index K, Index) { return Shape{C, K}; },
        [](Index) { return Shape{}; }, "As `partitioned_full`, with variances (K,) and a number as floor.");
}
