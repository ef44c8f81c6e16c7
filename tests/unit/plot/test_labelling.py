import matplotlib.pyplot as plt
import numpy as np
import pytest

import mogul
from mogul.plot import MixtureDisplay
from mogul.plot.labelling import component_entries, figure_size, number_badge
from mogul.plot.palette import PALETTE


def test_legend_is_beside_the_curves_on_a_figure_of_its_own(three):
    display = MixtureDisplay.from_mixture(three)
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert legend.x0 > display.ax_.get_window_extent().x1
    assert display.figure_.bbox.x0 <= legend.x0
    assert legend.x1 <= display.figure_.bbox.x1


def test_legend_is_inside_axes_whose_figure_makes_no_room(three):
    ax = plt.figure().add_subplot()
    MixtureDisplay.from_mixture(three, ax=ax)
    ax.figure.canvas.draw()
    legend, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert axes.x0 <= legend.x0
    assert legend.x1 <= axes.x1


@pytest.mark.parametrize(("n_features", "n_components"), [(1, 10), (1, 50), (2, 30), (3, 12), (3, 20)])
def test_long_legend_is_not_cut_off(n_features, n_components):
    rng = np.random.default_rng(0)
    means, weights = rng.normal(size=(n_components, n_features)) * 5, np.full(n_components, 1 / n_components)
    mixture = mogul.Mixture(weights, means, mogul.SphericalCovariance(np.ones(n_components)))
    figure = MixtureDisplay.from_mixture(mixture, mixture.sample(100, rng=0)).figure_
    figure.canvas.draw()
    legend = figure.legends[0] if n_features > 2 else figure.axes[0].get_legend()
    box = legend.get_window_extent()
    assert box.y0 >= 0
    assert box.y1 <= figure.bbox.y1
    assert box.x1 <= figure.bbox.x1


def test_entries_have_the_colours_of_the_components(three):
    handles, labels = component_entries(three)
    assert len(handles) == len(labels) == 4
    assert [plt.matplotlib.colors.to_hex(h.get_edgecolor()) for h in handles[1:]] == list(PALETTE[:3])


def test_figure_grows_with_its_legend():
    assert figure_size(8.0, 4.4, 3) == (8.0, 4.4)
    assert figure_size(8.0, 4.4, 30) == figure_size(8.0, 4.4, 300) == (8.0, pytest.approx(7.8))


def test_badge():
    badge = number_badge(plt.figure().add_subplot(), 4, (1.0, 2.0))
    assert badge.get_text() == "4"
    assert badge.xy == (1.0, 2.0)
    assert badge.get_color() == "white"
