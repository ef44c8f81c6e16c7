"""Targets as nodes."""

import numpy as np
import pytest
from scipy import stats

from mogul.approximation.targets import nodes_of
from mogul.errors import NonFiniteError, ParameterError, ShapeError, TooFewRowsError
from mogul.testing import random_mixture

RNG = np.random.default_rng(0)


def _nodes(target, support=None, weights=None):
    return nodes_of(target, support, weights, np.random.default_rng(0))


@pytest.mark.parametrize(
    "target", [stats.norm(3, 2), stats.gamma(0.7), stats.beta(0.5, 0.5), stats.expon()], ids=lambda d: d.dist.name
)
def test_nodes_of_a_distribution_give_its_moments(target):
    for nodes in _nodes(target):
        x = nodes.points[:, 0]
        assert nodes.masses.sum() == pytest.approx(1)
        assert nodes.masses @ x == pytest.approx(target.mean(), rel=1e-6)
        assert nodes.masses @ x**2 == pytest.approx(target.moment(2), rel=1e-6)
        np.testing.assert_allclose(nodes.levels, target.cdf(x), atol=1e-3)


def test_new_distributions_of_scipy_are_like_old_ones():
    new = stats.Normal(mu=1.0, sigma=2.0)
    fitted, _ = _nodes(new)
    assert fitted.masses @ fitted.points[:, 0] == pytest.approx(1.0)
    cut, _ = _nodes(new, support=(1.0, 3.0))
    assert cut.points.min() > 1
    assert cut.points.max() < 3


def test_a_density_is_normalised():
    for support in ((-9.0, 9.0), (-50.0, 200.0)):
        for nodes in _nodes(lambda x: 7 - x**2 / 2, support=support):
            np.testing.assert_allclose(nodes.log_densities, stats.norm.logpdf(nodes.points[:, 0]), atol=1e-9)
    for nodes in _nodes(lambda x: -0.5 * (x**2).sum(axis=1), support=[(-30, 30), (-8, 30)]):
        expected = stats.norm.logpdf(nodes.points).sum(axis=1)
        np.testing.assert_allclose(nodes.log_densities, expected, atol=1e-5)  # cut to what matters


def test_a_histogram_is_even_within_bins():
    counts, edges = np.array([1, 0, 3]), np.array([0.0, 1.0, 2.0, 4.0])
    for nodes in _nodes((counts, edges)):
        x = nodes.points[:, 0]
        assert not ((x > 1) & (x < 2)).any()
        np.testing.assert_allclose(np.exp(nodes.log_densities), np.where(x < 1, 0.25, 0.375))
        assert nodes.masses @ x == pytest.approx(0.25 * 0.5 + 0.75 * 3)


def test_a_mixture_of_several_features_is_drawn_twice():
    mixture = random_mixture(np.random.default_rng(1), 2, 3)
    fitted, check = _nodes(mixture)
    assert not np.isin(check.points, fitted.points).any()
    np.testing.assert_array_equal(fitted.log_densities, mixture.logpdf(fitted.points))


class WithoutDraws:
    def logpdf(self, x):
        return -(x**2)


@pytest.mark.parametrize(
    ("target", "support", "error", "message"),
    [
        (lambda x: -(x**2), None, ParameterError, "needs support"),
        (lambda x: -(x**2), (1, 0), ParameterError, "low < high"),
        (lambda x: -(x**2), (0, np.inf), ParameterError, "finite"),
        (lambda x: -(x**2), [(0, 1)] * 4, ShapeError, "up to three"),
        (lambda x: 0.0, (0, 1), ShapeError, "one number for each point"),
        (lambda x: np.full(len(x), -np.inf), (0, 1), ParameterError, "minus infinity"),
        (lambda x: np.full(len(x), np.nan), (0, 1), ParameterError, "NaN"),
        (WithoutDraws(), None, ParameterError, "logpdf and support"),
        (stats.poisson(3), None, ParameterError, "discrete"),
        (stats.norm(), (50, 60), ParameterError, "no probability"),
        (stats.multivariate_normal([0, 0]), (0, 1), ParameterError, "leave out support"),
        (random_mixture(np.random.default_rng(0), 2, 2), (0, 1), ParameterError, "leave out support"),
        (([1, 2], [0.0, 1.0]), None, ShapeError, "one edge more"),
        (([1, 2, 3],), None, ShapeError, "no histogram"),
        (([1, 2], [0.0, 1.0, 1.0]), None, ParameterError, "ascending"),
        (([0, 0], [0.0, 1.0, 2.0]), None, ParameterError, "not all zero"),
        ([1.0], None, TooFewRowsError, "two or more"),
        ([1.0, np.nan], None, NonFiniteError, "Point 1"),
        (np.zeros((2, 2, 2)), None, ShapeError, "Points must have shape"),
        ([1.0, 2.0], (0, 1), ParameterError, "density only"),
    ],
)
def test_what_cannot_be_a_target_is_refused(target, support, error, message):
    with pytest.raises(error, match=message):
        _nodes(target, support)
