"""A mixture as a table to read."""

import numpy as np

import mogul
from mogul.cli.summary import summary


def test_correlations_are_shown_if_they_are_few():
    mixture = mogul.Mixture([1.0], [[1.0, 20.0]], [[[4.0, -3.0], [-3.0, 9.0]]])
    assert summary(mixture, ["x", "y"], "full").splitlines() == [
        "1 Gaussian in 2 features, full covariance; mean ± standard deviation",
        "",
        "component  weight  x             y             corr(x, y)",
        "0          1.0000  1.000 ± 2.00  20.00 ± 3.00  -0.500",
    ]


def test_independent_features_have_no_correlations_to_show():
    assert "corr" not in summary(mogul.Mixture.univariate([1.0], [0.0], [1.0]), ["x"], "diagonal")


def test_a_table_that_is_too_wide_has_a_row_for_each_feature():
    names = [f"a rather long name {d}" for d in range(6)]
    mixture = mogul.Mixture([0.5, 0.5], np.zeros((2, 6)), mogul.SphericalCovariance([1.0, 4.0]))
    lines = summary(mixture, names, "spherical").splitlines()
    assert lines[2] == "component 0, weight 0.5000"
    assert lines[3] == "  a rather long name 0  0.000 ± 1.00"
    assert max(map(len, lines)) <= 100
    assert len(lines) == 2 + 2 * 7


def test_numbers_of_any_size_have_their_digits():
    mixture = mogul.Mixture.univariate([1.0], [123456789.0], [1e-7])
    assert summary(mixture, ["x"], "diagonal").endswith("1.235e+08 ± 1.00e-07")
