"""Legends, and the numbers of components."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mogul.mixture import Mixture
from mogul.plot.backend import figure_of
from mogul.plot.palette import component_style
from mogul.plot.text import MOST_LISTED, component_table, listed_components

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.text import Annotation

# The empty half of the smallest corner plot has room for a legend of so many components.
MOST_IN_CORNER = 12
Entries = tuple[list[Any], list[str]]
"""Handles and labels."""


def component_entries(mixture: Mixture) -> Entries:
    """Return a heading and a patch for each listed component, with the lines of their table."""
    from matplotlib.patches import Patch

    handles = [Patch(visible=False)]
    for k in listed_components(mixture):
        style = component_style(k)
        line: dict[str, Any] = {
            "edgecolor": style.colour,
            "linestyle": style.line_style,
            "linewidth": 1.5,
            "hatch": style.hatch,
        }
        handles.append(Patch(facecolor=(style.colour, 0.3), **line))
    return handles, component_table(mixture)


def figure_size(width: float, height: float, n_components: int) -> tuple[float, float]:
    """Return a size in inches that is high enough for a legend of all components."""
    return width, max(height, 0.2 * (min(n_components, MOST_LISTED) + 9))


def add_legend(ax: Axes, entries: Entries, n_components: int) -> Legend:
    """Draw a legend beside the axes if the layout of the figure makes room for it there, else inside."""
    # Beside the axes it cannot cover a curve.
    beside = figure_of(ax).get_layout_engine() is not None
    place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.02)} if beside else {"loc": "best"}
    return _with_table(ax.legend(*entries, frameon=not beside, fontsize=9, handlelength=2.2, **place), n_components)


def add_figure_legend(figure: Figure, entries: Entries, n_components: int) -> Legend:
    """Draw a legend in the upper right corner of a figure, or beside all axes if it is long."""
    place: dict[str, Any] = {"loc": "outside right upper" if n_components > MOST_IN_CORNER else "upper right"}
    legend = figure.legend(*entries, frameon=False, fontsize=9, handlelength=2.2, **place)
    return _with_table(legend, n_components)


def _with_table(legend: Legend, n_components: int) -> Legend:
    # Letters of equal width, so that the columns of the table stand. Without components there is no table.
    for text in legend.get_texts()[: 1 + min(n_components, MOST_LISTED)] if n_components else []:
        text.set_fontfamily("monospace")
    return legend


def number_badge(ax: Axes, component: int, at: tuple[float, float], *, lift: float = 0, size: float = 8) -> Annotation:
    """Draw the number of a component in its colour at a point, or `lift` typographic points above it."""
    style = component_style(component)
    box = {"boxstyle": "circle,pad=0.2", "facecolor": style.colour, "edgecolor": "white", "linewidth": size / 10}
    return ax.annotate(
        str(component),
        at,
        xytext=(0, lift),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=size,
        color=style.text,
        bbox=box,
        zorder=6,
        annotation_clip=True,
    )
