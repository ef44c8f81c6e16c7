import sys

import matplotlib.pyplot as plt
import pytest

from mogul.errors import MissingDependencyError
from mogul.plot import ConvergenceDisplay, MixtureDisplay, ResponsibilityDisplay
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, new_figure, pyplot, set_view


@pytest.mark.parametrize(
    "draw",
    [
        MixtureDisplay.from_mixture,
        ResponsibilityDisplay.from_mixture,
        lambda mixture: ConvergenceDisplay([1.0]).plot(),
        lambda mixture: MixtureDisplay.from_mixture(mixture.marginal([0])),
    ],
)
def test_without_matplotlib_the_message_says_how_to_get_it(monkeypatch, plane, draw):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r'python -m pip install "mogul\[plot\]"'):
        draw(plane)


def test_given_axes_are_used_and_others_made():
    ax = plt.figure().add_subplot()
    assert axes_to_draw_on(ax, (1, 1)) is ax
    made = axes_to_draw_on(None, (3, 2))
    assert tuple(figure_of(made).get_size_inches()) == (3, 2)
    assert pyplot() is plt
    assert new_figure((1, 1)).number in plt.get_fignums()


def test_foreground_follows_the_style():
    with plt.style.context("dark_background"):
        assert foreground(plt.figure().add_subplot()) == "white"
    assert foreground(plt.figure().add_subplot()) == "black"


def test_view_keeps_what_was_there():
    ax = plt.figure().add_subplot()
    set_view(ax, (0.0, 1.0), "x", was_empty=True)
    set_view(ax, (0.5, 3.0), "x", was_empty=False)
    assert ax.get_xlim() == (0.0, 3.0)
