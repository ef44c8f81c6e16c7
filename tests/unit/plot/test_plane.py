import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import mogul
from mogul.plot.palette import PALETTE
from mogul.plot.plane import draw_plane

OPTIONS = {"masses": (0.5, 0.8, 0.95), "deviations": (1.0, 2.0), "max_points": 5000}


@pytest.fixture
def ax():
    return plt.figure().add_subplot()


def inside(region, points):
    (path,) = region.get_paths()
    return path.contains_points(points)


def test_drawn_regions_hold_their_mass(ax, plane):
    panel = draw_plane(ax, plane, None, **OPTIONS)
    draws = plane.sample(40_000, rng=5)
    held = [inside(region, draws).mean() for region in panel.regions]
    np.testing.assert_allclose(held, OPTIONS["masses"], atol=0.01)


@pytest.mark.parametrize(
    ("correlation", "tolerance"),
    # The last is drawn thicker than it is: the region is as long as it should be, and holds all across.
    [(0.0, 0.01), (0.999, 0.01), (1 - 1e-9, 0.07)],
)
def test_drawn_region_of_a_needle_holds_its_mass(ax, correlation, tolerance):
    """Half of the mass is a needle: as the densest, it alone is the inner region."""
    needle = [[1.0, correlation], [correlation, 1.0]] if correlation else [[1e-8, 0.0], [0.0, 1.0]]
    mixture = mogul.Mixture([0.5, 0.5], [[0, 0], [1, 1]], [[[9, 0], [0, 9]], needle])
    (region,) = draw_plane(ax, mixture, None, **{**OPTIONS, "masses": (0.4,)}).regions
    assert inside(region, mixture.sample(20_000, rng=5)).mean() == pytest.approx(0.4, abs=tolerance)
    # It does not fall apart, but for crumbs at its tips.
    lengths = [np.ptp(part[:, 1]) for part in region.get_paths()[0].to_polygons()]
    assert max(lengths) > 0.9 * sum(lengths)


def test_edge_of_a_region_is_where_the_density_is_its_level(ax, plane):
    panel = draw_plane(ax, plane, None, **OPTIONS)
    for region, level in zip(panel.regions, panel.levels, strict=True):
        edge = region.get_paths()[0].vertices
        # Linear interpolation of the logarithm between lines of the grid.
        np.testing.assert_allclose(plane.logpdf(edge), level, atol=0.02)


def test_ellipses_of_each_component_in_its_colour(ax, plane):
    panel = draw_plane(ax, plane, None, **OPTIONS)
    for k, (one, two) in enumerate(panel.ellipses):
        for patch, deviations in ((one, 1), (two, 2)):
            z = plane.covariances.whitened(patch.get_xy(), plane.means)[:, k]
            np.testing.assert_allclose(np.linalg.norm(z, axis=1), deviations)
            assert to_hex(patch.get_edgecolor()) == PALETTE[k]


def test_numbers_stand_at_the_means(ax, plane):
    numbers = draw_plane(ax, plane, None, **OPTIONS).numbers
    assert [(n.get_text(), n.xy) for n in numbers] == [(str(k), tuple(m)) for k, m in enumerate(plane.means)]


def test_legend_tells_the_mass_of_regions_and_ellipses(ax, plane):
    labels = draw_plane(ax, plane, plane.sample(10, rng=0), **OPTIONS).entries[1]
    assert labels[4:] == [
        "ellipses: 1 and 2 sd,\n39.3 %, 86.5 % of a component",
        "region of 95 % of the mass",
        "region of 80 % of the mass",
        "region of 50 % of the mass",
        "data (10 rows)",
    ]


def test_ellipses_hold_what_the_legend_says():
    one = mogul.Mixture([1.0], [[1.0, 2.0]], [[[2.0, 1.0], [1.0, 1.0]]])
    panel = draw_plane(plt.figure().add_subplot(), one, None, **OPTIONS)
    draws = one.sample(40_000, rng=0)
    held = [patch.get_path().contains_points(draws).mean() for patch in panel.ellipses[0]]
    np.testing.assert_allclose(held, [0.393, 0.865], atol=0.01)


def test_few_rows_are_all_drawn_many_are_thinned_and_rasterised(ax, plane):
    rows = plane.sample(9000, rng=0)
    few = draw_plane(ax, plane, rows[:50], **OPTIONS).scatter
    np.testing.assert_array_equal(few.get_offsets(), rows[:50])
    many = draw_plane(ax, plane, rows, **OPTIONS).scatter
    assert len(many.get_offsets()) == 5000
    assert many.get_rasterized()
    assert not few.get_rasterized()
    assert many.get_label() == "data (5,000 of 9,000 rows)"


def test_component_without_weight_is_an_outline_without_number(ax, plane):
    mixture = mogul.Mixture([0.0, 0.6, 0.4], plane.means, plane.covariances)
    panel = draw_plane(ax, mixture, None, **OPTIONS)
    assert [number.get_text() for number in panel.numbers] == ["1", "2"]
    assert panel.ellipses[0][0].get_facecolor()[3] == 0
    assert panel.ellipses[1][0].get_facecolor()[3] > 0


def test_no_ellipses_on_request(ax, plane):
    panel = draw_plane(ax, plane, None, **{**OPTIONS, "deviations": ()})
    assert panel.ellipses == [[], [], []]
    assert not any("ellipses" in label for label in panel.entries[1])


@pytest.mark.parametrize("shift", [0.0, 1e8])
@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e150])
def test_pictures_at_any_place_and_scale_are_alike(ax, plane, shift, scale):
    # Numbers that a double holds exactly only at one of them; the shift is in the units of the scale.
    mixture = mogul.Mixture(plane.weights, (plane.means + shift) * scale, plane.covariances.dense() * scale**2)
    panel = draw_plane(ax, mixture, None, **OPTIONS)
    draws = plane.sample(10_000, rng=5)
    held = [inside(region, (draws + shift) * scale).mean() for region in panel.regions]
    np.testing.assert_allclose(held, OPTIONS["masses"], atol=0.015)
    ax.figure.canvas.draw()
