#include "arrays.hpp"
#include "constraints.hpp"
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

// Where the rows of each of C problems begin; without offsets, all rows are everyone's.
class Parts {
public:
    Parts(const mogul::Rows &rows, const std::optional<Counts> &offsets, Index C)
        : rows_(rows),
          offsets_(data_of(offsets)) {
        check_shape("offsets", offsets, {C + 1});
        const auto at = [this](Index c) { return Index(offsets_[c]); };
        if (offsets_ && (at(0) < 0 || at(C) > rows.n_rows || !std::is_sorted(offsets_, offsets_ + C + 1)))
            throw std::invalid_argument("Expected offsets that ascend, from 0 or more to at most the number of rows.");
    }

    Index begin(Index c) const { return offsets_ ? Index(offsets_[c]) : 0; }
    mogul::Rows rows(Index c) const {
        return offsets_ ? mogul::part_of(rows_, begin(c), Index(offsets_[c + 1])) : rows_;
    }
    // Where the labels of problem c begin: in a row of their own, or in one that all share as they share the rows.
    Index label(Index c) const { return offsets_ ? begin(c) : c * rows_.n_rows; }
    Index label_rows(Index C) const { return offsets_ ? 1 : C; }
    double total_rows(Index C) const { return static_cast<double>(offsets_ ? rows_.n_rows : C * rows_.n_rows); }

private:
    const mogul::Rows rows_;
    const long long *offsets_;
};

auto bind_kmeans(RowsArgument rows, In<1> row_weights, Index n_centres, In<2> uniform, Counts n_rounds,
                 std::optional<Counts> offsets, int n_threads) {
    const mogul::Rows view = rows_of(rows);
    const Index N = view.n_rows, C = static_cast<Index>(n_rounds.shape(0));
    const Index numbers = static_cast<Index>(uniform.shape(1));
    const Index n_trials = n_centres > 1 ? (numbers - 1) / (n_centres - 1) : 1;
    if (N == 0 || n_centres < 1) throw std::invalid_argument("Expected at least one row and one centre.");
    if (n_trials < 1) throw std::invalid_argument("Expected uniform numbers for at least one trial of each centre.");
    check_shape("row_weights", row_weights, {N});
    check_shape("uniform", uniform, {C, 1 + (n_centres - 1) * n_trials});
    const Parts parts(view, offsets, C);
    NewArray<long long> labels({parts.label_rows(C), N});
    {
        nb::gil_scoped_release unlocked;
        const double per_row = static_cast<double>((view.n_features + 2) * n_centres * (n_trials + 10)) / 6;
        mogul::for_each_piece(C, parts.total_rows(C) * per_row, n_threads, [&](Index c) {
            const mogul::Rows own = parts.rows(c);
            if (own.n_rows == 0) return;
            mogul::kmeans({own, row_weights.data() + parts.begin(c), n_centres, n_trials, uniform.data() + c * numbers,
                           Index(n_rounds.data()[c]), C == 1 ? n_threads : 1},
                          labels.data() + parts.label(c));
        });
    }
    return labels.to_numpy();
}

void check_labels(const Partitions &labels, Index K) {
    const long long *first = labels.data(), *last = first + labels.size();
    if (std::any_of(first, last, [K](long long k) { return k < 0 || k >= K; }))
        throw std::invalid_argument("Expected labels from 0 to n_components - 1.");
}

// The step between what there is one of for each of C problems, or one for all.
template <class Array> Index step_of(const Array &array, Index C, Index size, const char *what) {
    const Index n = static_cast<Index>(array.shape(0));
    if (n != 1 && n != C)
        throw std::invalid_argument(std::string("Expected one ") + what + ", or one for each mixture.");
    return n == 1 ? 0 : size;
}

