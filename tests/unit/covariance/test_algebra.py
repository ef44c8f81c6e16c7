"""Covariances of maps, sums, products and conditionals: against dense matrices, and in the form that holds them."""

import numpy as np
import pytest

from mogul.covariance import DiagonalCovariance, FactorCovariance, FullCovariance, SphericalCovariance, TiedCovariance
from mogul.covariance.algebra import AbstractCovarianceAlgebra, alike
from mogul.testing import FORMS

K, D = 3, 4
APART = {"diag": DiagonalCovariance, "factor": FactorCovariance}


@pytest.fixture(params=list(FORMS))
def name(request):
    return request.param


@pytest.fixture
def form(name):
    return FORMS[name](np.random.default_rng(1), K, D)


@pytest.fixture
def other(name):
    return FORMS[name](np.random.default_rng(2), K, D)


@pytest.fixture
def vectors():
    return np.random.default_rng(3).standard_normal((K, D))


def test_conditional_is_the_schur_complement(form):
    given, free = [2, 0], [1, 3]
    slopes, residual = form.conditional(given, free)
    dense = form.dense()
    cross, known = dense[:, free][:, :, given], dense[:, given][:, :, given]
    wanted = cross @ np.linalg.inv(known)
    np.testing.assert_allclose(slopes, wanted, rtol=1e-11, atol=1e-13)
    rest = dense[:, free][:, :, free] - wanted @ cross.swapaxes(1, 2)
    np.testing.assert_allclose(residual.dense(), rest, rtol=1e-11, atol=1e-13)
    assert type(residual) is type(form)


def test_sums_products_and_lists_keep_the_form(form, other, name):
    a, b = form.dense(), other.dense()
    np.testing.assert_allclose(form.plus(other).dense(), a + b, rtol=1e-13, atol=1e-14)
    fused = np.linalg.inv(np.linalg.inv(a) + np.linalg.inv(b))
    np.testing.assert_allclose(form.fused(other).dense(), fused, rtol=1e-11, atol=1e-13)
    np.testing.assert_array_equal(form.joined([other, form]).dense(), np.concatenate([a, b, a]))
    assert type(form.plus(other)) is type(form)
    assert type(form.fused(other)) is (FullCovariance if name == "factor" else type(form))
    assert type(form.joined([other])) is (FullCovariance if name == "tied" else type(form))
    assert type(form.joined([form])) is type(form)


def test_products_with_vectors(form, vectors):
    dense = form.dense()
    np.testing.assert_allclose(form.applied(vectors), np.einsum("kij,kj->ki", dense, vectors), rtol=1e-12)
    np.testing.assert_allclose(form.applied(form.solved(vectors)), vectors, rtol=1e-11)
    np.testing.assert_array_equal(form.variances_of_features(), np.einsum("kii->ki", dense))


def test_a_general_map_makes_full_covariances(form, name):
    matrix = np.random.default_rng(4).standard_normal((2, D))
    moved = form.transformed(matrix)
    np.testing.assert_allclose(moved.dense(), matrix @ form.dense() @ matrix.T, rtol=1e-12)
    assert type(moved) is (TiedCovariance if name == "tied" else FullCovariance)


@pytest.mark.parametrize(
    ("matrix", "kinds"),
    [
        (np.eye(D)[[2, 0]], {"spherical": SphericalCovariance, **APART}),
        (np.diag([1.0, 2.0, 3.0, 4.0]), {"spherical": DiagonalCovariance, **APART}),
        (np.array([[1.0, 1.0, 0.0, 0.0]]), {"spherical": SphericalCovariance, **APART}),
        (np.linalg.qr(np.random.default_rng(5).standard_normal((D, D)))[0], {"spherical": SphericalCovariance}),
    ],
    ids=["choice", "scaling", "sum", "turn"],
)
def test_maps_that_keep_features_apart_keep_the_form(form, name, matrix, kinds):
    moved = form.transformed(matrix)
    np.testing.assert_allclose(moved.dense(), matrix @ form.dense() @ matrix.T, rtol=1e-12, atol=1e-14)
    if name in kinds:
        assert type(moved) is kinds[name]


def test_the_longest_axis_is_shortened(form):
    dense = form.dense()[1]
    axis, left = form.shortened(1, 0.25)
    np.testing.assert_allclose(axis @ axis, np.linalg.eigvalsh(dense)[-1], rtol=1e-12)
    np.testing.assert_allclose(left.dense()[0] + 0.25 * np.outer(axis, axis), dense, rtol=1e-12, atol=1e-14)


def test_forms_of_two_kinds_meet_as_full_matrices(form):
    ball = SphericalCovariance(np.ones(K), D)
    one, two = alike(form, ball)
    assert type(one) is type(two)
    np.testing.assert_array_equal(one.dense(), form.dense())
    np.testing.assert_array_equal(two.dense(), ball.dense())


def test_what_forms_do_their_own_way_is_what_dense_matrices_do(form, other, vectors):
    """The way of the base class, of every form: the one that a new form begins with."""
    base = AbstractCovarianceAlgebra
    pairs = [
        (base.conditional(form, [1], [0, 3]), form.conditional([1], [0, 3])),
        (base.plus(form, other), form.plus(other)),
        (base.fused(form, other), form.fused(other)),
        (base.joined(form, [other]), form.joined([other])),
    ]
    np.testing.assert_allclose(pairs[0][0].slopes, pairs[0][1].slopes, rtol=1e-12, atol=1e-15)
    pairs[0] = tuple(regression.covariances for regression in pairs[0])
    for found, wanted in pairs:
        np.testing.assert_allclose(found.dense(), wanted.dense(), rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(base.solved(form, vectors), form.solved(vectors), rtol=1e-11)


def test_factors_of_unlike_number_and_more_factors_than_features():
    rng = np.random.default_rng(0)
    many = FactorCovariance(rng.standard_normal((2, 3, 5)), rng.uniform(0.5, 1, (2, 3)))
    few = FactorCovariance(rng.standard_normal((1, 3, 1)), rng.uniform(0.5, 1, (1, 3)))
    np.testing.assert_allclose(many.joined([few]).dense(), np.concatenate([many.dense(), few.dense()]), rtol=1e-13)
    for given, free in (([0], [1, 2]), ([2, 1], [0])):
        found, wanted = many.conditional(given, free), FullCovariance(many.dense()).conditional(given, free)
        np.testing.assert_allclose(found.slopes, wanted.slopes, rtol=1e-11)
        np.testing.assert_allclose(found.covariances.dense(), wanted.covariances.dense(), rtol=1e-11)


def test_a_narrow_direction_is_kept_beside_a_wide_one():
    """Widths of 1 and 1e-7: of a difference of matrices nothing would be left."""
    turn, _ = np.linalg.qr(np.random.default_rng(6).standard_normal((2, 2)))
    thin = FullCovariance((turn * [1.0, 1e-14]) @ turn.T[None])
    fused = thin.fused(thin).dense()[0]
    # The factors have a condition of 1e7, so seven of sixteen digits go.
    np.testing.assert_allclose(fused, thin.dense()[0] / 2, atol=1e-8)
    narrow = turn[:, 1]
    # Stored to eps of its largest entry, the matrix has the narrow variance to a few hundredths.
    assert narrow @ fused @ narrow == pytest.approx(narrow @ thin.dense()[0] @ narrow / 2, rel=0.1)
    _, left = thin.conditional([0], [1])
    assert left.dense()[0, 0, 0] > 0
