#include "arrays.hpp"
#include "scoring.hpp"

using namespace nb::literals;
using mogul::Index;

namespace {

struct Wanted {
    std::optional<Out<2>> joint;
    std::optional<Out<1>> log_density;
    std::optional<Out<2>> responsibilities;
    std::optional<Labels> labels;
};

mogul::ScoreTask task_of(const RowsArgument &rows, const In<1> &constants, const In<2> &means, const double *whitening,
                         const Wanted &wanted) {
    const mogul::Rows view = rows_of(rows);
    const Index N = view.n_rows, D = view.n_features, K = static_cast<Index>(constants.shape(0));
    check_shape("means", means, {K, D});
    check_shape("joint", wanted.joint, {N, K});
    check_shape("log_density", wanted.log_density, {N});
    check_shape("responsibilities", wanted.responsibilities, {N, K});
    check_shape("labels", wanted.labels, {N});
    if (K == 0 || D == 0) throw std::invalid_argument("Expected at least one component and one feature.");
    return {
        view,
        {constants.data(), means.data(), whitening, K, D},
        {data_of(wanted.joint), data_of(wanted.log_density), data_of(wanted.responsibilities), data_of(wanted.labels)}};
}

using Score = void (*)(const mogul::ScoreTask &, int);

// Dense, tied, diagonal and spherical differ in the shape of the whitening.
template <int Axes, class CheckShape>
void define(nb::module_ &m, const char *name, Score score, CheckShape check, const char *text) {
    m.def(
        name,
        [score, check](RowsArgument rows, In<1> constants, In<2> means, In<Axes> whitening, std::optional<Out<2>> joint,
                       std::optional<Out<1>> log_density, std::optional<Out<2>> responsibilities,
                       std::optional<Labels> labels, int n_threads) {
            const auto task =
                task_of(rows, constants, means, whitening.data(), {joint, log_density, responsibilities, labels});
            check(whitening, task.components.n_components, task.components.n_features);
            nb::gil_scoped_release unlocked;
            score(task, n_threads);
        },
        nb::arg("rows").noconvert(), nb::arg("constants").noconvert(), nb::arg("means").noconvert(),
        nb::arg("whitening").noconvert(), nb::arg("joint").noconvert().none() = nb::none(),
        nb::arg("log_density").noconvert().none() = nb::none(),
        nb::arg("responsibilities").noconvert().none() = nb::none(), nb::arg("labels").noconvert().none() = nb::none(),
        "n_threads"_a = 1, text);
}

void regress(RowsArgument rows, In<1> constants, In<2> means, In<3> whitening, In<3> slopes, In<2> centres,
             In<1> centre, Out<2> expected, Out<1> log_density, int n_threads) {
    const auto scored = task_of(rows, constants, means, whitening.data(), {{}, log_density, {}, {}});
    const Index N = scored.rows.n_rows, K = scored.components.n_components, D = scored.components.n_features,
                M = static_cast<Index>(slopes.shape(1));
    check_shape("whitening", whitening, {K, D, D});
    check_shape("slopes", slopes, {K, M, D});
    check_shape("centres", centres, {K, M});
    check_shape("centre", centre, {D});
    check_shape("expected", expected, {N, M});
    const mogul::RegressTask task{scored.rows, scored.components, slopes.data(),     centres.data(), centre.data(),
                                  M,           expected.data(),   log_density.data()};
    nb::gil_scoped_release unlocked;
    mogul::regress_full(task, n_threads);
}

} // namespace

void bind_scoring(nb::module_ &m) {
    define<3>(
        m, "score_full", &mogul::score_full,
        [](const In<3> &whitening, Index K, Index D) { check_shape("whitening", whitening, {K, D, D}); },
        "Write joint, log_density, responsibilities and labels where an array is given.");
    define<2>(
        m, "score_tied", &mogul::score_tied,
        [](const In<2> &whitening, Index, Index D) { check_shape("whitening", whitening, {D, D}); },
        "As `score_full`, with one whitening (D, D) for all components.");
    define<2>(
        m, "score_diagonal", &mogul::score_diagonal,
        [](const In<2> &whitening, Index K, Index D) { check_shape("whitening", whitening, {K, D}); },
        "As `score_full`, with whitening (K, D).");
    define<1>(
        m, "score_spherical", &mogul::score_spherical,
        [](const In<1> &whitening, Index K, Index) { check_shape("whitening", whitening, {K}); },
        "As `score_full`, with whitening (K,).");
    m.def("regress_full", &regress, "rows"_a.noconvert(), "constants"_a.noconvert(), "means"_a.noconvert(),
          "whitening"_a.noconvert(), "slopes"_a.noconvert(), "centres"_a.noconvert(), "centre"_a.noconvert(),
          "expected"_a.noconvert(), "log_density"_a.noconvert(), "n_threads"_a = 1,
          "Write conditional means of outputs, and log_density.");
}