// Forms differ in the shapes of the covariances of C mixtures and of n floors.
template <int FloorAxes, class ShapeOf, class FloorShapeOf>
void define(nb::module_ &m, const char *name, const mogul::AbstractForm &form, ShapeOf shape_of,
            FloorShapeOf floor_shape_of, Fits fits, const char *text) {
    const auto call = [&form, shape_of, floor_shape_of,
                       fits](RowsArgument rows, In<1> row_weights, Partitions labels, Index n_components,
                             In<1> rows_worth, std::optional<In<FloorAxes>> floors, double widening,
                             std::optional<Counts> offsets, long long constraint, int n_threads) {
        const mogul::Rows view = rows_of(rows);
        const Index C = static_cast<Index>(offsets ? offsets->shape(0) - 1 : labels.shape(0));
        const Index K = n_components, D = view.n_features;
        if (K < 1 || D == 0) throw std::invalid_argument("Expected at least one component and one feature.");
        const Parts parts(view, offsets, C);
        check_shape("row_weights", row_weights, {view.n_rows});
        check_shape("labels", labels, {parts.label_rows(C), view.n_rows});
        const Index worth_step = step_of(rows_worth, C, 1, "rows_worth");
        const Index floor_step = floors ? step_of(*floors, C, form.size(D), "floor") : 0;
        if (floors) check_shape("floors", *floors, floor_shape_of(static_cast<Index>(floors->shape(0)), D));
        check_labels(labels, K);
        const mogul::Constraint demanded = constraint_of(constraint, fits);
        NewArray<double> weights({C, K}), means({C, K, D}), covariances(shape_of(C, K, D));
        NewArray<long long> made({C});
        {
            nb::gil_scoped_release unlocked;
            const double work = parts.total_rows(C) * static_cast<double>(D * D + 4 * D);
            mogul::for_each_piece(C, work, n_threads, [&](Index c) {
                made.data()[c] = mogul::partitioned(
                    {form, parts.rows(c), row_weights.data() + parts.begin(c), labels.data() + parts.label(c), K,
                     rows_worth.data()[c * worth_step], floors ? floors->data() + c * floor_step : nullptr, widening,
                     demanded},
                    {weights.data() + c * K, means.data() + c * K * D, covariances.data() + c * form.sizes(K, D)});
            });
        }
        return std::make_tuple(weights.to_numpy(), means.to_numpy(), covariances.to_numpy(), made.to_numpy());
    };
    m.def(name, call, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert(), nb::arg("labels").noconvert(),
          "n_components"_a, nb::arg("rows_worth").noconvert(), nb::arg("floors").noconvert().none() = nb::none(),
          "widening"_a = 0.0, nb::arg("offsets").noconvert().none() = nb::none(), "constraint"_a = 0, "n_threads"_a = 1,
          text);
}

} // namespace

void bind_starts(nb::module_ &m) {
    m.def("kmeans", &bind_kmeans, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert(), "n_centres"_a,
          nb::arg("uniform").noconvert(), nb::arg("n_rounds").noconvert(),
          nb::arg("offsets").noconvert().none() = nb::none(), "n_threads"_a = 1,
          "Return the labels (C, N) of C partitions by k-means++ and rounds of Lloyd's algorithm.");
    define<3>(
        m, "partitioned_full", mogul::full_form(), [](Index C, Index K, Index D) { return Shape{C, K, D, D}; },
        [](Index n, Index D) { return Shape{n, D, D}; }, mogul::is_of_matrices,
        "Return (weights, means, covariances, made) of the mixtures that C partitions of the rows imply.");
    define<3>(
        m, "partitioned_tied", mogul::tied_form(), [](Index C, Index, Index D) { return Shape{C, D, D}; },
        [](Index n, Index D) { return Shape{n, D, D}; }, fits_none,
        "As `partitioned_full`, with one covariance (D, D) for all components of a mixture.");
    define<2>(
        m, "partitioned_diagonal", mogul::diagonal_form(), [](Index C, Index K, Index D) { return Shape{C, K, D}; },
        [](Index n, Index D) { return Shape{n, D}; }, mogul::is_of_variances,
        "As `partitioned_full`, with variances (K, D) and floors (D,).");
    define<1>(
        m, "partitioned_spherical", mogul::spherical_form(), [](Index C, Index K, Index) { return Shape{C, K}; },
        [](Index n, Index) { return Shape{n}; }, mogul::is_of_balls,
        "As `partitioned_full`, with variances (K,) and numbers as floors.");
}
