"""How much components overlap."""

import numpy as np

from mogul import FullCovariance, Mixture
from mogul.testing import random_mixture


def test_equal_covariances_are_exact_in_any_form():
    from scipy.special import ndtr

    rng = np.random.default_rng(0)
    tied = random_mixture(rng, 3, 3, "tied")
    dense = Mixture(tied.weights, tied.means, FullCovariance(tied.covariances.dense()))
    whitened = tied.covariances.whitened(tied.means, tied.means)
    distance = np.sqrt((whitened**2).sum(axis=2)) + np.eye(3)
    log_odds = np.log(tied.weights) - np.log(tied.weights)[:, None]
    expected = ndtr(log_odds / distance - distance / 2)
    np.fill_diagonal(expected, 1)
    np.testing.assert_allclose(tied.overlaps(), expected, rtol=1e-12)
    np.testing.assert_allclose(dense.overlaps(), expected, rtol=1e-9)  # whitened by each component on its own


def test_twins_are_told_apart_by_their_weights_only():
    twins = Mixture.univariate([0.4, 0.6], [1.0, 1.0], [2.0, 2.0])
    assert twins.overlaps().tolist() == [[1, 1], [0, 1]]


def test_a_component_without_weight_is_never_chosen():
    mixture = Mixture.univariate([1.0, 0.0], [0.0, 0.5], [1.0, 1.0])
    assert mixture.overlaps().tolist() == [[1, 0], [1, 1]]


def test_numbering_does_not_matter():
    mixture = random_mixture(np.random.default_rng(1), 4, 3, separation=0.8)
    order = np.array([2, 0, 3, 1])
    # Axes of equal length may be turned: the same number by another sum.
    np.testing.assert_allclose(mixture.permuted(order).overlaps(), mixture.overlaps()[np.ix_(order, order)], atol=1e-10)


def test_two_components_share_what_neither_loses():
    mixture = random_mixture(np.random.default_rng(2), 2, 3, separation=0.8)
    overlaps = mixture.overlaps()
    joint = mixture.component_pdf(mixture.sample(40_000, rng=3))
    error = (joint.min(axis=1) / joint.sum(axis=1)).mean()
    expected = mixture.weights[0] * overlaps[0, 1] + mixture.weights[1] * overlaps[1, 0]
    assert abs(error - expected) < 0.005
