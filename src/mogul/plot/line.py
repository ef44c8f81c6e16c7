"""One feature: each weighted Gaussian, their sum, and the data behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import FloatArray
from mogul.mixture import Mixture
from mogul.plot.backend import foreground, set_view
from mogul.plot.grid import line_points, spreads, view_of
from mogul.plot.labelling import Entries, component_entries, number_badge
from mogul.plot.palette import component_style
from mogul.plot.rows import histogram
from mogul.plot.text import rows_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import FillBetweenPolyCollection
    from matplotlib.lines import Line2D
    from matplotlib.patches import StepPatch
    from matplotlib.text import Annotation

Scale = Literal["auto", "linear", "log"]


@final
@dataclass(frozen=True, eq=False)
class LinePanel:
    """What was drawn for one feature."""

    ax: Axes
    component_lines: list[Line2D]
    """Each weighted component density."""
    component_fills: list[FillBetweenPolyCollection]
    sum_line: Line2D
    """The density of the mixture."""
    numbers: list[Annotation]
    """The number of each component, above its peak."""
    histogram: StepPatch | None
    """The data, of area one."""
    entries: Entries
    """Handles and labels of a legend: a table of the parameters, the sum, the data."""


def draw_line(
    ax: Axes,
    mixture: Mixture,
    values: FloatArray | None,
    *,
    bins: int | ArrayLike | None = None,
    scale: Scale = "auto",
    numbers: bool = True,
) -> LinePanel:
    """Draw a mixture of one feature."""
    was_empty = not ax.has_data()
    view = view_of(mixture, 0, values)
    x = line_points(mixture, view)
    parts = mixture.component_pdf(x)  # (len(x), K)
    peaks = np.diagonal(mixture.component_pdf(mixture.means[:, 0]))
    ink = foreground(ax)

    stairs = None
    if values is not None:
        heights, edges = histogram(values, bins, float(mixture.weights @ spreads(mixture)[:, 0]))
        label = rows_text(len(values), len(values))
        stairs = ax.stairs(heights, edges, fill=True, color=ink, alpha=0.2, linewidth=0, zorder=1, label=label)

    lines, fills, badges = [], [], []
    for k in range(mixture.n_components):
        style = component_style(k)
        look: dict[str, Any] = {"facecolor": (style.colour, 0.3), "edgecolor": style.colour, "hatch": style.hatch}
        fills.append(ax.fill_between(x, parts[:, k], linewidth=0, zorder=2, **look))
        lines += ax.plot(x, parts[:, k], style.line_style, color=style.colour, linewidth=1.5, zorder=3, label=str(k))
        if numbers and mixture.weights[k] > 0:
            badges.append(number_badge(ax, k, (mixture.means[k, 0], peaks[k]), lift=10))
    density = mixture.pdf(x)
    (total,) = ax.plot(x, density, color=ink, linewidth=2.2, zorder=4, label="sum")

    set_view(ax, view, "x", was_empty)
    highest = max(density.max(), 0 if values is None else heights.max())
    if scale == "log" or (scale == "auto" and hides_mass(mixture.weights, peaks)):
        ax.set_yscale("log")
        # A component of next to no weight may not stretch the axis without end.
        lowest = max(peaks[mixture.weights > 0].min() / 100, highest * 1e-9)
        set_view(ax, (lowest, highest * 4), "y", was_empty)
    else:
        set_view(ax, (0.0, highest * 1.14), "y", was_empty)
    handles, labels = component_entries(mixture)
    drawn = [total] if stairs is None else [total, stairs]
    entries = [*handles, *drawn], [*labels, *(str(artist.get_label()) for artist in drawn)]
    return LinePanel(ax, lines, fills, total, badges, stairs, entries)


def hides_mass(weights: FloatArray, peaks: FloatArray) -> bool:
    """Return whether a linear axis would press components that hold 5 % of the mass into the lowest 2 % of it."""
    return bool(weights[peaks < peaks.max() / 50].sum() > 0.05)
