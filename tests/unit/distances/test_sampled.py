"""Distances by draws."""

import numpy as np
import pytest

from mogul import Mixture, distances
from mogul.errors import ParameterError, ShapeError
from mogul.testing import random_mixture

NAMES = ["kl", "jensen_shannon", "bhattacharyya", "hellinger", "total_variation"]


@pytest.mark.parametrize("name", NAMES)
def test_a_mixture_is_at_no_distance_from_itself(name):
    mixture = random_mixture(np.random.default_rng(0), 3, 2)
    found = getattr(distances, name)(mixture, mixture, n_draws=500)
    np.testing.assert_allclose([found.value, found.standard_error], 0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_the_error_is_what_it_claims(name):
    rng = np.random.default_rng(1)
    first, second = random_mixture(rng, 3, 2, separation=0.5), random_mixture(rng, 2, 2, separation=0.5)
    distance = getattr(distances, name)
    found = [distance(first, second, n_draws=1000, rng=seed) for seed in range(80)]
    spread = np.std([each.value for each in found])
    claimed = np.mean([each.standard_error for each in found])
    # The spread of 80 values is itself known to 8 %.
    assert 0.7 < spread / claimed < 1.35


@pytest.mark.parametrize("name", ["kl", "bhattacharyya", "hellinger"])
def test_single_gaussians_are_exact(name):
    rng = np.random.default_rng(2)
    first, second = random_mixture(rng, 1, 2), random_mixture(rng, 1, 2)
    found = getattr(distances, name)(first, second)
    assert found.standard_error == 0
    assert float(found) == getattr(distances, f"pairwise_{name}")(first, second)[0, 0]


def test_mixtures_that_share_nothing_are_as_far_apart_as_can_be():
    near, far = (Mixture.univariate([0.5, 0.5], [at, at + 1], [1.0, 1.0]) for at in (0.0, 1e4))
    assert distances.total_variation(near, far, n_draws=100).value == pytest.approx(1)
    assert distances.jensen_shannon(near, far, n_draws=100).value == pytest.approx(np.log(2))
    assert distances.hellinger(near, far, n_draws=100).value == pytest.approx(1)
    assert distances.bhattacharyya(near, far, n_draws=100).value == np.inf


def test_wrong_arguments_are_refused():
    rng = np.random.default_rng(3)
    with pytest.raises(ShapeError):
        distances.kl(random_mixture(rng, 2, 1), random_mixture(rng, 2, 2))
    with pytest.raises(ParameterError, match="n_draws is 0"):
        distances.jensen_shannon(random_mixture(rng, 2, 1), random_mixture(rng, 2, 1), n_draws=0)
