"""Many conditionals at once: each is that of its row."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=list(FORMS))
def mixture(request):
    return random_mixture(np.random.default_rng(0), 4, 5, request.param)


@pytest.fixture
def rows(mixture):
    return mixture.sample(30, rng=1)


@pytest.fixture
def batch(mixture, rows):
    return mixture.conditionals([3, 1], rows[:, [3, 1]])


def test_a_batch_is_its_mixtures(batch, rows):
    assert len(batch) == 30
    assert (batch.n_components, batch.n_features) == (4, 3)
    points = rows[:, [0, 2, 4]]
    for n in (0, 17, -1):
        one = batch[n]
        np.testing.assert_allclose(one.weights, batch.weights[n], rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(one.means, batch.means[n], rtol=1e-12)
        np.testing.assert_allclose(one.mean(), batch.mean()[n], rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(one.covariance(), batch.covariance()[n], rtol=1e-10, atol=1e-12)
        np.testing.assert_allclose(one.standard_deviation(), batch.standard_deviation()[n], rtol=1e-11)
        np.testing.assert_allclose(one.logpdf(points[n]), batch.logpdf(points)[n], rtol=1e-11)
        np.testing.assert_allclose(one.pdf(points[n]), batch.pdf(points)[n], rtol=1e-10)
        np.testing.assert_array_equal(one.covariances.dense(), batch.covariances.dense())


def test_some_rows_of_a_batch(batch):
    np.testing.assert_allclose(batch[5:9].mean(), batch.mean()[5:9], rtol=1e-12)
    np.testing.assert_allclose(batch[np.array([7, 2])].mean(), batch.mean()[[7, 2]], rtol=1e-12)
    assert len([one for one in batch[:3]]) == 3  # noqa: C416


def test_more_rows_than_a_block(mixture):
    rows = mixture.sample(10_000, rng=2)[:, [3, 1]]
    whole = mixture.conditionals([3, 1], rows)
    np.testing.assert_allclose(
        whole.mean()[-5:], mixture.conditionals([3, 1], rows[-5:]).mean(), rtol=1e-11, atol=1e-12
    )
    assert mixture.conditionals([3, 1], rows[:0]).mean().shape == (0, 3)
    single = mixture.conditionals([3, 1], rows[:9].astype(np.float32))
    np.testing.assert_allclose(single.mean(), whole.mean()[:9], rtol=1e-4, atol=1e-5)


def test_nobody_can_change_the_rows_from_outside(mixture, rows):
    values = rows[:, [3, 1]].copy()
    batch = mixture.conditionals([3, 1], values)
    before = batch.mean()
    values[:] = 0
    np.testing.assert_array_equal(batch.mean(), before)
    with pytest.raises(ValueError, match="read-only"):
        batch.rows[0, 0] = 1.0


def test_quantiles_against_scipy(mixture):
    one = mixture.marginal([0, 2]).condition({1: 0.3})
    parts = [
        scipy.stats.Normal(mu=m, sigma=np.sqrt(s))
        for (m,), s in zip(one.means, one.covariances.dense().ravel(), strict=True)
    ]
    law = scipy.stats.Mixture(parts, weights=one.weights)
    probabilities = [1e-10, 0.05, 0.5, 0.95]
    found = mixture.marginal([0, 2]).condition({1: [0.3]}).quantiles(probabilities)
    assert found.shape == (4, 1, 1)
    np.testing.assert_allclose(found[:, 0, 0], law.icdf(probabilities), rtol=1e-8, atol=1e-8)  # SciPy's root finder


def test_quantiles_are_of_each_feature_by_itself(batch):
    low, high = batch.quantiles([0.1, 0.9])
    np.testing.assert_allclose(batch.cdf(low), 0.1, rtol=1e-11)
    np.testing.assert_allclose(batch.cdf(high), 0.9, rtol=1e-11)
    assert batch.quantiles(0.5).shape == (30, 3)


def test_draws_have_the_moments_of_the_mixtures(batch):
    draws = batch[:3].sample(40_000, rng=0)
    assert draws.shape == (40_000, 3, 3)
    error = batch[:3].standard_deviation() / 200
    assert (np.abs(draws.mean(axis=0) - batch[:3].mean()) < 5 * error).all()
    for n in range(3):
        uniform = scipy.stats.kstest(
            draws[:, n, 0], lambda y, n=n: batch[np.full(len(y), n)].cdf(np.stack([y, y, y], axis=1))[:, 0]
        )
        assert uniform.pvalue > 1e-4


def test_a_longer_sample_begins_with_the_shorter_one(batch):
    np.testing.assert_array_equal(batch.sample(9, rng=3)[:4], batch.sample(4, rng=3))
    assert batch.sample(rng=3).shape == (30, 3)
    assert batch.sample((2, 3), rng=3).shape == (2, 3, 30, 3)
    assert batch.sample(0, rng=3).shape == (0, 30, 3)


def test_log_weights_below_the_range_of_numbers():
    pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [100.0, 9.0]], mogul.SphericalCovariance([1.0, 1.0]))
    batch = pair.condition({0: [0.0, 100.0]})
    np.testing.assert_allclose(batch.log_weights, [[0, -5000], [-5000, 0]], atol=1e-9)
    # 1000 standard deviations from one component, whose weight is one, the other counts.
    np.testing.assert_allclose(batch.logpdf([1009.0, 0.0])[0], -5000 - 0.5e6 - 0.5 * np.log(2 * np.pi), rtol=1e-12)


def test_what_is_refused(batch):
    with pytest.raises(ShapeError, match=r"y must have shape \(30, 3\)"):
        batch.logpdf(np.zeros((30, 2)))
    for wrong in (0.0, 1.0, [0.5, np.nan], [[0.5]]):
        with pytest.raises(ParameterError, match="each more than 0 and less than 1"):
            batch.quantiles(wrong)
