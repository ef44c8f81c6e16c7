import matplotlib.pyplot as plt
import numpy as np

from mogul.plot import MixtureDisplay
from mogul.plot.line import LinePanel

NAMES = ["a", "b", "c", "d"]


def test_corner_has_single_features_on_the_diagonal_and_pairs_below(four_features):
    display = MixtureDisplay.from_mixture(four_features, feature_names=NAMES)
    drawn = np.array([[ax is not None for ax in row] for row in display.axes_])
    np.testing.assert_array_equal(drawn, np.tril(np.ones((4, 4), dtype=bool)))
    kinds = [isinstance(panel, LinePanel) for panel in display.panels_]
    assert kinds == [True, False, True, False, False, True, False, False, False, True]


def test_panels_are_the_marginals(four_features):
    display = MixtureDisplay.from_mixture(four_features)
    x, density = display.panels_[2].sum_line.get_data()
    np.testing.assert_array_equal(density, four_features.marginal([1]).pdf(x))
    # Row 3, column 1: feature 1 to the right, feature 3 upwards.
    panel, marginal = display.panels_[7], four_features.marginal([1, 3])
    z = marginal.covariances.whitened(panel.ellipses[0][1].get_xy(), marginal.means)[:, 0]
    np.testing.assert_allclose(np.linalg.norm(z, axis=1), 2)


def test_names_stand_at_the_outside_only(four_features):
    axes = MixtureDisplay.from_mixture(four_features, feature_names=NAMES).axes_
    assert [axes[3, j].get_xlabel() for j in range(4)] == NAMES
    assert [axes[i, 0].get_ylabel() for i in range(4)] == ["", "b", "c", "d"]
    assert axes[2, 1].get_xlabel() == axes[2, 1].get_ylabel() == ""


def test_columns_and_rows_share_their_scales(four_features):
    display = MixtureDisplay.from_mixture(four_features, four_features.sample(100, rng=0))
    axes = display.axes_
    assert axes[1, 0].get_xlim() == axes[3, 0].get_xlim() == axes[0, 0].get_xlim()
    assert axes[3, 0].get_ylim() == axes[3, 2].get_ylim() == axes[3, 3].get_xlim()


def test_one_legend_for_all(four_features):
    display = MixtureDisplay.from_mixture(four_features, four_features.sample(100, rng=0))
    (legend,) = display.figure_.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert [label.split()[0] for label in labels[:3]] == ["weight", "0", "1"]
    assert labels[3] == "sum"
    assert labels[-1] == "data (100 rows)"
    assert all(ax is None or ax.get_legend() is None for ax in display.axes_.flat)


def test_legend_covers_no_panel(four_features):
    figure = MixtureDisplay.from_mixture(four_features).figure_
    figure.canvas.draw()
    legend = figure.legends[0].get_window_extent()
    assert not any(legend.overlaps(ax.get_window_extent()) for ax in figure.axes)


def test_corner_of_chosen_features(four_features):
    display = MixtureDisplay.from_mixture(four_features, feature_names=NAMES, features=["d", "a", "b"])
    assert [display.axes_[2, j].get_xlabel() for j in range(3)] == ["d", "a", "b"]
    assert len(plt.get_fignums()) == 1
