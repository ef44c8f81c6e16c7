"""Draws: stratified, quasi-random, within a box. Those of `sample` are tested with the mixture."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=list(FORMS))
def mixture(request):
    return random_mixture(np.random.default_rng(0), 4, 3, request.param)


WAYS = {
    "sample": lambda m, n, **options: m.sample(n, **options),
    "stratified": lambda m, n, **options: m.sample_stratified(n, **options),
    "quasi": lambda m, n, **options: m.sample_quasi(n, **options),
    "within": lambda m, n, **options: m.sample_within(m.mean() - 1, m.mean() + 3, n, **options),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_longer_sample_begins_with_the_shorter_one(mixture, way):
    long, long_labels = WAYS[way](mixture, 300, rng=5, with_components=True)
    for n in (0, 1, 7, 128):
        draws, labels = WAYS[way](mixture, n, rng=5, with_components=True)
        assert draws.shape == (n, 3)
        np.testing.assert_array_equal(draws, long[:n])
        np.testing.assert_array_equal(labels, long_labels[:n])
    np.testing.assert_array_equal(WAYS[way](mixture, 300, rng=5), long)
    assert not np.array_equal(WAYS[way](mixture, 300, rng=6), long)
    with pytest.raises(ParameterError, match="negative length"):
        WAYS[way](mixture, -1)


@pytest.mark.parametrize("way", WAYS)
def test_numbers_of_draws_are_whole(mixture, way):
    with pytest.raises(ParameterError, match="must be a whole number"):
        WAYS[way](mixture, 2.5)


@pytest.mark.parametrize("way", ["stratified", "quasi"])
def test_even_draws_have_their_shares_and_moments(mixture, way):
    for n in (64, 1000, 20_000):
        draws, labels = WAYS[way](mixture, n, rng=1, with_components=True)
        # Far closer than the square root of n that random labels would miss by.
        assert (np.abs(np.bincount(labels, minlength=4) - n * mixture.weights) < 2 + np.log2(n)).all()
    error = mixture.standard_deviation() / np.sqrt(20_000)
    assert (np.abs(draws.mean(axis=0) - mixture.mean()) < 5 * error).all()
    for k in range(4):
        z = mixture.covariances.whitened(draws[labels == k], mixture.means)[:, k]
        assert scipy.stats.kstest(z.ravel(), "norm").pvalue > 1e-4


def test_quasi_random_averages_converge_faster(mixture):
    values = np.array([mixture.sample_quasi(4096, rng=seed).mean(axis=0) for seed in range(10)])
    error = np.sqrt(((values - mixture.mean()) ** 2).mean(axis=0))
    assert (error < 0.1 * mixture.standard_deviation() / np.sqrt(4096)).all()


def test_quasi_random_draws_do_not_depend_on_the_numbering(mixture):
    turned = mixture.permuted([2, 0, 3, 1])
    np.testing.assert_array_equal(turned.sample_quasi(100, rng=0), mixture.sample_quasi(100, rng=0))


@pytest.mark.parametrize("form", FORMS)
def test_draws_within_a_box_are_those_that_fall_into_it(form):
    mixture = random_mixture(np.random.default_rng(1), 3, 2, form)
    low, high = mixture.mean() - np.array([0.5, np.inf]), mixture.mean() + np.array([3.0, 0.7])
    all_draws, all_labels = mixture.sample(100_000, rng=0, with_components=True)
    inside = ((all_draws > low) & (all_draws < high)).all(axis=1)
    draws, labels = mixture.sample_within(low, high, 20_000, rng=1, with_components=True)
    for d in range(2):
        assert scipy.stats.ks_2samp(draws[:, d], all_draws[inside, d]).pvalue > 1e-4
    shares = np.array([np.bincount(each, minlength=3) for each in (labels, all_labels[inside])])
    assert scipy.stats.chi2_contingency(shares[:, shares.sum(axis=0) > 0]).pvalue > 1e-4


def test_one_feature_far_in_the_tail():
    """Beyond 50, of probability 1e-545 for the first component, the second has nearly all; given that, exactly."""
    mixture = mogul.Mixture.univariate([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])
    draws, labels = mixture.sample_within(50.0, np.inf, 20_000, rng=0, with_components=True)
    assert labels.all()
    beyond = scipy.stats.norm.logsf(draws[:, 0] - 1) - scipy.stats.norm.logsf(49)
    assert scipy.stats.kstest(np.exp(beyond), "uniform").pvalue > 1e-4


def test_several_features_far_in_the_tail():
    """In a corner 30 deviations out, what exceeds the corner is exponential at the rates S^-1 low, nearly."""
    covariance = np.array([[1.0, 0.3], [0.3, 1.0]])
    gaussian = mogul.Mixture([1.0], [[0.0, 0.0]], covariance[None])
    draws = gaussian.sample_within(30.0, np.inf, 20_000, rng=0)
    rates = np.linalg.solve(covariance, [30.0, 30.0])
    # The curvature that exponentials leave out is a part in rate^2.
    np.testing.assert_allclose((draws - 30).mean(axis=0) * rates, 1, atol=5 / np.sqrt(20_000) + 5 / rates[0] ** 2)


def test_shapes_within_a_box(mixture):
    assert mixture.sample_within(0.0, 1.0, rng=0).shape == (3,)
    draws, labels = mixture.sample_within([0.0, -np.inf, 0.0], 1.0, (2, 5), rng=0, with_components=True)
    assert (draws.shape, labels.shape) == ((2, 5, 3), (2, 5))
    assert ((draws <= 1) & (draws[..., :1] >= 0)).all()


def test_without_bounds_nothing_is_cut(mixture):
    draws = mixture.sample_within(-np.inf, np.inf, 20_000, rng=0)
    error = mixture.standard_deviation() / np.sqrt(20_000)
    assert (np.abs(draws.mean(axis=0) - mixture.mean()) < 5 * error).all()


@pytest.mark.parametrize(
    ("low", "high", "kind", "message"),
    [
        (1.0, 0.0, ParameterError, "feature 0 should lie between 1 and 0"),
        (0.0, [1.0, np.nan, 1.0], ParameterError, "feature 1"),
        ([0.0], 1.0, ShapeError, r"low must be a number or have shape \(3,\)"),
        (1e200, np.inf, ParameterError, "too far from every component"),
    ],
)
def test_boxes_that_are_none(mixture, low, high, kind, message):
    with pytest.raises(kind, match=message):
        mixture.sample_within(low, high, 5)
