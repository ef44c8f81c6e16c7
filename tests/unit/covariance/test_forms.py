"""Every form of K covariance matrices says the same as the matrices themselves."""

import pickle

import numpy as np
import pytest

from mogul.covariance import (
    DiagonalCovariance,
    FactorCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
    as_form,
)
from mogul.errors import NonFiniteError, NotPositiveDefiniteError, ShapeError
from mogul.testing import FORMS

SIZES = [(1, 1), (1, 3), (2, 1), (3, 2), (2, 10), (5, 50)]


@pytest.fixture(params=[(form, *size) for form in FORMS for size in SIZES], ids=lambda p: "{}-K{}-D{}".format(*p))
def form(request):
    name, n_components, n_features = request.param
    return FORMS[name](np.random.default_rng(n_components + 10 * n_features), n_components, n_features)


def _as_matrices(form, values):
    """Return values in the layout of `form.array` as K matrices."""
    eye = np.eye(form.n_features)
    return {
        FullCovariance: lambda: values,
        TiedCovariance: lambda: np.tile(values, (form.n_components, 1, 1)),
        DiagonalCovariance: lambda: values[:, :, None] * eye,
        SphericalCovariance: lambda: values[:, None, None] * eye,
        FactorCovariance: lambda: _of_factors(values),
    }[type(form)]()


def _of_factors(values, sign=1):
    loadings = values[:, :, 1:]
    return values[:, :, 0][:, :, None] * np.eye(values.shape[1]) + sign * np.einsum("kiq,kjq->kij", loadings, loadings)


def _precisions(form):
    """Return the precisions as K matrices: from factors, something is taken away."""
    if type(form) is FactorCovariance:
        return _of_factors(form.precisions(), -1)
    return _as_matrices(form, form.precisions())


def test_dense_is_what_the_numbers_say(form):
    np.testing.assert_array_equal(form.dense(), _as_matrices(form, form.array))
    assert form.dense().shape == (form.n_components, form.n_features, form.n_features)


def test_precisions_invert_the_matrices(form):
    product = form.dense() @ _precisions(form)
    np.testing.assert_allclose(product, np.tile(np.eye(form.n_features), (form.n_components, 1, 1)), atol=1e-12)


def test_precisions_cholesky_are_upper_triangular_roots(form):
    roots = form.precisions_cholesky()
    roots = roots if type(form) is FactorCovariance else _as_matrices(form, roots)
    np.testing.assert_array_equal(np.tril(roots, -1), 0.0)
    np.testing.assert_allclose(roots @ roots.swapaxes(1, 2), _precisions(form), rtol=1e-12, atol=1e-12)


def test_log_determinants(form):
    np.testing.assert_allclose(form.log_determinants, np.linalg.slogdet(form.dense())[1], rtol=1e-12, atol=1e-12)


def test_whitened_squares_are_mahalanobis_distances(form):
    rng = np.random.default_rng(0)
    rows, means = rng.standard_normal((7, form.n_features)), rng.standard_normal((form.n_components, form.n_features))
    away = rows[:, None] - means
    wanted = np.einsum("nki,kij,nkj->nk", away, np.linalg.inv(form.dense()), away)
    np.testing.assert_allclose((form.whitened(rows, means) ** 2).sum(axis=2), wanted, rtol=1e-11)


def test_coloured_noise_has_the_covariance(form):
    """Colouring is linear: the images of the unit vectors are a root of the matrix."""
    n_features = form.n_features
    for k in range(form.n_components):
        root = form.coloured(np.eye(n_features), np.full(n_features, k))
        np.testing.assert_allclose(root.T @ root, form.dense()[k], rtol=1e-12, atol=1e-12)


