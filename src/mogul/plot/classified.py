"""Rows in the colours and shapes of the groups that they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError
from mogul.mixture import Mixture
from mogul.plot.backend import foreground, set_view
from mogul.plot.grid import ellipse, spreads, view_of
from mogul.plot.labelling import Entries, number_badge
from mogul.plot.palette import component_style
from mogul.plot.rows import thinned
from mogul.plot.text import MOST_LISTED, numbers_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "p")
"""Shapes beside colours: nothing depends on colour alone."""

DEVIATIONS = (1.0, 2.0)


def marker_of(group: int) -> str:
    """Return the shape of the dots of a group; a cycle of another length than that of the colours."""
    return MARKERS[(group + group // len(MARKERS)) % len(MARKERS)]


@final
@dataclass(frozen=True, eq=False)
class Classified:
    """Return rows with the group of each, and how sure that is."""

    mixture: Mixture
    rows: FloatArray
    """The rows that are drawn, (N, D)."""
    clusters: Array
    """The group of each component, (K,)."""
    groups: Array
    """The group of each row, (N,)."""
    uncertainty: FloatArray
    """The probability that it belongs to another one, (N,)."""
    names: list[str]
    """Of the groups."""
    n_rows: int
    """How many rows were given."""

    @classmethod
    def of(
        cls,
        mixture: Mixture,
        rows: FloatArray,
        clusters: Any,
        names: Sequence[str] | None,
        max_points: int,
    ) -> Self:
        """Return the rows, or some of them, classified by all of their features."""
        n_components = mixture.n_components
        groups = np.arange(n_components) if clusters is None else np.asarray(clusters)
        if groups.shape != (n_components,) or groups.dtype.kind not in "iu" or groups.min() < 0:
            raise ParameterError(
                f"clusters must hold {n_components} integers from 0 on, the cluster of each component, got {clusters}."
            )
        n_groups = int(groups.max()) + 1
        if names is not None and len(names) != n_groups:
            raise ParameterError(f"group_names has {len(names)} names, but there are {n_groups} groups.")
        if max_points < 1:
            raise ParameterError(f"max_points is {max_points}; it must be 1 or more.")
        shown = thinned(rows, max_points)
        shares = mixture.responsibilities(shown) @ (groups[:, None] == np.arange(n_groups))
        titles = [str(g) for g in range(n_groups)] if names is None else [str(name) for name in names]
        return cls(mixture, shown, groups, shares.argmax(axis=1), 1 - shares.max(axis=1), titles, len(rows))

    def marginal(self, features: Sequence[int]) -> Self:
        """Return the same rows and groups, seen along some of the features."""
        seen = self.mixture.marginal(features)
        chosen = self.rows[:, list(features)]
        return type(self)(seen, chosen, self.clusters, self.groups, self.uncertainty, self.names, self.n_rows)

    @property
    def doubt(self) -> FloatArray:
        """The uncertainty as a share of the greatest possible, from 0 to 1, (N,)."""
        n_groups = len(self.names)
        greatest = 1 - 1 / n_groups if n_groups > 1 else 1.0
        return np.clip(self.uncertainty / greatest, 0.0, 1.0)


def draw_classified_plane(
    ax: Axes, classified: Classified, *, by_doubt: bool, deviations: Sequence[float], size: float = 1.0
) -> list[PathCollection]:
    """Draw two features: dots of each group, the larger the less sure if `by_doubt`; and ellipses of components."""
    was_empty = not ax.has_data()
    rows, mixture = classified.rows, classified.mixture
    dots = []
    for group in range(len(classified.names)):
        mine = np.flatnonzero(classified.groups == group)
        # The least sure come last, on top of the others.
        mine = mine[np.argsort(classified.doubt[mine], kind="stable")]
        dots.append(_draw_dots(ax, classified, rows[mine], mine, group, by_doubt, size))
    for k in np.flatnonzero(mixture.weights > 0).tolist():
        group = int(classified.clusters[k])
        for radius in deviations:
            _draw_outline(ax, mixture, k, group, radius, 1.6 * size)
        number_badge(ax, group, (mixture.means[k, 0], mixture.means[k, 1]), size=4 + 4 * size)
    for d, axis in enumerate("xy"):
        set_view(ax, view_of(mixture, d, rows[:, d]), axis, was_empty)
    return dots


def _draw_dots(
    ax: Axes, classified: Classified, rows: FloatArray, mine: Array, group: int, by_doubt: bool, size: float
) -> PathCollection:
    colour, ink = component_style(group).colour, foreground(ax)
    plain = float(np.clip(9000 / len(classified.rows), 6, 26)) * size
    doubt = classified.doubt[mine]
    # By the root: a doubt of a hundredth is seen too.
    sizes = plain * 0.5 + 110 * size * np.sqrt(doubt) if by_doubt else np.full(len(mine), plain)
    strengths = 0.35 + 0.6 * np.sqrt(doubt) if by_doubt else np.full(len(mine), 0.75)
    return ax.scatter(
        rows[:, 0],
        rows[:, 1],
        s=sizes,
        c=[(colour, strength) for strength in strengths] or colour,
        marker=marker_of(group),
        edgecolors=ink,
        linewidths=((0.1 + 0.9 * np.sqrt(doubt) if by_doubt else np.full(len(mine), 0.25)) * size).tolist(),
        rasterized=len(classified.rows) > 2000,
        zorder=2,
    )


def _draw_outline(ax: Axes, mixture: Mixture, component: int, group: int, radius: float, width: float) -> None:
    style, line = component_style(group), ellipse(mixture, component, radius)
    ax.plot(*line.T, color=ax.get_facecolor(), linewidth=1.7 * width, zorder=2.9)
    ax.plot(*line.T, style.line_style, color=style.colour, linewidth=width, zorder=3)


def draw_classified_line(ax: Axes, classified: Classified, *, by_doubt: bool) -> list[PathCollection]:
    """Draw one feature: a lane for each group, or how uncertain each row is if `by_doubt`."""
    was_empty = not ax.has_data()
    rows, mixture, n_groups = classified.rows[:, 0], classified.mixture, len(classified.names)
    dots = []
    for group in range(n_groups):
        mine, style = classified.groups == group, component_style(group)
        heights = classified.uncertainty[mine] if by_doubt else np.full(mine.sum(), float(group))
        if by_doubt:
            ax.vlines(rows[mine], 0, heights, color=style.colour, linewidth=1.0, alpha=0.8, zorder=2)
        shape: dict[str, Any] = {"marker": marker_of(group), "s": 14} if by_doubt else {"marker": "|", "s": 320}
        dots.append(ax.scatter(rows[mine], heights, color=style.colour, linewidths=0.9, zorder=2, **shape))
    if not by_doubt:
        deviations = spreads(mixture)[:, 0]
        for k in np.flatnonzero(mixture.weights > 0).tolist():
            group, mean = int(classified.clusters[k]), mixture.means[k, 0]
            for radius, width in ((2.0, 1.5), (1.0, 4.0)):
                ends = mean + radius * np.array([-1, 1]) * deviations[k]
                ax.plot(ends, [group + 0.34] * 2, color=component_style(group).colour, linewidth=width, zorder=3)
            number_badge(ax, group, (mean, group + 0.34))
        ax.set_yticks(range(n_groups), classified.names)
        ax.set_ylim(-0.6, n_groups - 0.3)
    else:
        ax.set_ylim(0, max(0.5, float(classified.uncertainty.max()) * 1.05))
    set_view(ax, view_of(mixture, 0, rows), "x", was_empty)
    return dots


def classified_entries(ax: Axes, classified: Classified, *, by_doubt: bool, deviations: Sequence[float]) -> Entries:
    """Return handles and labels of a legend: groups with their rows, ellipses, what sizes mean."""
    from matplotlib.lines import Line2D

    ink = foreground(ax)
    counts = np.bincount(classified.groups, minlength=len(classified.names))
    handles: list[Any] = []
    labels = []
    for group in range(min(len(classified.names), MOST_LISTED)):
        look: dict[str, Any] = {"marker": marker_of(group), "color": component_style(group).colour, "linestyle": ""}
        handles.append(Line2D([], [], markeredgecolor=ink, markeredgewidth=0.4, markersize=7, **look))
        share = counts[group] / len(classified.rows)
        labels.append(f"{classified.names[group]}: {100 * share:.3g} % of the rows")
    if len(deviations):
        handles.append(Line2D([], [], color=ink, marker="o", markerfacecolor="none", markersize=9, linestyle=""))
        labels.append(f"ellipses: {numbers_text(deviations)} sd")
    if by_doubt and classified.mixture.n_features > 1:
        handles.append(Line2D([], [], color=ink, marker="o", markersize=9, alpha=0.8, linestyle=""))
        labels.append("the larger, the less certain")
    if len(classified.rows) < classified.n_rows:
        handles.append(Line2D([], [], linestyle=""))
        labels.append(f"{len(classified.rows):,} of {classified.n_rows:,} rows")
    return handles, labels
