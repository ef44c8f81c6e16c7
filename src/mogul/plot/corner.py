"""More than two features: all single ones on the diagonal, all pairs below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture import Mixture
from mogul.plot.backend import new_figure
from mogul.plot.labelling import MOST_IN_CORNER, Entries, figure_size
from mogul.plot.line import LinePanel, draw_line
from mogul.plot.plane import PlanePanel, draw_plane

# A small panel needs fewer lines and points than a page.
N_LINES, N_DRAWS = 210, 30_000


def draw_corner(
    mixture: Mixture,
    rows: FloatArray | None,
    names: Sequence[str],
    line_options: Mapping[str, Any],
    plane_options: Mapping[str, Any],
) -> tuple[Array, list[LinePanel | PlanePanel]]:
    """Draw a corner plot on a new figure; return its axes (D, D) and its panels row by row."""
    axes = corner_axes(mixture.n_features, mixture.n_components)
    panels: list[LinePanel | PlanePanel] = []
    for i, j in pairs_of(mixture.n_features):
        ax, chosen = axes[i, j], [i] if i == j else [j, i]
        marginal, shown = mixture.marginal(chosen), None if rows is None else rows[:, chosen]
        if i == j:
            values = None if shown is None else shown[:, 0]
            panels.append(draw_line(ax, marginal, values, numbers=False, **line_options))
        else:
            small: dict[str, Any] = {"n_lines": N_LINES, "n_draws": N_DRAWS, "size": 0.6}
            panels.append(draw_plane(ax, marginal, shown, **small, **plane_options))
        label_corner(ax, i, j, names)
    axes[0, 0].figure.align_labels()
    return axes, panels


def pairs_of(n_features: int) -> list[tuple[int, int]]:
    """Return the places of the panels of a corner plot, row by row."""
    return [(i, j) for i in range(n_features) for j in range(i + 1)]


def corner_axes(n_features: int, n_components: int) -> Array:
    """Return the axes (D, D) of a corner plot on a new figure, None above the diagonal.

    Pairs share the scale of the feature below them; the diagonal is a density and shares none.
    """
    side = min(2.5, 1 + 4.8 / n_features) * n_features + 0.6
    for_legend = 2.6 if n_components > MOST_IN_CORNER else 0.0
    figure = new_figure(figure_size(side + for_legend, side, n_components if for_legend else 0))
    grid = figure.add_gridspec(n_features, n_features)
    axes = np.full((n_features, n_features), None, dtype=object)
    for i, j in pairs_of(n_features):
        below = {"sharex": axes[j, j]} if i > j else {}
        beside = {"sharey": axes[i, 0]} if 0 < j < i else {}
        axes[i, j] = figure.add_subplot(grid[i, j], **below, **beside)
    return axes


def label_corner(ax: Any, i: int, j: int, names: Sequence[str]) -> None:
    """Write names and numbers along the left and lower edge of a corner plot only."""
    from matplotlib.ticker import MaxNLocator

    last = i == len(names) - 1
    if ax.get_yscale() == "linear":
        ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.xaxis.set_major_locator(MaxNLocator(4))
    ax.tick_params(labelsize=8, labelbottom=last, labelleft=j == 0 and i > 0, left=i != j)
    ax.xaxis.get_offset_text().set(visible=last, fontsize=8)
    ax.yaxis.get_offset_text().set(visible=j == 0 and i > 0, fontsize=8)
    if last:
        ax.set_xlabel(names[j])
    if j == 0 and i > 0:
        ax.set_ylabel(names[i])
    if i == j:
        ax.set_yticks([], minor=False)
        ax.set_yticks([], minor=True)


def corner_entries(panels: Sequence[LinePanel | PlanePanel]) -> Entries:
    """Return handles and labels of one legend for all panels: that of a pair, and the sum of the diagonal."""
    (single, pair), n_drawn = (panels[0].entries, panels[1].entries), panels[0].entries[1].index("sum")
    return (
        [*pair[0][:n_drawn], single[0][n_drawn], *pair[0][n_drawn:]],
        [*pair[1][:n_drawn], single[1][n_drawn], *pair[1][n_drawn:]],
    )
