"""Distances between single Gaussians."""

import numpy as np
import pytest

from mogul import FullCovariance, Mixture, distances
from mogul.errors import ShapeError
from mogul.testing import random_mixture

NAMES = ["pairwise_kl", "pairwise_bhattacharyya", "pairwise_hellinger", "pairwise_wasserstein"]


@pytest.mark.parametrize("name", NAMES)
def test_a_gaussian_is_at_no_distance_from_itself(name):
    mixture = random_mixture(np.random.default_rng(0), 3, 4)
    diagonal = np.diag(getattr(distances, name)(mixture, mixture))
    assert (diagonal >= 0).all()
    assert diagonal.max() < 1e-6 if name == "pairwise_hellinger" else 1e-12


@pytest.mark.parametrize("name", NAMES[1:])
def test_distances_are_symmetric(name):
    rng = np.random.default_rng(1)
    first, second = random_mixture(rng, 3, 2), random_mixture(rng, 2, 2, "diag")
    between = getattr(distances, name)
    np.testing.assert_allclose(between(first, second), between(second, first).T, rtol=1e-10)


def test_close_gaussians_do_not_cancel():
    here = Mixture([1.0], [[0.0, 0.0]], FullCovariance([np.eye(2)]))
    near = Mixture([1.0], [[0.0, 0.0]], FullCovariance([np.eye(2) * (1 + 1e-7)]))
    # Two features, each 1e-14 / 4 but for terms in the cube of 1e-7; deviations differ by 5e-8.
    np.testing.assert_allclose(distances.pairwise_kl(near, here), [[5e-15]], rtol=1e-5)
    np.testing.assert_allclose(distances.pairwise_wasserstein(near, here), [[5e-8 * 2**0.5]], rtol=1e-6)


def test_mixtures_of_different_features_are_refused():
    rng = np.random.default_rng(2)
    for name in NAMES:
        with pytest.raises(ShapeError, match="marginals"):
            getattr(distances, name)(random_mixture(rng, 1, 1), random_mixture(rng, 1, 2))
