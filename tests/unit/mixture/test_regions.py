"""Regions, p-values, and the law of the density that they come from."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ShapeError
from mogul.mixture.law import SampledLaw
from mogul.testing import random_mixture


def test_one_gaussian_is_the_chi_square_law():
    mixture = random_mixture(np.random.default_rng(0), 1, 4)
    x = mixture.sample(50, rng=1)
    squares = (mixture.covariances.whitened(x, mixture.means)[:, 0] ** 2).sum(axis=1)
    np.testing.assert_allclose(mixture.p_values(x), scipy.stats.chi2.sf(squares, 4), rtol=1e-11)
    np.testing.assert_array_equal(mixture.region(0.9).contains(x), squares <= scipy.stats.chi2.ppf(0.9, 4))


@pytest.mark.parametrize("n_features", [1, 2, 4])
def test_p_values_of_draws_are_uniform(n_features):
    mixture = random_mixture(np.random.default_rng(n_features), 3, n_features)
    p = mixture.p_values(mixture.sample(4000, rng=7))
    assert scipy.stats.kstest(p, "uniform").pvalue > 1e-3


def test_p_values_fall_with_the_density_down_to_the_far_tail():
    mixture = random_mixture(np.random.default_rng(5), 3, 3)
    x = np.outer(np.array([3.0, 10.0, 20.0, 35.0, 45.0, 60.0]), [1.0, 0.0, 0.0])
    p = mixture.p_values(x)
    assert (np.diff(p) <= 0).all()
    assert p[3] > 0
    assert p[3] < 1e-100


def test_the_sampled_law_is_right_far_out():
    """Two equal components are one, whose law is known."""
    two = mogul.Mixture([0.5, 0.5], np.zeros((2, 3)), mogul.SphericalCovariance([1.0, 1.0]))
    one = mogul.Mixture([1.0], np.zeros((1, 3)), mogul.SphericalCovariance([1.0]))
    x = np.outer([1.0, 2.0, 4.0, 10.0, 20.0, 36.0, 38.0], [1.0, 0.0, 0.0])
    found, wanted = two.p_values(x), one.p_values(x)
    # About 50 draws for each factor of e, in shares of the p-value.
    np.testing.assert_allclose(found[wanted > 1e-290], wanted[wanted > 1e-290], rtol=0.3)
    law = two.density_law()
    errors = law.standard_errors(two.logpdf(x))
    near = wanted > 1e-4
    assert (np.abs(found - wanted)[near] < 6 * errors[near]).all()


def test_the_sampled_law_agrees_with_the_exact_one():
    line = mogul.Mixture.univariate([0.2, 0.5, 0.3], [-3.0, 0.0, 4.0], [0.5, 1.0, 2.0])
    sampled, exact = SampledLaw.of(line, 0, 1 << 15), line.density_law()
    levels = exact.log_levels(np.array([0.1, 0.5, 0.9, 0.99, 0.9999]))
    errors = sampled.standard_errors(levels)
    # Six standard errors, themselves told by 16 replicates.
    assert (np.abs(sampled.p_values(levels) - exact.p_values(levels)) < 6 * errors).all()
    np.testing.assert_allclose(sampled.log_levels(np.array([0.5, 0.9])), levels[1:3], atol=0.02)


def test_a_rare_wide_component_rules_the_tail():
    mixture = mogul.Mixture([0.999, 0.001], np.zeros((2, 2)), mogul.SphericalCovariance([1.0, 100.0]))
    x = np.array([[10.0, 0.0], [50.0, 0.0]])
    np.testing.assert_allclose(mixture.p_values(x), 0.001 * np.exp(-(x[:, 0] ** 2) / 200), rtol=0.2)


def test_a_point_in_the_gap_is_unusual():
    mixture = mogul.Mixture.univariate([0.5, 0.5], [-10.0, 10.0], [1.0, 1.0])
    assert mixture.p_values(0.0) < 1e-20
    region = mixture.region(0.99)
    assert not region.contains(0.0)
    assert region.intervals().shape == (2, 2)


def test_regions_of_greater_mass_contain_the_smaller():
    mixture = random_mixture(np.random.default_rng(8), 3, 2)
    x = mixture.sample(2000, rng=0)
    inner, outer = mixture.region(0.5), mixture.region(0.9)
    assert outer.contains(x)[inner.contains(x)].all()
    assert outer.level < inner.level
    assert "mass=0.5" in repr(inner)


def test_intervals_are_for_one_feature():
    with pytest.raises(ShapeError, match="one feature"):
        random_mixture(np.random.default_rng(8), 3, 2).region(0.5).intervals()


def test_numbering_of_components_changes_no_level():
    mixture = random_mixture(np.random.default_rng(9), 3, 2)
    other = mixture.permuted([2, 0, 1])
    assert mixture.region(0.9, n_draws=4096).log_level == other.region(0.9, n_draws=4096).log_level


@pytest.mark.parametrize(("n_components", "n_features"), [(2, 1), (1, 2), (2, 2)])
def test_what_is_no_number_has_no_p_value(n_components, n_features):
    mixture = random_mixture(np.random.default_rng(1), n_components, n_features)
    rows = np.array([np.full(n_features, np.nan), mixture.means[0], np.full(n_features, 1e200)])
    p = mixture.p_values(rows)
    assert np.isnan(p[0])
    assert p[1] > 0.1
    assert p[2] == 0
    assert np.isnan(mixture.cdf(rows[0]))
