"""Optimal transport along mixtures."""

import numpy as np
import pytest

from mogul import Mixture, distances
from mogul.errors import ParameterError, ShapeError
from mogul.testing import assert_same_mixture, random_mixture


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    return random_mixture(rng, 3, 2), random_mixture(rng, 4, 2, "diag")


def test_the_plan_uses_up_all_weights(pair):
    plan = distances.transport(*pair).plan
    np.testing.assert_allclose(plan.sum(axis=1), pair[0].weights, atol=1e-12)
    np.testing.assert_allclose(plan.sum(axis=0), pair[1].weights, atol=1e-12)
    assert np.count_nonzero(plan) <= 3 + 4 - 1


def test_the_way_between_is_straight(pair):
    moved = distances.transport(*pair)
    for share in (0.25, 0.5):
        middle = moved.between(share)
        from_first, to_second = (distances.mixture_wasserstein(middle, end) for end in pair)
        np.testing.assert_allclose(from_first, share * moved.distance, rtol=1e-9)
        np.testing.assert_allclose(to_second, (1 - share) * moved.distance, rtol=1e-9)
    with pytest.raises(ParameterError, match="share is 2"):
        moved.between(2)


def test_the_map_moves_a_gaussian_onto_another():
    rng = np.random.default_rng(1)
    first, second = random_mixture(rng, 1, 3), random_mixture(rng, 1, 3)
    origin, axes = np.zeros(3), np.eye(3)
    moved = distances.transport(first, second)
    at_origin = moved.apply(origin)
    matrix = (moved.apply(axes) - at_origin).T
    np.testing.assert_allclose(moved.apply(first.means[0]), second.means[0], atol=1e-12)
    covariance = matrix @ first.covariances.dense()[0] @ matrix.T
    np.testing.assert_allclose(covariance, second.covariances.dense()[0], atol=1e-12)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)


def test_it_is_a_metric(pair):
    third = random_mixture(np.random.default_rng(2), 2, 2)
    between = distances.mixture_wasserstein
    assert between(pair[0], pair[0]) == pytest.approx(0, abs=1e-7)  # the root of rounding
    np.testing.assert_allclose(between(*pair), between(pair[1], pair[0]), rtol=1e-9)
    assert between(*pair) <= between(pair[0], third) + between(third, pair[1]) + 1e-9


def test_barycentre_is_where_the_mean_squared_distance_is_least(pair):
    mixtures, shares = [*pair, random_mixture(np.random.default_rng(3), 2, 2)], np.array([0.25, 0.5, 0.25])
    middle = distances.barycentre(mixtures, shares)
    assert middle.n_components <= 3 + 4 + 2 - 2

    def cost(mixture):
        return sum(s * distances.mixture_wasserstein(mixture, m) ** 2 for s, m in zip(shares, mixtures, strict=True))

    rng, least = np.random.default_rng(4), cost(middle)
    for _ in range(10):
        moved = middle.means + 0.05 * rng.standard_normal(middle.means.shape)
        assert cost(Mixture(middle.weights, moved, middle.covariances)) > least
        scale = np.exp(0.05 * rng.standard_normal((middle.n_components, 1, 1)))
        assert cost(Mixture(middle.weights, middle.means, scale * middle.covariances.dense())) > least


def test_barycentre_of_two_lies_on_the_way_between(pair):
    halfway = distances.transport(*pair).between(0.5)
    middle = distances.barycentre(pair)
    order = np.lexsort(middle.means.T)
    expected = np.lexsort(halfway.means.T)
    assert_same_mixture(middle.permuted(order), halfway.permuted(expected), n=50)  # two formulas, many roots


def test_wrong_arguments_are_refused(pair):
    with pytest.raises(ParameterError, match="one mixture or more"):
        distances.barycentre([])
    with pytest.raises(ShapeError, match="2 mixtures"):
        distances.barycentre(pair, [1.0])
    with pytest.raises(ParameterError, match="not negative"):
        distances.barycentre(pair, [1.0, -1.0])
    many = random_mixture(np.random.default_rng(5), 300, 1)
    with pytest.raises(ParameterError, match="Reduce them first"):
        distances.barycentre([many, many])
    with pytest.raises(ShapeError):
        distances.transport(pair[0], random_mixture(np.random.default_rng(6), 2, 3))
