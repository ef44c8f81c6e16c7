// Every name that Python can see in mogul._kernels._core, one file of bindings per line.
#include "levels.hpp"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

void bind_agglomeration(nanobind::module_ &);
void bind_expectation(nanobind::module_ &);
void bind_scoring(nanobind::module_ &);
void bind_starts(nanobind::module_ &);
void bind_centres(nanobind::module_ &);
void bind_climb(nanobind::module_ &);
void bind_matrices(nanobind::module_ &);
void bind_truncated(nanobind::module_ &);

NB_MODULE(_core, m) {
    m.doc() = "Compiled kernels. Private: mogul/_kernels/reference.py says what each of them means.";
    mogul::kernels(); // an impossible MOGUL_SIMD is an error of the import
    m.def("simd_level", [] { return std::string(mogul::kernels().level); }, "Return the SIMD level in use.");
    m.def("simd_levels", &mogul::simd_levels, "Return the SIMD levels compiled in that this processor runs.");
    bind_agglomeration(m);
    bind_expectation(m);
    bind_scoring(m);
    bind_centres(m);
    bind_climb(m);
    bind_matrices(m);
    bind_starts(m);
    bind_truncated(m);
}
