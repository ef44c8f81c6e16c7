"""Entropy: estimate, bounds, expansion."""

import math

import numpy as np
import pytest
import scipy.integrate

import mogul
from mogul.errors import ParameterError
from mogul.testing import FORMS, random_mixture


def test_one_gaussian_is_exact_in_every_way():
    mixture = mogul.Mixture([1.0], [[1.0, 2.0]], [[[2.0, 0.5], [0.5, 1.0]]])
    wanted = 0.5 * math.log((2 * math.pi * math.e) ** 2 * 1.75)
    assert float(mixture.entropy()) == pytest.approx(wanted, rel=1e-13)
    assert mixture.entropy().standard_error == 0.0
    assert mixture.entropy_bounds()[1] == pytest.approx(wanted, rel=1e-13)
    assert mixture.entropy_taylor() == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("separation", [0.5, 2.0, 10.0])
def test_the_estimate_lies_within_the_bounds(form, separation):
    mixture = random_mixture(np.random.default_rng(0), 4, 3, form, separation=separation)
    estimate = mixture.entropy(n_draws=20_000)
    value, error = estimate.value, estimate.standard_error
    low, high = mixture.entropy_bounds()
    assert low - 4 * error <= value <= high + 4 * error
    assert high - low < 2.0
    assert mixture.permuted([3, 1, 0, 2]).entropy_bounds() == pytest.approx((low, high), rel=1e-12)


def test_the_estimate_is_the_integral():
    mixture = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    x = np.linspace(-12, 14, 20_001)
    wanted = scipy.integrate.simpson(-mixture.pdf(x) * mixture.logpdf(x), x=x)
    estimate = mixture.entropy(rng=3)
    value, error = estimate.value, estimate.standard_error
    assert abs(value - wanted) < 4 * error
    assert error < 0.01


def test_components_far_apart_add_the_entropy_of_their_weights():
    mixture = mogul.Mixture.univariate([0.25, 0.75], [0.0, 1e3], [1.0, 3.0])
    wanted = sum(
        w * (0.5 * math.log(2 * math.pi * math.e * s * s) - math.log(w)) for w, s in ((0.25, 1.0), (0.75, 3.0))
    )
    low, high = mixture.entropy_bounds()
    assert high == pytest.approx(wanted, rel=1e-12)
    assert low == pytest.approx(wanted, rel=1e-12)
    assert mixture.entropy_taylor() == pytest.approx(wanted, rel=1e-12)
    assert mixture.entropy_taylor(order=0) == pytest.approx(wanted - 0.5, rel=1e-12)


def test_wrong_orders_and_too_few_draws_are_refused():
    mixture = mogul.Mixture.univariate([0.5, 0.5], [0.0, 1.0], [1.0, 1.0])
    with pytest.raises(ParameterError, match="order is 1"):
        mixture.entropy_taylor(order=1)
    with pytest.raises(ParameterError, match="n_draws is 1"):
        mixture.entropy(n_draws=1)


def test_an_estimate_prints_with_its_error():
    assert str(mogul.Mixture.univariate([1.0], [0.0], [1.0]).entropy()) == "1.41894 +- 0"
