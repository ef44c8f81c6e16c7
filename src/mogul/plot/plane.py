"""Two features: where the mass lies, an ellipse for each component, and the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture import Mixture
from mogul.plot.backend import foreground, set_view
from mogul.plot.grid import ellipse, plane_grid, view_of
from mogul.plot.labelling import Entries, component_entries, number_badge
from mogul.plot.mass import N_DRAWS, mass_levels
from mogul.plot.palette import component_style
from mogul.plot.rows import thinned
from mogul.plot.text import numbers_text, percent, rows_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.contour import QuadContourSet
    from matplotlib.patches import Polygon
    from matplotlib.text import Annotation


@final
@dataclass(frozen=True, eq=False)
class PlanePanel:
    """What was drawn for two features."""

    ax: Axes
    regions: list[QuadContourSet]
    """The filled region of each of `masses`, of the log-density relative to its highest value on the grid."""
    levels: FloatArray
    """The log-density at the edge of each region, in the order of `masses`."""
    ellipses: list[list[Polygon]]
    """For each component, one ellipse for each of `deviations`."""
    numbers: list[Annotation]
    """The number of each component, at its mean."""
    scatter: PathCollection | None
    """The data, or the part of them that is drawn."""
    entries: Entries
    """Handles and labels of a legend: components, ellipses, regions, data."""


def draw_plane(
    ax: Axes,
    mixture: Mixture,
    rows: FloatArray | None,
    *,
    masses: Sequence[float],
    deviations: Sequence[float],
    max_points: int,
    n_lines: int = 480,
    n_draws: int = N_DRAWS,
    size: float = 1.0,
) -> PlanePanel:
    """Draw a mixture of two features, with lines and dots of a relative `size`."""
    was_empty = not ax.has_data()
    views = (view_of(mixture, 0, None if rows is None else rows[:, 0]),
             view_of(mixture, 1, None if rows is None else rows[:, 1]))  # fmt: skip
    ink = foreground(ax)
    levels, regions = _draw_regions(ax, mixture, views, masses, ink, n_lines, n_draws)
    scatter = None if rows is None else _draw_data(ax, rows, ink, max_points, size)
    ellipses, badges = [], []
    for k in range(mixture.n_components):
        ellipses.append([draw_ellipse(ax, mixture, k, r, 1.8 * size, filled=r == min(deviations)) for r in deviations])
        if mixture.weights[k] > 0:
            badges.append(number_badge(ax, k, (mixture.means[k, 0], mixture.means[k, 1]), size=4 + 4 * size))
    set_view(ax, views[0], "x", was_empty)
    set_view(ax, views[1], "y", was_empty)
    entries = _entries(ax, mixture, scatter, masses, deviations)
    return PlanePanel(ax, regions, levels, ellipses, badges, scatter, entries)


def _draw_regions(
    ax: Axes,
    mixture: Mixture,
    views: tuple[tuple[float, float], tuple[float, float]],
    masses: Sequence[float],
    ink: str,
    n_lines: int,
    n_draws: int,
) -> tuple[FloatArray, list[QuadContourSet]]:
    x, y, drawn = plane_grid(mixture, views, n_lines)
    # Levels of the mixture that is drawn: a component that had to be thickened keeps its mass on the picture.
    levels = mass_levels(drawn, masses, n_draws)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    # The logarithm, relative to its top: the density itself may leave the range of floating point, and a
    # logarithm of a Gaussian, being a parabola, is interpolated better between the lines of the grid. Far below
    # the lowest level it is cut off, lest a cliff in a cell push the edge sideways.
    log_density = drawn.logpdf(points)
    top = log_density.max()
    relative = np.maximum(log_density, levels.min() - 8.0) - top
    # The regions are nested, so each darkens the ones around it; separate bands would show seams.
    colour = (ink, _strength(masses))
    regions = [
        ax.contourf(x, y, relative, levels=[level - top, 1.0], colors=[colour], antialiased=True, zorder=1)
        for level in levels
    ]
    return levels, regions


def _strength(masses: Sequence[float]) -> float:
    """Return the opacity of one region, of which all together are 40 % opaque."""
    return 1.0 - float(0.6 ** (1 / len(masses)))


def _draw_data(ax: Axes, rows: FloatArray, ink: str, most: int, size: float) -> PathCollection:
    shown = thinned(rows, most)
    return ax.scatter(
        shown[:, 0],
        shown[:, 1],
        s=float(np.clip(4000 / len(shown), 3, 14)) * size,
        color=ink,
        alpha=0.55,
        linewidths=0,
        # Thousands of dots make a vector file slow to show.
        rasterized=len(shown) > 2000,
        zorder=2,
        label=rows_text(len(shown), len(rows)),
    )


def draw_ellipse(
    ax: Axes, mixture: Mixture, component: int, deviations: float, width: float, *, filled: bool
) -> Polygon:
    """Draw the ellipse of a component at so many deviations, in its style."""
    from matplotlib.patches import Polygon

    style = component_style(component)
    # A component without weight is a ghost: it is part of the mixture, and holds nothing.
    ghost = mixture.weights[component] == 0
    patch = Polygon(
        ellipse(mixture, component, deviations),
        facecolor=(style.colour, 0.25 if filled and not ghost else 0.0),
        edgecolor=style.colour,
        linestyle=":" if ghost else style.line_style,
        linewidth=0.5 * width if ghost else width,
        hatch=style.hatch if filled and not ghost else "",
        zorder=3,
    )
    if not ghost:
        # A rim in the colour of the background: two of the ten colours are grey, as the regions are.
        rim = Polygon(patch.get_xy(), fill=False, edgecolor=ax.get_facecolor(), linewidth=1.8 * width, zorder=2.9)
        ax.add_patch(rim)
    ax.add_patch(patch)
    return patch


def _entries(
    ax: Axes,
    mixture: Mixture,
    scatter: PathCollection | None,
    masses: Sequence[float],
    deviations: Sequence[float],
) -> Entries:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    ink = foreground(ax)
    handles, labels = component_entries(mixture)
    if len(deviations):
        handles.append(Line2D([], [], color=ink, marker="o", markerfacecolor="none", markersize=9, linestyle=""))
        # In two features, the squared distance follows chi-square with two degrees of freedom.
        shares = ", ".join(percent(1 - np.exp(-r * r / 2)) for r in deviations)
        labels.append(f"ellipses: {numbers_text(deviations)} sd,\n{shares} of a component")
    step = _strength(masses)
    for n_below, mass in enumerate(reversed(masses)):
        handles.append(Patch(facecolor=(ink, 1 - (1 - step) ** (n_below + 1))))
        labels.append(f"region of {percent(mass)} of the mass")
    if scatter is not None:
        handles.append(Line2D([], [], color=ink, marker="o", markersize=4, alpha=0.55, linestyle=""))
        labels.append(str(scatter.get_label()))
    return handles, labels
