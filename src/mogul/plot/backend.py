"""Matplotlib, imported late, and new figures."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from mogul.errors import MissingDependencyError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def pyplot() -> ModuleType:
    """Return matplotlib.pyplot, or say how to get it."""
    try:
        return import_module("matplotlib.pyplot")
    except ImportError as error:
        raise MissingDependencyError(
            'Plots need matplotlib, which could not be imported. Run: python -m pip install "mogul[plot]"'
        ) from error


def axes_to_draw_on(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """Return `ax`, or the axes of a new figure of `size` inches that makes room for a legend beside them."""
    if ax is not None:
        return ax
    figure = new_figure(size)
    return figure.add_subplot()


def figure_of(ax: Axes) -> Figure:
    """Return the figure that `ax` stand on, not a part of it."""
    figure: Figure | None = ax.get_figure(root=True)
    assert figure is not None
    return figure


def new_figure(size: tuple[float, float]) -> Figure:
    """Return an empty figure that pyplot knows of."""
    figure: Figure = pyplot().figure(figsize=size, layout="constrained")
    return figure


def foreground(ax: Axes) -> str:
    """Return the colour that stands out from the background of `ax`: the one of its own labels."""
    return str(ax.xaxis.label.get_color())


def set_view(ax: Axes, view: tuple[float, float], axis: str, was_empty: bool) -> None:
    """Show `view` along an axis, beside what other plots already show there."""
    limits, set_limits = (ax.get_xlim, ax.set_xlim) if axis == "x" else (ax.get_ylim, ax.set_ylim)
    low, high = view if was_empty else (min(view[0], *limits()), max(view[1], *limits()))
    set_limits(low, high)
