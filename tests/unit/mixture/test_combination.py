"""Sums, products and mixtures of mixtures: forms, extremes, and what is refused."""

import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.mark.parametrize("form", FORMS)
def test_two_mixtures_of_one_form_make_one_of_that_form(form):
    one, other = (random_mixture(np.random.default_rng(seed), 2, 3, form) for seed in (0, 1))
    assert type(mogul.convolve(one, other).covariances) is type(one.covariances)
    # What two sets of factors have in common has none.
    wanted = mogul.FullCovariance if form == "factor" else type(one.covariances)
    assert type(mogul.product(one, other)[0].covariances) is wanted
    assert mogul.convolve(one, other).n_components == 4


def test_components_are_numbered_by_pairs():
    one = mogul.Mixture.univariate([0.5, 0.5], [0.0, 10.0], [1.0, 1.0])
    other = mogul.Mixture.univariate([0.2, 0.3, 0.5], [1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    total = mogul.convolve(one, other)
    assert total.means[:, 0].tolist() == [1.0, 2.0, 3.0, 11.0, 12.0, 13.0]
    np.testing.assert_allclose(total.weights, [0.1, 0.15, 0.25] * 2, rtol=1e-15)


def test_a_sharp_measurement_of_a_wide_prior_is_the_measurement():
    prior = mogul.Mixture.univariate([1.0], [0.0], [1e8])
    sharp = mogul.Mixture.univariate([1.0], [3.0], [1e-8])
    both, log_normaliser = mogul.product(prior, sharp)
    assert both.means[0, 0] == pytest.approx(3.0, rel=1e-15)
    assert both.standard_deviation()[0] == pytest.approx(1e-8, rel=1e-12)
    assert log_normaliser == pytest.approx(float(prior.logpdf(3.0)), rel=1e-14)


def test_normalisers_far_below_the_range_of_numbers():
    one = mogul.Mixture.univariate([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])
    other = mogul.Mixture.univariate([1.0], [101.0], [1.0])
    both, log_normaliser = mogul.product(one, other)
    wanted = -0.25 * 100.0**2 - 0.5 * np.log(4 * np.pi) + np.log(0.5)
    assert log_normaliser == pytest.approx(wanted + np.log1p(np.exp(-0.25 * (101.0**2 - 100.0**2))), rel=1e-14)
    assert both.weights[1] == pytest.approx(1.0, abs=1e-12)
    with pytest.raises(ParameterError, match="so far apart"):
        mogul.product(one, mogul.Mixture.univariate([1.0], [1e200], [1.0]))


def test_one_full_mixture_makes_all_full():
    ball, full = (random_mixture(np.random.default_rng(0), 2, 3, form) for form in ("spherical", "full"))
    mixed = mogul.mix([ball, full, ball], [0.25, 0.25, 0.5])
    assert type(mixed.covariances) is mogul.FullCovariance
    np.testing.assert_array_equal(mixed.covariances.dense()[4:], ball.covariances.dense())
    assert type(mogul.mix([ball, ball], [0.5, 0.5]).covariances) is mogul.SphericalCovariance
    assert mogul.mix([full], [1.0]).n_components == 2


def test_what_does_not_go_together():
    one, two = (mogul.Mixture([1.0], np.zeros((1, d)), np.eye(d)[None]) for d in (1, 2))
    for work in (mogul.convolve, mogul.product, lambda a, b: mogul.mix([a, b], [0.5, 0.5])):
        with pytest.raises(ShapeError, match="has 1 features, the other 2"):
            work(one, two)
    with pytest.raises(ShapeError, match="1 mixtures, but 2 weights"):
        mogul.mix([one], [0.5, 0.5])
    with pytest.raises(ParameterError, match="mixtures is empty"):
        mogul.mix([], [1.0])
    with pytest.raises(ParameterError, match="sum to 0.9"):
        mogul.mix([one, one], [0.5, 0.4])
