#include "arrays.hpp"
#include "centres.hpp"

#include <nanobind/stl/tuple.h>

using namespace nb::literals;
using mogul::Index;

namespace {

auto bind_nearest(RowsArgument rows, std::optional<In<1>> row_weights, In<2> centres, int n_threads) {
    const mogul::Rows view = rows_of(rows);
    const Index N = view.n_rows, D = view.n_features, K = static_cast<Index>(centres.shape(0));
    check_shape("row_weights", row_weights, {N});
    check_shape("centres", centres, {K, D});
    if (K == 0 || D == 0) throw std::invalid_argument("Expected at least one centre and one feature.");
    NewArray<long long> labels({N});
    NewArray<double> squared_distances({N}), counts({K}), first({K, D});
    const mogul::NearestTask task{view, data_of(row_weights), centres.data(),
                                  K,    labels.data(),        squared_distances.data()};
    {
        nb::gil_scoped_release unlocked;
        mogul::nearest_centres(task, n_threads, counts.data(), first.data());
    }
    return std::make_tuple(labels.to_numpy(), squared_distances.to_numpy(), counts.to_numpy(), first.to_numpy());
}

void bind_lower(RowsArgument rows, In<1> centre, Out<1> squared_distances, int n_threads) {
    const mogul::Rows view = rows_of(rows);
    check_shape("centre", centre, {view.n_features});
    check_shape("squared_distances", squared_distances, {view.n_rows});
    const mogul::LowerTask task{view, centre.data(), squared_distances.data()};
    nb::gil_scoped_release unlocked;
    mogul::lower_distances(task, n_threads);
}

} // namespace

void bind_centres(nb::module_ &m) {
    m.def("nearest_centres", &bind_nearest, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert().none(),
          nb::arg("centres").noconvert(), "n_threads"_a = 1,
          "Return (labels, squared_distances, counts, first) of the assignment to the nearest centre.");
    m.def("lower_distances", &bind_lower, nb::arg("rows").noconvert(), nb::arg("centre").noconvert(),
          nb::arg("squared_distances").noconvert(), "n_threads"_a = 1,
          "Replace each squared distance by that to `centre` where it is smaller. In place.");
}
