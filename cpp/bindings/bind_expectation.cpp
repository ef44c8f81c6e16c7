#include "arrays.hpp"
#include "expectation.hpp"

#include <nanobind/stl/tuple.h>

using namespace nb::literals;
using mogul::Index;

namespace {

using Result =
    std::tuple<double, nb::ndarray<nb::numpy, double>, nb::ndarray<nb::numpy, double>, nb::ndarray<nb::numpy, double>>;
using Weights = std::optional<In<1>>;

mogul::ExpectTask task_of(const RowsArgument &rows, const Weights &row_weights, const In<1> &constants,
                          const In<2> &means, const double *whitening, bool in_float32) {
    const mogul::Rows view = rows_of(rows);
    const Index K = static_cast<Index>(constants.shape(0));
    check_shape("row_weights", row_weights, {view.n_rows});
    check_shape("means", means, {K, view.n_features});
    if (K == 0 || view.n_features == 0) throw std::invalid_argument("Expected at least one component and one feature.");
    return {view, data_of(row_weights), {constants.data(), means.data(), whitening, K, view.n_features}, in_float32};
}

template <class Expect> Result run(const mogul::ExpectTask &task, Shape second_shape, const Expect &expect) {
    const Index K = task.components.n_components, D = task.components.n_features;
    NewArray<double> counts({K}), first({K, D}), second(second_shape);
    mogul::Moments moments{0.0, counts.data(), first.data(), second.data()};
    {
        nb::gil_scoped_release unlocked;
        expect(moments);
    }
    return {moments.log_likelihood, counts.to_numpy(), first.to_numpy(), second.to_numpy()};
}

Result bind_full(RowsArgument rows, Weights row_weights, In<1> constants, In<2> means, In<3> whitening, In<3> factors,
                 int n_threads, bool in_float32) {
    const auto task = task_of(rows, row_weights, constants, means, whitening.data(), in_float32);
    const Index K = task.components.n_components, D = task.components.n_features;
    check_shape("whitening", whitening, {K, D, D});
    check_shape("factors", factors, {K, D, D});
    return run(task, {K, D, D}, [&](auto &moments) { mogul::expect_full(task, factors.data(), n_threads, moments); });
}

Result bind_tied(RowsArgument rows, Weights row_weights, In<1> constants, In<2> means, In<2> whitening, In<2> factors,
                 int n_threads, bool in_float32) {
    const auto task = task_of(rows, row_weights, constants, means, whitening.data(), in_float32);
    const Index D = task.components.n_features;
    check_shape("whitening", whitening, {D, D});
    check_shape("factors", factors, {D, D});
    return run(task, {D, D}, [&](auto &moments) { mogul::expect_tied(task, factors.data(), n_threads, moments); });
}

Result bind_diagonal(RowsArgument rows, Weights row_weights, In<1> constants, In<2> means, In<2> whitening,
                     int n_threads, bool in_float32) {
    const auto task = task_of(rows, row_weights, constants, means, whitening.data(), in_float32);
    const Index K = task.components.n_components, D = task.components.n_features;
    check_shape("whitening", whitening, {K, D});
    return run(task, {K, D}, [&](auto &moments) { mogul::expect_diagonal(task, n_threads, moments); });
}

Result bind_spherical(RowsArgument rows, Weights row_weights, In<1> constants, In<2> means, In<1> whitening,
                      int n_threads, bool in_float32) {
    const auto task = task_of(rows, row_weights, constants, means, whitening.data(), in_float32);
    const Index K = task.components.n_components;
    check_shape("whitening", whitening, {K});
    return run(task, {K}, [&](auto &moments) { mogul::expect_spherical(task, n_threads, moments); });
}

} // namespace

void bind_expectation(nb::module_ &m) {
    const auto rows = nb::arg("rows").noconvert(), constants = nb::arg("constants").noconvert(),
               means = nb::arg("means").noconvert(), whitening = nb::arg("whitening").noconvert(),
               factors = nb::arg("factors").noconvert();
    const auto row_weights = nb::arg("row_weights").noconvert().none();
    m.def("expect_full", &bind_full, rows, row_weights, constants, means, whitening, factors, "n_threads"_a = 1,
          "in_float32"_a = false, "Return (log_likelihood, counts, first, second) of a mixture of dense covariances.");
    m.def("expect_tied", &bind_tied, rows, row_weights, constants, means, whitening, factors, "n_threads"_a = 1,
          "in_float32"_a = false,
          "Return (log_likelihood, counts, first, second); `second` is pooled over components, (D, D).");
    m.def("expect_diagonal", &bind_diagonal, rows, row_weights, constants, means, whitening, "n_threads"_a = 1,
          "in_float32"_a = false,
          "Return (log_likelihood, counts, first, second); `second` holds squares only, (K, D).");
    m.def("expect_spherical", &bind_spherical, rows, row_weights, constants, means, whitening, "n_threads"_a = 1,
          "in_float32"_a = false,
          "Return (log_likelihood, counts, first, second); `second` is summed over features, (K,).");
}
