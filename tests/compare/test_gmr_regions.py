"""What a region of 95 % holds: ours, and gmr's, which counts one degree of freedom too few."""

import numpy as np
import pytest

import mogul

gmr = pytest.importorskip("gmr")


def test_a_region_of_95_per_cent_holds_95_per_cent_and_gmr_s_holds_85():
    mean, covariance = np.array([1.0, -2.0]), np.array([[2.0, 0.6], [0.6, 1.0]])
    ours = mogul.Mixture([1.0], mean[None], covariance[None])
    draws = ours.sample(100_000, rng=0)
    theirs = gmr.MVN(mean=mean, covariance=covariance)
    inside = np.array([theirs.is_in_confidence_region(row, 0.95) for row in draws[:800]])
    # Five standard errors of a share of 800, and of 100 000.
    assert abs(inside.mean() - 0.8535) < 5 * np.sqrt(0.125 / 800)
    assert abs(ours.region(0.95).contains(draws).mean() - 0.95) < 5 * np.sqrt(0.0475 / 100_000)
    # It is the chi-square law of one degree of freedom that gmr asks.
    bound = -0.5 * 3.841458820694124 + ours.logpdf(mean)
    np.testing.assert_array_equal(inside, ours.logpdf(draws[:800]) >= bound)


def test_a_region_of_a_mixture_is_no_union_of_ellipses():
    ours = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [1.5, 0.0]], mogul.SphericalCovariance([1.0, 1.0]))
    theirs = gmr.GMM(2, ours.weights, ours.means, ours.covariances.dense())
    draws = ours.sample(100_000, rng=1)
    inside = np.array([theirs.is_in_confidence_region(row, 0.95) for row in draws[:400]])
    assert abs(inside.mean() - 0.95) > 0.02
    assert abs(ours.region(0.95).contains(draws).mean() - 0.95) < 5 * np.sqrt(0.0475 / 100_000)
