"""Probabilities of the standard normal distribution."""

import numpy as np
import pytest
import scipy.special

from mogul.mixture.gaussian import log_interval, log_one_minus, log_sum


def _log_interval(lower, upper):
    lower, upper = np.broadcast_arrays(np.asarray(lower, float), np.asarray(upper, float))
    return log_interval(lower, upper, (lower + upper) / 2, upper - lower)


def test_wide_intervals_are_differences_of_the_distribution_function():
    lower, upper = np.meshgrid(np.linspace(-4, 3, 15), np.linspace(-3, 4, 15))
    some = upper - lower > 0.5
    wanted = scipy.special.ndtr(upper[some]) - scipy.special.ndtr(lower[some])
    np.testing.assert_allclose(np.exp(_log_interval(lower[some], upper[some])), wanted, rtol=1e-11)


def test_thin_and_wide_intervals_add_up():
    """The two ways of computing meet: an interval is the sum of its thin parts, in the tail too."""
    for start in (-40.0, -12.0, -0.3, 0.0, 5.0, 37.0):
        edges = np.linspace(start, start + 2, 400)
        parts = _log_interval(edges[:-1], edges[1:])
        assert log_sum(parts) == pytest.approx(_log_interval(start, start + 2.0)[()], rel=1e-13, abs=1e-13)


def test_intervals_are_symmetric_and_may_be_infinite_or_empty():
    rng = np.random.default_rng(0)
    lower = rng.normal(0, 10, 200)
    upper = lower + rng.exponential(3, 200)
    np.testing.assert_allclose(_log_interval(lower, upper), _log_interval(-upper, -lower), rtol=1e-13)
    infinite = np.array([np.inf])
    assert log_interval(-infinite, infinite, np.zeros(1), infinite)[0] == 0
    assert _log_interval(1.0, 1.0) == -np.inf


def test_log_one_minus_is_exact_in_both_tails():
    p = np.array([1e-300, 1e-17, 0.3, 0.5, 0.7])
    np.testing.assert_allclose(log_one_minus(np.log(p)), np.log1p(-p), rtol=1e-13)
    assert log_one_minus(-1e-20) == pytest.approx(np.log(1e-20), rel=1e-15)
    assert log_one_minus(0.0) == -np.inf


def test_log_sum_of_nothing_is_minus_infinity():
    assert log_sum(np.array([-np.inf, -np.inf])) == -np.inf
    assert log_sum(np.array([-1e6, -1e6])) == pytest.approx(-1e6 + np.log(2))
