from itertools import permutations

import numpy as np
import pytest

import mogul
from mogul.errors import ShapeError
from mogul.testing import FORMS, assert_same_mixture, random_mixture
from mogul.uncertainty import Parameters
from mogul.uncertainty.matching import bhattacharyya


def distances(one, two):
    parameters = Parameters.of(two)
    stacked = Parameters(parameters.weights[None], parameters.means[None], parameters.covariances[None])
    return bhattacharyya(one, stacked)[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_permuted_mixture_is_matched_to_itself(form):
    rng = np.random.default_rng(0)
    mixture = random_mixture(rng, 6, 3, form)
    order = rng.permutation(6)
    found = mogul.match(mixture, mixture.permuted(order))
    assert_same_mixture(mixture.permuted(order).permuted(found), mixture)


def test_the_pairing_is_the_cheapest_of_all():
    rng = np.random.default_rng(1)
    for _ in range(10):
        one, two = random_mixture(rng, 4, 2, separation=0.7), random_mixture(rng, 4, 2, separation=0.7)
        costs = distances(one, two) + (np.sqrt(one.weights)[:, None] - np.sqrt(two.weights)) ** 2
        cheapest = min(permutations(range(4)), key=lambda order: sum(costs[k, order[k]] for k in range(4)))
        np.testing.assert_array_equal(mogul.match(one, two), cheapest)


def test_the_distance_is_that_of_the_integral():
    one = mogul.Mixture.univariate([1.0], [0.3], [0.7])
    two = mogul.Mixture.univariate([0.5, 0.5], [1.5, -2.0], [1.6, 0.2])
    x = np.linspace(-30, 30, 200_001)
    for j in range(2):
        overlap = np.sqrt(one.pdf(x) * two.selected([j]).pdf(x)).sum() * (x[1] - x[0])
        assert distances(one, two)[0, j] == pytest.approx(-np.log(overlap), rel=1e-9)


def test_units_of_the_features_do_not_matter():
    rng = np.random.default_rng(2)
    one, two = random_mixture(rng, 4, 3), random_mixture(rng, 4, 3)
    scale = np.array([1e-8, 1.0, 1e9])

    def scaled(mixture):
        covariances = mixture.covariances.dense() * scale[:, None] * scale
        return mogul.Mixture(mixture.weights, mixture.means * scale, covariances)

    np.testing.assert_array_equal(mogul.match(one, two), mogul.match(scaled(one), scaled(two)))


def test_mixtures_of_unlike_size_are_matched_as_far_as_they_go():
    three = mogul.Mixture.univariate([0.2, 0.3, 0.5], [0.0, 10.0, 20.0], [1.0, 1.0, 1.0])
    two = mogul.Mixture.univariate([0.5, 0.5], [21.0, 1.0], [1.0, 1.0])
    np.testing.assert_array_equal(mogul.match(three, two), [1, -1, 0])
    np.testing.assert_array_equal(mogul.match(two, three), [2, 0])


def test_mixtures_of_unlike_features_are_refused():
    with pytest.raises(ShapeError, match="2 and 1 features"):
        mogul.match(mogul.Mixture([1.0], [[0.0, 0.0]], [np.eye(2)]), mogul.Mixture.univariate([1.0], [0.0], [1.0]))
