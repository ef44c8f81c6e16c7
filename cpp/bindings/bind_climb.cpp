#include "arrays.hpp"
#include "climb.hpp"
#include "constants.hpp"
#include "constraints.hpp"

#include <nanobind/stl/tuple.h>

#include <limits>

using namespace nb::literals;
using mogul::Index;

namespace {

using Counts = nb::ndarray<const long long, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

auto bind_constants(In<1> weights, In<2> scales) {
    const Index K = static_cast<Index>(weights.shape(0)), D = static_cast<Index>(scales.shape(1));
    check_shape("scales", scales, {K, D});
    NewArray<double> out({K});
    const Index exponent = mogul::constants(weights.data(), scales.data(), K, D, out.data());
    return std::make_tuple(out.to_numpy(), exponent);
}

void check_rounds(const Counts &n_rounds, Index C) {
    check_shape("n_rounds", n_rounds, {C});
    if (std::any_of(n_rounds.data(), n_rounds.data() + C, [](long long n) { return n < 0; }))
        throw std::invalid_argument("Expected n_rounds of 0 or more.");
}

void check_offsets(const std::optional<Counts> &offsets, Index C, Index N) {
    check_shape("offsets", offsets, {C + 1});
    if (!offsets) return;
    const long long *at = offsets->data();
    if (at[0] < 0 || at[C] > N || !std::is_sorted(at, at + C + 1))
        throw std::invalid_argument("Expected offsets that ascend, from 0 or more to at most the number of rows.");
}

Index floors_given(Index n, Index C) {
    if (n != 1 && n != C) throw std::invalid_argument("Expected one floor, or one for each mixture.");
    return n;
}

// Forms differ in the shapes of the covariances of C mixtures and of n floors.
template <int Axes, int FloorAxes, class ShapeOf, class FloorShapeOf>
void define(nb::module_ &m, const char *name, const mogul::AbstractForm &form, ShapeOf shape_of,
            FloorShapeOf floor_shape_of, Fits fits, const char *text) {
    const auto call = [&form, shape_of, floor_shape_of, fits](
                          RowsArgument rows, std::optional<In<1>> row_weights, In<2> weights, In<3> means,
                          In<Axes> covariances, Counts n_rounds, std::optional<In<FloorAxes>> floors, double widening,
                          std::optional<Counts> offsets, long long constraint, double tolerance, int n_threads) {
        const mogul::Rows view = rows_of(rows);
        const Index C = static_cast<Index>(weights.shape(0)), K = static_cast<Index>(weights.shape(1));
        const Index D = view.n_features;
        if (K == 0 || D == 0) throw std::invalid_argument("Expected at least one component and one feature.");
        const Index n_floors = floors ? floors_given(static_cast<Index>(floors->shape(0)), C) : 1;
        check_shape("row_weights", row_weights, {view.n_rows});
        check_shape("means", means, {C, K, D});
        check_shape("covariances", covariances, shape_of(C, K, D));
        check_shape("floors", floors, floor_shape_of(n_floors, D));
        check_rounds(n_rounds, C);
        check_offsets(offsets, C, view.n_rows);
        const mogul::Constraint demanded = constraint_of(constraint, fits);

        const long long *most = std::max_element(n_rounds.data(), n_rounds.data() + C);
        const Index trace_step = C ? 1 + static_cast<Index>(*most) : 1;
        NewArray<double> new_weights({C, K}), new_means({C, K, D}), new_covariances(shape_of(C, K, D)),
            traces({C, trace_step});
        NewArray<long long> exponents({C, trace_step}), done({C}), ends({C});
        std::copy_n(weights.data(), C * K, new_weights.data());
        std::copy_n(means.data(), C * K * D, new_means.data());
        std::copy_n(covariances.data(), C * form.sizes(K, D), new_covariances.data());
        std::fill_n(traces.data(), C * trace_step, std::numeric_limits<double>::quiet_NaN());
        std::fill_n(exponents.data(), C * trace_step, 0LL);
        {
            nb::gil_scoped_release unlocked;
            mogul::climb_all({form, view, data_of(row_weights), C, K, data_of(offsets), data_of(floors), n_floors == 1,
                              widening, n_rounds.data(), n_threads, demanded, tolerance},
                             {{new_weights.data(), new_means.data(), new_covariances.data()},
                              traces.data(),
                              exponents.data(),
                              trace_step,
                              done.data(),
                              ends.data()});
        }
        return std::make_tuple(new_weights.to_numpy(), new_means.to_numpy(), new_covariances.to_numpy(),
                               exponents.to_numpy(), traces.to_numpy(), done.to_numpy(), ends.to_numpy());
    };
    m.def(name, call, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert().none(),
          nb::arg("weights").noconvert(), nb::arg("means").noconvert(), nb::arg("covariances").noconvert(),
          nb::arg("n_rounds").noconvert(), nb::arg("floors").noconvert().none() = nb::none(), "widening"_a = 0.0,
          nb::arg("offsets").noconvert().none() = nb::none(), "constraint"_a = 0, "tolerance"_a = mogul::kNeverSettled,
          "n_threads"_a = 1, text);
}

} // namespace

void bind_climb(nb::module_ &m) {
    m.def("constants", &bind_constants, nb::arg("weights").noconvert(), nb::arg("scales").noconvert(),
          "Return (constants, exponent) of weights (K,) and diagonals of whitenings (K, D).");
    define<4, 3>(
        m, "climb_full", mogul::full_form(), [](Index C, Index K, Index D) { return Shape{C, K, D, D}; },
        [](Index n, Index D) { return Shape{n, D, D}; }, mogul::is_of_matrices,
        "Return (weights, means, covariances, exponents, traces, n_rounds, ends) of runs of EM from each of C "
        "mixtures.");
    define<3, 3>(
        m, "climb_tied", mogul::tied_form(), [](Index C, Index, Index D) { return Shape{C, D, D}; },
        [](Index n, Index D) { return Shape{n, D, D}; }, fits_none,
        "As `climb_full`, with one covariance (D, D) for all components of a mixture.");
    define<3, 2>(
        m, "climb_diagonal", mogul::diagonal_form(), [](Index C, Index K, Index D) { return Shape{C, K, D}; },
        [](Index n, Index D) { return Shape{n, D}; }, mogul::is_of_variances,
        "As `climb_full`, with variances (K, D) and a floor (D,).");
    define<2, 1>(
        m, "climb_spherical", mogul::spherical_form(), [](Index C, Index K, Index) { return Shape{C, K}; },
        [](Index n, Index) { return Shape{n}; }, mogul::is_of_balls,
        "As `climb_full`, with variances (K,) and a number as floor.");
}
