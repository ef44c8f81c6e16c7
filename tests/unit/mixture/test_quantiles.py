"""Quantiles and intervals."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ParameterError, ShapeError

LINE = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
PLANE = mogul.Mixture([1.0], [[0.0, 0.0]], mogul.SphericalCovariance([1.0]))


def test_quantiles_are_those_of_scipy():
    p = np.linspace(0.001, 0.999, 37)
    scipys = scipy.stats.Mixture(
        [scipy.stats.Normal(mu=-1.0, sigma=0.5), scipy.stats.Normal(mu=2.0, sigma=1.0)], weights=[0.3, 0.7]
    )
    # SciPy's quantiles of a mixture are found numerically, to a looser tolerance.
    np.testing.assert_allclose(LINE.icdf(p), scipys.icdf(p), atol=1e-7)
    one = mogul.Mixture.univariate([1.0], [3.0], [2.0])
    np.testing.assert_allclose(one.icdf(p), scipy.stats.norm.ppf(p, 3.0, 2.0), rtol=1e-13, atol=1e-13)


def test_ends_and_nonsense():
    np.testing.assert_array_equal(LINE.icdf([0.0, 1.0]), [-np.inf, np.inf])
    np.testing.assert_array_equal(LINE.iccdf([0.0, 1.0]), [np.inf, -np.inf])
    assert np.isnan(LINE.icdf([-0.1, 1.1, np.nan])).all()
    assert np.isfinite(LINE.icdf(5e-324))


def test_log_quantiles_reach_where_probabilities_vanish():
    for log_p in (-1e6, -700.0, -1.0, -1e-3, -1e-12):
        assert LINE.logcdf(LINE.ilogcdf(log_p)) == pytest.approx(log_p, rel=1e-12)
        assert LINE.logccdf(LINE.ilogccdf(log_p)) == pytest.approx(log_p, rel=1e-12)


def test_shapes():
    assert np.ndim(LINE.icdf(0.3)) == 0
    assert LINE.icdf(np.full((2, 3), 0.3)).shape == (2, 3)
    assert LINE.interval(0.9).shape == (2,)
    assert LINE.interval([[0.9], [0.5]]).shape == (2, 1, 2)
    assert LINE.shortest_interval([0.9, 0.5]).shape == (2, 2)
    assert LINE.icdf([]).shape == (0,)


def test_quantiles_in_a_gap_and_of_unlike_scales():
    gap = mogul.Mixture.univariate([0.3, 0.3, 0.4], [0.0, 1e6, 1e6 + 3], [1e-3, 1.0, 2.0])
    p = np.array([1e-200, 0.1, 0.31, 0.5, 0.9, 1 - 1e-14])
    # A number near a million is spaced by 1e-10, and tells of a spread of 1e-3 to 1e-7 of it.
    np.testing.assert_allclose(gap.cdf(gap.icdf(p)), p, rtol=1e-10)


def test_central_intervals_leave_as_much_on_both_sides():
    for mass in (0.5, 0.95, 1 - 1e-13):
        low, high = LINE.interval(mass)
        assert LINE.cdf(low) == pytest.approx((1 - mass) / 2, rel=1e-12)
        assert LINE.ccdf(high) == pytest.approx((1 - mass) / 2, rel=1e-12)


def test_the_shortest_interval_of_a_symmetric_mixture_is_central():
    one = mogul.Mixture.univariate([0.5, 0.5], [3.0, 3.0], [1.0, 2.0])
    np.testing.assert_allclose(one.shortest_interval(0.9), one.interval(0.9), rtol=1e-7)
    assert LINE.median() == LINE.icdf(0.5)


@pytest.mark.parametrize("name", ["icdf", "iccdf", "ilogcdf", "ilogccdf", "interval", "shortest_interval"])
def test_several_features_have_no_quantiles(name):
    with pytest.raises(ShapeError, match="one feature, but the mixture has 2"):
        getattr(PLANE, name)(0.5)


@pytest.mark.parametrize("mass", [0.0, 1.0, -1.0, np.nan])
def test_masses_lie_between_zero_and_one(mass):
    for call in (LINE.interval, LINE.shortest_interval, LINE.region):
        with pytest.raises(ParameterError, match="must lie between 0 and 1"):
            call(mass)
