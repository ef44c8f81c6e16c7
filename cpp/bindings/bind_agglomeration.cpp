#include "agglomerate.hpp"
#include "arrays.hpp"

#include <nanobind/stl/tuple.h>

using namespace nb::literals;
using mogul::Index;

namespace {

using Agglomerate = void(const mogul::AgglomerateTask &, long long *, double *);

void define(nb::module_ &m, const char *name, Agglomerate &agglomerate, const char *text) {
    const auto call = [&agglomerate](RowsArgument rows, In<1> row_weights, int n_threads) {
        const mogul::Rows view = rows_of(rows);
        if (view.n_rows < 1 || view.n_features < 1)
            throw std::invalid_argument("Expected at least one row and one feature.");
        check_shape("row_weights", row_weights, {view.n_rows});
        NewArray<long long> merges({view.n_rows - 1, 2});
        NewArray<double> costs({view.n_rows - 1});
        {
            nb::gil_scoped_release unlocked;
            agglomerate({view, row_weights.data(), n_threads}, merges.data(), costs.data());
        }
        return std::make_tuple(merges.to_numpy(), costs.to_numpy());
    };
    m.def(name, call, nb::arg("rows").noconvert(), nb::arg("row_weights").noconvert(), "n_threads"_a = 1, text);
}

} // namespace

void bind_agglomeration(nb::module_ &m) {
    define(m, "agglomerate_eii", mogul::agglomerate_eii,
           "Return (merges, costs) of M rows: merge t joins clusters merges[t] to cluster M + t.");
    define(m, "agglomerate_vii", mogul::agglomerate_vii, "As `agglomerate_eii`, for balls of different volume.");
    define(m, "agglomerate_eee", mogul::agglomerate_eee, "As `agglomerate_eii`, for clusters of one scatter.");
    define(m, "agglomerate_vvv", mogul::agglomerate_vvv, "As `agglomerate_eii`, for clusters of any scatter.");
}
