"""Clusters from where one sees them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.clusters import Projection
from mogul.errors import EmptyDataError, ParameterError
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground
from mogul.plot.classified import DEVIATIONS, Classified, classified_entries, draw_classified_plane
from mogul.plot.grid import view_of
from mogul.plot.labelling import add_legend, figure_size
from mogul.plot.line import LinePanel, draw_line
from mogul.plot.palette import component_style, rgb
from mogul.plot.rows import data_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.contour import QuadContourSet
    from matplotlib.figure import Figure
    from matplotlib.text import Annotation

N_PIXELS = 400
MOST_ARROWS = 12


@final
class ProjectionDisplay:
    """Rows along the two directions that tell the clusters apart best. Make one with `from_projection`.

    The ground shows where each cluster is the likeliest in this plane, with a line between neighbours; dots have the
    colour and shape of the cluster that they belong to by all features, so that one on the wrong side of a line belongs
    to its cluster for a reason that the plane does not show. Arrows say how the features run: the longer, the more of
    a feature's variation lies in the plane. A projection of one direction is drawn as a line of densities.

    Parameters
    ----------
    projection : Projection
        Made by `mogul.projection`.
    data : shape (N, D)
    clusters : shape (K,) of integers, optional
        The cluster of each component.
    group_names : sequence of str, optional

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    scatters_ : list of matplotlib PathCollection
        The dots of each cluster.
    boundaries_ : list of matplotlib QuadContourSet
        The line around the region of each cluster.
    arrows_ : list of matplotlib Annotation
    panel_ : LinePanel or None
        What was drawn of a single direction.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import ProjectionDisplay
    >>> three = mogul.Mixture([0.3, 0.3, 0.4], [[0, 0, 0], [4, 0, 1], [0, 4, 1]], mogul.SphericalCovariance([1, 1, 1]))
    >>> display = ProjectionDisplay.from_projection(mogul.projection(three), three.sample(100, rng=0))
    >>> display.ax_.get_xlabel()
    'direction 0 (62.8 %)'
    """

    ax_: Axes
    figure_: Figure
    scatters_: list[PathCollection]
    boundaries_: list[QuadContourSet]
    arrows_: list[Annotation]
    panel_: LinePanel | None

    def __init__(
        self, projection: Projection, data: Any, *, clusters: Any = None, group_names: Sequence[str] | None = None
    ) -> None:
        self.projection = projection
        self.data = data
        self.clusters = clusters
        self.group_names = group_names

    @classmethod
    def from_projection(
        cls,
        projection: Projection,
        data: Any,
        *,
        clusters: Any = None,
        group_names: Sequence[str] | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Return the picture of rows along the directions of a projection, drawn; `options` are those of `plot`."""
        return cls(projection, data, clusters=clusters, group_names=group_names).plot(ax, **options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        directions: tuple[int, int] = (0, 1),
        arrows: bool = True,
        deviations: Sequence[float] = DEVIATIONS,
        legend: bool = True,
        max_points: int = 5000,
    ) -> Self:
        """Draw, and return the display.

        Parameters
        ----------
        ax : matplotlib Axes, optional
        directions : two int, default (0, 1)
            Which directions to draw.
        arrows : bool, default True
            Whether to show how the features run, the twelve longest of them.
        deviations : positive numbers, default (1, 2)
            Radii of the ellipses of components. Empty for none.
        legend : bool, default True
        max_points : int, default 5000

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If a direction does not exist, or `clusters` do not fit.
        ShapeError, NonFiniteError, EmptyDataError, DataTypeError
            If the data do not fit the mixture.
        """
        found = self.projection
        rows = data_rows(self.data, found.mixture.n_features)
        if rows is None:
            raise EmptyDataError("There are no rows to project: give data.")
        classified = Classified.of(found.mixture, rows, self.clusters, self.group_names, max_points)
        chosen = list(directions) if found.n_directions > 1 else [0]
        if len(set(chosen)) < len(chosen) or not all(0 <= q < found.n_directions for q in chosen):
            raise ParameterError(
                f"directions {directions} must be two different numbers from 0 to {found.n_directions - 1}."
            )
        shown = found.transform(classified.rows)[:, chosen]
        mixture = found.projected().marginal(chosen)
        self.ax_ = axes_to_draw_on(ax, figure_size(8.6, 4.4 if len(chosen) == 1 else 5.6, mixture.n_components))
        self.figure_ = figure_of(self.ax_)
        self.scatters_, self.arrows_, self.boundaries_, self.panel_ = [], [], [], None
        shares = found.eigenvalues / found.eigenvalues.sum()
        labels = [f"direction {q} ({100 * shares[q]:.1f} %)" for q in chosen]
        if len(chosen) == 1:
            self.panel_ = draw_line(self.ax_, mixture, shown[:, 0], bins=None, scale="auto")
            entries = self.panel_.entries
            self.ax_.set(xlabel=labels[0], ylabel="density")
        else:
            seen = Classified(
                mixture,
                shown,
                classified.clusters,
                classified.groups,
                classified.uncertainty,
                classified.names,
                classified.n_rows,
            )
            self._draw_ground(seen)
            self.scatters_ = draw_classified_plane(self.ax_, seen, by_doubt=False, deviations=deviations)
            if arrows:
                self._draw_arrows(chosen, shown)
            entries = classified_entries(self.ax_, seen, by_doubt=False, deviations=deviations)
            self.ax_.set(xlabel=labels[0], ylabel=labels[1])
        if legend:
            add_legend(self.ax_, entries, mixture.n_components if len(chosen) == 1 else 0)
        return self

    def _draw_ground(self, seen: Classified) -> None:
        """Draw where each cluster is the likeliest in the plane, and the lines between them."""
        views = [view_of(seen.mixture, d, seen.rows[:, d]) for d in (0, 1)]
        x, y = (np.linspace(*view, N_PIXELS) for view in views)
        shares = seen.mixture.responsibilities(np.stack(np.meshgrid(x, y), axis=-1))
        n_groups = len(seen.names)
        of_groups = shares @ (seen.clusters[:, None] == np.arange(n_groups))
        winners = of_groups.argmax(axis=-1)
        palette = np.array([rgb(component_style(g).colour) for g in range(n_groups)])
        ground = np.concatenate([palette[winners], np.full((*winners.shape, 1), 0.16)], axis=-1)
        self.ax_.imshow(ground, extent=(*views[0], *views[1]), origin="lower", aspect="auto", zorder=0)
        if n_groups > 1:
            ink = foreground(self.ax_)
            for g in range(n_groups):
                # How much likelier it is than the next: zero on the line around its region.
                ahead = of_groups[..., g] - np.delete(of_groups, g, axis=-1).max(axis=-1)
                line: dict[str, Any] = {"colors": [ink], "linewidths": 0.8, "linestyles": "-", "zorder": 1}
                if ahead.min() < 0 < ahead.max():
                    self.boundaries_.append(self.ax_.contour(x, y, ahead, levels=[0.0], **line))

    def _draw_arrows(self, chosen: list[int], shown: FloatArray) -> None:
        """Draw the correlation of each feature with the two directions, as an arrow from the centre."""
        found, ink = self.projection, foreground(self.ax_)
        covariance = found.mixture.covariance()
        along = covariance @ found.directions[:, chosen] / np.sqrt(np.diag(covariance))[:, None]
        lengths = np.hypot(*along.T)
        reach = 0.8 * float(np.abs(shown).max(axis=0).min()) / max(float(lengths.max()), 1e-12)
        for d in np.argsort(-lengths)[:MOST_ARROWS].tolist():
            tip = reach * along[d]
            arrow = {"arrowstyle": "->", "color": ink, "linewidth": 1.2, "alpha": 0.8, "shrinkA": 0, "shrinkB": 0}
            ground = {"boxstyle": "round,pad=0.1", "facecolor": self.ax_.get_facecolor(), "alpha": 0.6, "linewidth": 0}
            self.ax_.annotate("", tip, (0, 0), arrowprops=arrow, zorder=5)
            self.arrows_.append(
                self.ax_.annotate(
                    found.feature_names[d],
                    1.06 * tip,
                    fontsize=8,
                    bbox=ground,
                    color=ink,
                    ha="left" if tip[0] >= 0 else "right",
                    va="center",
                    zorder=5,
                )
            )
