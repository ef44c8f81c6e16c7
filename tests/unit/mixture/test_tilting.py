"""Proposals within a box: the bound holds, and nearly all are accepted."""

import numpy as np
import pytest

from mogul.mixture.tilting import Tilted
from mogul.testing import random_mixture


def prepared(mixture, low, high):
    return Tilted.of(mixture.means, mixture.covariances.dense(), low, high)


@pytest.mark.parametrize("n_features", [1, 2, 5, 12])
@pytest.mark.parametrize("shift", [-1.0, 3.0, 30.0, 1e4])
def test_the_bound_is_above_every_proposal_and_not_far_above(n_features, shift):
    rng = np.random.default_rng(n_features)
    mixture = random_mixture(rng, 3, n_features)
    low = mixture.mean() + shift * mixture.standard_deviation()
    high = np.where(rng.random(n_features) < 0.5, np.inf, low + 2)
    labels = rng.integers(0, 3, 3000)
    proposals = prepared(mixture, low, high).proposed(labels, rng.random((3000, n_features)))
    # psi is a difference of numbers of about shift^2 D.
    assert proposals.log_acceptance.max() <= 1e-13 * (1 + shift**2 * n_features)
    assert np.exp(proposals.log_acceptance).mean() > 0.5
    edge = 1e-9 * np.abs(low)
    assert ((proposals.draws >= low - edge) & (proposals.draws <= high + edge)).all()


def test_strong_correlation():
    covariance = np.full((4, 4), 0.99) + 0.01 * np.eye(4)
    rng = np.random.default_rng(0)
    law = Tilted.of(
        np.zeros((1, 4)), covariance[None], np.array([1.0, -np.inf, 2.0, -1.0]), np.array([2.0, 1.5, 3.0, 4.0])
    )
    proposals = law.proposed(np.zeros(5000, dtype=int), rng.random((5000, 4)))
    assert proposals.log_acceptance.max() <= 1e-12
    assert np.exp(proposals.log_acceptance).mean() > 0.1


def test_the_share_accepted_is_the_probability_of_the_box_over_its_bound():
    """The mean of exp(psi) is the probability of the box: here, of an orthant, 1/4 + asin(rho) / (2 pi)."""
    rho = 0.6
    law = Tilted.of(np.zeros((1, 2)), np.array([[[1.0, rho], [rho, 1.0]]]), np.zeros(2), np.full(2, np.inf))
    proposals = law.proposed(np.zeros(100_000, dtype=int), np.random.default_rng(0).random((100_000, 2)))
    ratios = np.exp(proposals.log_acceptance + law.bounds[0])
    wanted = 0.25 + np.arcsin(rho) / (2 * np.pi)
    assert abs(ratios.mean() - wanted) < 5 * ratios.std() / np.sqrt(100_000)


def test_independent_features_are_all_accepted():
    mixture = random_mixture(np.random.default_rng(0), 2, 3, "diag")
    law = prepared(mixture, np.full(3, 1.0), np.full(3, 9.0))
    proposals = law.proposed(np.array([0, 1, 1]), np.random.default_rng(1).random((3, 3)))
    np.testing.assert_allclose(proposals.log_acceptance, 0, atol=1e-10)
