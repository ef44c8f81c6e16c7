import numpy as np
import pytest

import mogul
from mogul.plot.grid import ellipse, line_points, plane_grid, view_of


def integral(mixture, x, y):
    density = mixture.pdf(np.stack(np.meshgrid(x, y), axis=-1))
    return np.trapezoid(np.trapezoid(density, x, axis=1), y)


def views(mixture):
    return view_of(mixture, 0), view_of(mixture, 1)


def test_view_shows_every_component_that_has_weight():
    mixture = mogul.Mixture.univariate([0.0, 0.6, 0.4], [1e6, 0.0, 10.0], [1.0, 1.0, 2.0])
    low, high = view_of(mixture, 0)
    assert -4 < low < -3
    assert 16 < high < 17


def test_view_holds_the_data_with_a_margin(three):
    low, high = view_of(three, 0, np.array([-50.0, 50.0]))
    assert low < -50
    assert high > 50


def test_view_is_never_narrower_than_rounding():
    low, high = view_of(mogul.Mixture.univariate([1.0], [1e17], [1.0]), 0)
    assert low < high


@pytest.mark.parametrize("needle", [1e-2, 1e-6, 1e-12])
def test_line_points_miss_nothing_of_a_needle(needle):
    mixture = mogul.Mixture.univariate([0.5, 0.5], [0.0, 0.3], [1.0, needle])
    x = line_points(mixture, view_of(mixture, 0))
    assert np.isin(mixture.means, x).all()
    # 0.1 % of the wide component lies outside the view; the rule of trapezoids costs less.
    assert np.trapezoid(mixture.pdf(x), x) == pytest.approx(1, abs=2e-3)


def test_plane_grid_misses_nothing_of_a_straight_needle():
    mixture = mogul.Mixture([0.5, 0.5], [[0, 0], [1, 1]], [[[4, 0], [0, 4]], [[1e-12, 0], [0, 1]]])
    x, y, drawn = plane_grid(mixture, views(mixture), 480)
    assert drawn is mixture
    # 0.2 % outside the view, and the error of trapezoids.
    assert integral(mixture, x, y) == pytest.approx(1, abs=1e-2)


def test_oblique_needle_is_drawn_a_cell_thick():
    wide, needle = [[4, 0], [0, 4]], [[1, 1 - 1e-9], [1 - 1e-9, 1]]
    mixture = mogul.Mixture([0.5, 0.5], [[0, 0], [1, 1]], [wide, needle])
    x, y, drawn = plane_grid(mixture, views(mixture), 480)
    given, thick = mixture.covariances.dense(), drawn.covariances.dense()
    np.testing.assert_array_equal(thick[0], given[0])
    np.testing.assert_array_equal(np.diagonal(thick[1]), np.diagonal(given[1]))
    assert 0.99 < thick[1, 0, 1] < 1 - 1e-5
    assert integral(drawn, x, y) == pytest.approx(1, abs=0.01)


def test_plane_grid_of_many_components_stays_small():
    rng = np.random.default_rng(0)
    mixture = mogul.Mixture(np.full(30, 1 / 30), rng.normal(size=(30, 2)) * 5, np.tile(np.eye(2), (30, 1, 1)))
    x, y, drawn = plane_grid(mixture, views(mixture), 480)
    assert len(x) < 750
    assert len(y) < 750
    assert drawn is mixture


@pytest.mark.parametrize("deviations", [1.0, 2.0])
def test_ellipse_has_the_axes_of_the_eigendecomposition(plane, deviations):
    for k, covariance in enumerate(plane.covariances.dense()):
        values, vectors = np.linalg.eigh(covariance)
        away = ellipse(plane, k, deviations, n_points=100_001) - plane.means[k]
        radius = np.hypot(*away.T)
        # The finest angle is 6e-5, so the longest point misses the axis by its square.
        np.testing.assert_allclose([radius.min(), radius.max()], deviations * np.sqrt(values), rtol=1e-8)
        longest = away[radius.argmax()] / radius.max()
        assert abs(longest @ vectors[:, 1]) == pytest.approx(1, abs=1e-8)


def test_ellipse_lies_at_its_distance_for_any_units(plane):
    units = np.array([1e-150, 1e100])
    mixture = mogul.Mixture(plane.weights, plane.means * units, plane.covariances.dense() * np.outer(units, units))
    for k in range(3):
        points = ellipse(mixture, k, 2.0) / units
        distance = np.linalg.norm(plane.covariances.whitened(points, plane.means)[:, k], axis=1)
        np.testing.assert_allclose(distance, 2.0, rtol=1e-10)
