"""A normal variable within an interval, against 60 digits."""

import numpy as np
import pytest
import scipy.stats

from mogul.mixture.interval import drawn_within, log_probability

mpmath = pytest.importorskip("mpmath")

INTERVALS = [
    (-1.0, 2.0), (-np.inf, 0.5), (0.3, np.inf), (-np.inf, np.inf), (5.0, 6.0), (-6.0, -5.0), (40.0, np.inf),
    (-np.inf, -300.0), (1e4, 1e4 + 1e-6), (30.0, 30.0 + 1e-10), (-1e-9, 1e-9), (0.0, 1e-3), (-8.0, -1.0),
    (2.0, 2.002), (-1e-5, 40.0), (1e5, np.inf), (-38.0, 1e3),
]  # fmt: skip


def exact(low, high):
    """Return P(low < Z < high) to 60 digits."""
    with mpmath.workdps(60):
        if low > 0:
            return exact(-high, -low)
        lower, upper = (mpmath.erfc(-mpmath.mpf(end) / mpmath.sqrt(2)) / 2 for end in (low, high))
        return upper - lower


@pytest.mark.parametrize(("low", "high"), INTERVALS)
def test_log_probability(low, high):
    # 1e-10 of the probability in the narrowest intervals; mostly 1e-15.
    found = log_probability(np.array(low), np.array(high))
    assert found == pytest.approx(float(mpmath.log(exact(low, high))), rel=1e-14, abs=1e-12)


@pytest.mark.parametrize(("low", "high"), INTERVALS)
def test_draws_are_the_inverse_of_the_distribution_function(low, high):
    uniform = np.array([0.0, 1e-9, 0.1, 0.5, 0.77, 1 - 1e-9])
    draws = drawn_within(uniform, np.full(6, low), np.full(6, high))
    assert ((draws >= low) & (draws <= high) & np.isfinite(draws)).all()
    assert (np.diff(draws) >= 0).all()
    whole = exact(low, high)
    for u, draw in zip(uniform[1:-1], draws[1:-1], strict=True):
        # The draw is a number of 53 bits, or of as many as the uniform number has.
        step = max(4 * np.spacing(abs(draw)), 1e-15)
        below, above = exact(low, max(draw - step, low)) / whole, exact(low, min(draw + step, high)) / whole
        assert below - 1e-9 * u <= u <= above + 1e-9 * u


def test_draws_far_out_are_exponential():
    draws = drawn_within(np.random.default_rng(0).random(20_000), np.full(20_000, 1e6), np.full(20_000, np.inf))
    assert scipy.stats.kstest((draws - 1e6) * 1e6, "expon").pvalue > 1e-4