def test_marginal_and_selected_cut_the_matrices(form):
    rng = np.random.default_rng(1)
    features = rng.permutation(form.n_features)[: max(1, form.n_features // 2)].tolist()
    components = rng.integers(0, form.n_components, 4)
    np.testing.assert_array_equal(form.marginal(features).dense(), form.dense()[:, features][:, :, features])
    np.testing.assert_array_equal(form.selected(components).dense(), form.dense()[components])


def test_forms_cannot_be_changed(form):
    with pytest.raises(ValueError, match="read-only"):
        form.array[...] = 0.0
    with pytest.raises(AttributeError):
        form.covariances = 1


def test_pickle_keeps_every_bit(form):
    other = pickle.loads(pickle.dumps(form))
    assert type(other) is type(form)
    np.testing.assert_array_equal(other.array, form.array)
    assert (other.n_components, other.n_features) == (form.n_components, form.n_features)


def test_repr_says_the_size(form):
    assert repr(form) == f"{type(form).__name__}(n_components={form.n_components}, n_features={form.n_features})"


def test_bound_to_another_size_is_refused(form):
    with pytest.raises(ShapeError, match=r"features|components"):
        form.bound_to(form.n_components + 7, form.n_features + 7).bound_to(form.n_components, form.n_features)
    same = form.bound_to(form.n_components, form.n_features)
    np.testing.assert_array_equal(same.array, form.array)


def test_spherical_and_tied_learn_what_they_do_not_know():
    assert SphericalCovariance([1.0, 2.0]).bound_to(2, 3).dense().shape == (2, 3, 3)
    assert TiedCovariance(np.eye(3)).bound_to(2, 3).dense().shape == (2, 3, 3)
    with pytest.raises(ShapeError, match="have 2 components, but the weights and means have 3"):
        SphericalCovariance([1.0, 2.0]).bound_to(3, 3)
    with pytest.raises(ShapeError, match="have 3 features, but the weights and means have 2"):
        TiedCovariance(np.eye(3)).bound_to(2, 2)


def test_as_form():
    form = DiagonalCovariance([[1.0]])
    assert as_form(form) is form
    assert type(as_form(np.eye(2)[None])) is FullCovariance


NOT_DEFINITE = np.array([np.eye(2), [[1.0, 2.0], [2.0, 1.0]]])


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: FullCovariance(NOT_DEFINITE), NotPositiveDefiniteError, "component 1 .* smallest eigenvalue is -1"),
        (
            lambda: FullCovariance([[[1.0, 0.5], [0.0, 1.0]]]),
            NotPositiveDefiniteError,
            r"component 0 is not symmetric: entry",
        ),
        (lambda: FullCovariance(np.eye(2)), ShapeError, r"shape \(K, D, D\), got \(2, 2\)"),
        (lambda: FullCovariance(np.ones((1, 2, 3))), ShapeError, r"shape \(K, D, D\)"),
        (lambda: FullCovariance(np.zeros((0, 2, 2))), ShapeError, r"shape \(K, D, D\)"),
        (lambda: FullCovariance([np.eye(2), np.full((2, 2), np.nan)]), NonFiniteError, "component 1 contains NaN"),
        (lambda: TiedCovariance(NOT_DEFINITE[1]), NotPositiveDefiniteError, "smallest eigenvalue is -1"),
        (lambda: TiedCovariance(NOT_DEFINITE), ShapeError, r"shape \(D, D\)"),
        (lambda: TiedCovariance(np.ones((2, 3))), ShapeError, r"shape \(D, D\)"),
        (lambda: TiedCovariance([[np.inf]]), NonFiniteError, "contains NaN or infinity"),
        (
            lambda: DiagonalCovariance([[1.0, 2.0], [1.0, 0.0]]),
            NotPositiveDefiniteError,
            "component 1 .* feature 1 is 0",
        ),
        (lambda: DiagonalCovariance([1.0]), ShapeError, r"shape \(K, D\)"),
        (lambda: DiagonalCovariance([[np.nan]]), NonFiniteError, "component 0"),
        (lambda: SphericalCovariance([1.0, -2.0]), NotPositiveDefiniteError, "component 1 .* variance is -2"),
        (lambda: SphericalCovariance([[1.0]]), ShapeError, r"shape \(K,\)"),
        (lambda: SphericalCovariance([1.0], n_features=2).marginal([2]), ShapeError, "between 0 and 1"),
    ],
)
def test_what_is_no_covariance_is_refused_by_name(make, kind, message):
    with pytest.raises(kind, match=message):
        make()


def test_rounding_errors_of_symmetry_are_forgiven():
    matrix = np.array([[[2.0, 1.0], [1.0 + 1e-12, 2.0]]])
    found = FullCovariance(matrix).array
    np.testing.assert_array_equal(found, found.swapaxes(1, 2))


def test_narrow_matrices_keep_their_digits():
    """Variances over 24 powers of ten, exactly independent."""
    variances = 10.0 ** np.arange(-12.0, 13.0)
    form = FullCovariance(np.diag(variances)[None])
    np.testing.assert_allclose(np.diag(form.precisions()[0]), 1 / variances, rtol=1e-14)
