#include "arrays.hpp"
#include "factorisation.hpp"
#include "range.hpp"

#include <nanobind/stl/tuple.h>

using namespace nb::literals;
using mogul::Index;

namespace {

auto bind_scan(RowsArgument rows, int n_threads) {
    const mogul::Rows view = rows_of(rows);
    if (view.n_rows == 0 || view.n_features == 0)
        throw std::invalid_argument("Expected at least one row and one feature.");
    NewArray<double> minimum({view.n_features}), maximum({view.n_features});
    mogul::Range range{minimum.data(), maximum.data()};
    {
        nb::gil_scoped_release unlocked;
        mogul::scan(view, n_threads, range);
    }
    return std::make_tuple(minimum.to_numpy(), maximum.to_numpy(), range.bad_row, range.bad_column);
}

auto bind_factorise(In<3> covariances) {
    const Index K = static_cast<Index>(covariances.shape(0)), D = static_cast<Index>(covariances.shape(1));
    check_shape("covariances", covariances, {K, D, D});
    NewArray<double> factors({K, D, D}), whitening({K, D, D}), log_determinants({K});
    Index failed = -1;
    {
        nb::gil_scoped_release unlocked;
        failed =
            mogul::factorise(covariances.data(), K, D, {factors.data(), whitening.data(), log_determinants.data()});
    }
    return std::make_tuple(factors.to_numpy(), whitening.to_numpy(), log_determinants.to_numpy(), failed);
}

} // namespace

void bind_matrices(nb::module_ &m) {
    m.def("scan", &bind_scan, nb::arg("rows").noconvert(), "n_threads"_a = 1,
          "Return (minimum, maximum, row, column): the range of every column and the first entry that is not finite.");
    m.def("factorise", &bind_factorise, nb::arg("covariances").noconvert(),
          "Return (factors, whitening, log_determinants, failed) of K symmetric matrices, shape (K, D, D).");
}
