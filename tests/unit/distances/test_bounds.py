"""Bounds of the Kullback-Leibler divergence."""

import numpy as np
import pytest

from mogul import distances
from mogul.testing import random_mixture


@pytest.mark.parametrize("n_features", [1, 3])
def test_bounds_enclose_the_divergence_of_random_mixtures(n_features):
    rng = np.random.default_rng(0)
    for _ in range(20):
        first, second = (
            random_mixture(rng, 3, n_features, separation=1),
            random_mixture(rng, 2, n_features, separation=1),
        )
        lower, upper = distances.kl_bounds(first, second)
        found = distances.kl(first, second, n_draws=5000)
        assert 0 <= lower <= found.value + 4 * found.standard_error
        assert found.value - 4 * found.standard_error <= upper


def test_all_are_exact_for_single_gaussians():
    rng = np.random.default_rng(1)
    first, second = random_mixture(rng, 1, 3), random_mixture(rng, 1, 3)
    exact = distances.pairwise_kl(first, second)[0, 0]
    np.testing.assert_allclose(distances.kl_variational(first, second), exact, rtol=1e-12)
    np.testing.assert_allclose(distances.kl_bounds(first, second)[1], exact, rtol=1e-12)


def test_equal_mixtures_are_seen_to_be_equal():
    mixture = random_mixture(np.random.default_rng(2), 4, 2)
    turned = mixture.permuted([3, 1, 0, 2])
    np.testing.assert_allclose(distances.kl_variational(mixture, turned), 0, atol=1e-13)
    lower, upper = distances.kl_bounds(mixture, turned)
    assert lower == 0
    # Components are matched to themselves; the iteration stops when it gains less than 1e-12.
    assert upper < 1e-9
