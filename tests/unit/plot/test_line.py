import matplotlib.pyplot as plt
import numpy as np
import pytest

import mogul
from mogul.plot.line import draw_line, hides_mass


@pytest.fixture
def ax():
    return plt.figure().add_subplot()


def test_curves_are_the_weighted_densities_and_their_sum(ax, three):
    panel = draw_line(ax, three, None)
    x, total = panel.sum_line.get_data()
    np.testing.assert_array_equal(total, three.pdf(x))
    parts = np.column_stack([line.get_ydata() for line in panel.component_lines])
    np.testing.assert_array_equal(parts, three.component_pdf(x))
    np.testing.assert_allclose(parts.sum(axis=1), total, rtol=1e-12)
    assert panel.histogram is None
    assert len(panel.component_fills) == 3


def test_fill_reaches_from_zero_to_its_curve(ax, three):
    panel = draw_line(ax, three, None)
    for line, fill in zip(panel.component_lines, panel.component_fills, strict=True):
        heights = fill.get_paths()[0].vertices[:, 1]
        assert heights.min() == 0
        assert heights.max() == line.get_ydata().max()


def test_histogram_counts_all_rows_and_has_area_one(ax, three):
    values = three.sample(500, rng=0)[:, 0]
    panel = draw_line(ax, three, values)
    heights, edges, _ = panel.histogram.get_data()
    assert (heights * np.diff(edges)).sum() == pytest.approx(1)
    assert panel.entries[1][-2:] == ["sum", "data (500 rows)"]


def test_numbers_stand_at_the_peaks_of_components_that_have_weight(ax):
    mixture = mogul.Mixture.univariate([0.0, 0.6, 0.4], [50.0, 0.0, 4.0], [1.0, 1.0, 2.0])
    numbers = draw_line(ax, mixture, None).numbers
    assert [number.get_text() for number in numbers] == ["1", "2"]
    assert numbers[0].xy == (0.0, pytest.approx(mixture.component_pdf(0.0)[1]))


def test_a_needle_gets_a_logarithmic_axis_on_which_both_are_seen(ax):
    mixture = mogul.Mixture.univariate([0.9, 0.1], [0.0, 1.0], [1.0, 1e-5])
    panel = draw_line(ax, mixture, None)
    assert ax.get_yscale() == "log"
    low, high = ax.get_ylim()
    peaks = [line.get_ydata().max() for line in panel.component_lines]
    assert low < min(peaks) / 10
    assert high > max(peaks)
    assert panel.sum_line.get_ydata().max() == pytest.approx(mixture.pdf(1.0))


def test_a_slight_component_does_not_change_the_axis(ax):
    draw_line(ax, mogul.Mixture.univariate([0.999, 0.001], [0.0, 1.0], [1.0, 3.0]), None)
    assert ax.get_yscale() == "linear"
    assert ax.get_ylim()[0] == 0
    assert not hides_mass(np.array([0.96, 0.04]), np.array([1.0, 0.001]))
    assert hides_mass(np.array([0.94, 0.06]), np.array([1.0, 0.001]))


def test_scale_of_the_user(ax, three):
    draw_line(ax, three, None, scale="log")
    assert ax.get_yscale() == "log"


def test_second_mixture_on_the_same_axes_keeps_the_first_in_view(ax, three):
    draw_line(ax, mogul.Mixture.univariate([1.0], [100.0], [0.1]), None)
    top = ax.get_ylim()[1]
    draw_line(ax, three, None)
    assert ax.get_xlim()[0] < -4
    assert ax.get_xlim()[1] > 100
    assert ax.get_ylim() == (0, top)


def test_curves_differ_by_more_than_colour_from_the_eleventh_on(ax):
    mixture = mogul.Mixture.univariate(np.full(12, 1 / 12), np.arange(12.0), np.ones(12))
    panel = draw_line(ax, mixture, None)
    assert panel.component_lines[0].get_color() == panel.component_lines[10].get_color()
    assert panel.component_lines[0].get_linestyle() != panel.component_lines[10].get_linestyle()
    assert panel.component_fills[10].get_hatch()
