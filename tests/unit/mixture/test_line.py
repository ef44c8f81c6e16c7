"""A mixture of one feature as arrays."""

import numpy as np
import pytest

import mogul
from mogul.mixture.line import Line

MIXTURE = mogul.Mixture.univariate([0.3, 0.0, 0.7], [2.0, 9.0, -1.0], [0.5, 1.0, 2.0])
LINE = Line.of(MIXTURE)


def test_components_without_weight_are_left_out():
    assert len(LINE.weights) == 2
    x = np.linspace(-9, 9, 50)
    np.testing.assert_allclose(LINE.logpdf(x), MIXTURE.logpdf(x), rtol=1e-13)


def test_slopes_are_the_derivatives_of_the_log_density():
    x, step = np.linspace(-8, 8, 33), 1e-4
    _, first, second = LINE.slopes(x)
    up, here, down = LINE.logpdf(x + step), LINE.logpdf(x), LINE.logpdf(x - step)
    # Central differences are right to the square of the step.
    np.testing.assert_allclose(first, (up - down) / (2 * step), atol=1e-6)
    np.testing.assert_allclose(second, (up - 2 * here + down) / step**2, atol=1e-5)


def test_numbering_of_components_changes_no_bit():
    other = Line.of(MIXTURE.permuted([2, 0, 1]))
    x = np.linspace(-9, 9, 50)
    np.testing.assert_array_equal(other.logcdf(x), LINE.logcdf(x))
    np.testing.assert_array_equal(other.quantiles(np.linspace(-9, -0.1, 20)), LINE.quantiles(np.linspace(-9, -0.1, 20)))


def test_the_mirrored_line_swaps_the_tails():
    x = np.linspace(-9, 9, 50)
    np.testing.assert_allclose(LINE.mirrored().cdf(-x) + LINE.cdf(x), 1.0, rtol=1e-14)


def test_what_lies_between_is_the_difference():
    x = np.linspace(-9, 9, 37)
    wanted = np.diff(LINE.cdf(x))
    np.testing.assert_allclose(np.exp(LINE.log_between(x[:-1], x[1:])), wanted, rtol=1e-10, atol=1e-15)
    assert LINE.log_between(np.array([-np.inf]), np.array([np.inf]))[0] == pytest.approx(0.0, abs=1e-15)
