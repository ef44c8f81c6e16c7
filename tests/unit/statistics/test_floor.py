"""The floor is exact: of all covariances not below it, the raised one is the most likely."""

import numpy as np
import pytest

from mogul.statistics import Floor, Spread

RNG = np.random.default_rng(0)


def _floor(covariance):
    return Floor(Spread.of_covariance(covariance, np.ones(len(covariance))))


def _matrix(level_of_last, n_features=4):
    """Return a matrix whose narrowest direction has the given variance."""
    axes, _ = np.linalg.qr(RNG.standard_normal((n_features, n_features)))
    return (axes * np.r_[np.ones(n_features - 1), level_of_last]) @ axes.T


def _loss(sigma, scatter):
    return np.linalg.slogdet(sigma)[1] + np.trace(np.linalg.solve(sigma, scatter))


@pytest.mark.parametrize("level", [1e-12, 0.0, 2.0**-31])
def test_raised_covariances_are_not_below_the_floor_and_best_of_those(level):
    data = _matrix(0.5)
    floor, scatter = _floor(data), _matrix(level)
    raised = floor.raised(scatter[None])[0]
    # In units in which the floor is the identity: computed through inverse roots of 2^-30, so to 1e-16 * 2^30.
    assert np.linalg.eigvalsh(floor.relative(raised[None])[0])[0] >= 1 - 1e-6
    for _ in range(50):
        noise = RNG.standard_normal((4, 4))
        other = raised + 10.0 ** RNG.uniform(-9, -2) * noise @ noise.T * np.diag(raised).mean()
        assert _loss(other, scatter) >= _loss(raised, scatter)
    assert floor.holds(raised[None]).all()


def test_above_the_floor_nothing_is_touched():
    matrices = np.array([_matrix(0.1), _matrix(1e-6)])
    assert _floor(_matrix(0.5)).raised(matrices) is matrices
    assert not _floor(_matrix(0.5)).holds(matrices).any()


def test_the_floor_turns_and_scales_with_the_data():
    data, scatter = _matrix(0.5), _matrix(1e-14)
    matrix = 37.0 * _matrix(2.0)
    here = _floor(data).raised(scatter[None])[0]
    there = _floor(matrix @ data @ matrix.T).raised((matrix @ scatter @ matrix.T)[None])[0]
    # The raised direction is 2^-30 of the others, and comes out of eigenvectors accurate to 1e-16 of these.
    np.testing.assert_allclose(there, matrix @ here @ matrix.T, rtol=1e-9, atol=1e-9)


def test_spread_of_constant_and_dependent_columns():
    x = RNG.standard_normal(200)
    rows = np.c_[x, 2 * x, np.full(200, 7.0), RNG.standard_normal(200)]
    covariance = np.cov(rows.T, bias=True)
    covariance[2] = covariance[:, 2] = 0.0
    spread = Spread.of_covariance(covariance, np.abs(rows).max(axis=0))
    assert spread.constant.tolist() == [False, False, True, False]
    assert spread.null.sum() == 2
    assert spread.dependent
    assert (spread.deviations > 0).all()
    whitened = rows @ spread.whitening()
    assert whitened.shape == (200, 2)
    np.testing.assert_allclose(np.cov(whitened.T, bias=True), np.eye(2), atol=1e-10)


def test_spread_of_variances_knows_no_correlations():
    spread = Spread.of_variances(np.array([4.0, 0.0]), np.array([1.0, 8.0]))
    assert spread.constant.tolist() == [False, True]
    assert not spread.dependent
    assert spread.mean_variance == 2.0
    np.testing.assert_array_equal(spread.whitening(), [[0.5], [0.0]])


def test_all_constant_columns_have_some_spread():
    spread = Spread.of_covariance(np.zeros((2, 2)), np.array([5.0, 0.0]))
    assert spread.constant.all()
    assert (spread.deviations > 0).all()
    assert spread.mean_variance > 0
