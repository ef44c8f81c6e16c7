import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError
from mogul.plot.mass import check_masses, mass_levels

MASSES = (0.5, 0.8, 0.95)


@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_levels_of_one_gaussian_are_those_of_chi_square(n_features):
    from scipy.stats import chi2

    one = mogul.Mixture([1.0], np.zeros((1, n_features)), mogul.SphericalCovariance([1.0]))
    exact = one.logpdf(np.zeros(n_features)) - chi2.ppf(MASSES, n_features) / 2
    masses = chi2.cdf(2 * (one.logpdf(np.zeros(n_features)) - mass_levels(one, MASSES)), n_features)
    np.testing.assert_allclose(masses, MASSES, atol=0.01)
    assert (np.diff(exact) < 0).all()


def test_region_holds_its_mass_of_other_draws(plane):
    densities = plane.logpdf(plane.sample(200_000, rng=99))
    held = [(densities >= level).mean() for level in mass_levels(plane, MASSES)]
    np.testing.assert_allclose(held, MASSES, atol=0.01)


def test_levels_are_the_same_each_time(plane):
    np.testing.assert_array_equal(mass_levels(plane, MASSES), mass_levels(plane, MASSES))


@pytest.mark.parametrize("masses", [[], [0.0, 0.5], [0.5, 1.0], [0.8, 0.5], [0.5, 0.5], 0.5, [float("nan")]])
def test_masses_must_increase_between_zero_and_one(masses):
    with pytest.raises(ParameterError, match=r"must increase from above 0 to below 1, e.g. \[0.5, 0.95\]"):
        check_masses(masses)
