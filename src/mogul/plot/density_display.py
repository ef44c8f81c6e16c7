"""The density of a mixture as a landscape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError
from mogul.mixture import Mixture
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, new_figure, set_view
from mogul.plot.corner import N_DRAWS, N_LINES, corner_axes, label_corner, pairs_of
from mogul.plot.grid import plane_grid, view_of
from mogul.plot.line import draw_line
from mogul.plot.mass import check_masses, mass_levels
from mogul.plot.mixture_display import MOST_FEATURES
from mogul.plot.rows import chosen_features, data_rows, names_of, thinned

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MASSES = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)
COLOURS = "cividis"
"""The same to those who see colours otherwise, and in grey."""

N_SURFACE = 121


@final
class DensityDisplay:
    """The density of a mixture as a landscape.

    One feature: the curve, and those of the components. Two: bands between the regions that hold given shares of the
    mass, dark at the foot and bright at the top; or, with ``surface=True``, a surface in perspective. Three to eight:
    all pairs. Make one with `from_mixture` or `from_estimator`.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,), optional
    feature_names : D strings, optional

    Attributes
    ----------
    figure_ : matplotlib Figure
    axes_ : array of matplotlib Axes
    ax_ : matplotlib Axes
        The first of them.
    bands_ : list of matplotlib artists
        The bands, or the surface, of each pair.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import DensityDisplay
    >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 2.0]))
    >>> len(DensityDisplay.from_mixture(pair).bands_)
    1
    """

    figure_: Figure
    axes_: Array
    ax_: Axes
    bands_: list[Any]

    def __init__(self, mixture: Mixture, data: Any = None, *, feature_names: Sequence[str] | None = None) -> None:
        self.mixture = mixture
        self.data = data
        self.feature_names = feature_names

    @classmethod
    def from_mixture(
        cls,
        mixture: Mixture,
        data: Any = None,
        *,
        feature_names: Sequence[str] | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Return the picture of a mixture's density, drawn; `options` are those of `plot`."""
        return cls(mixture, data, feature_names=feature_names).plot(ax, **options)

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any = None, *, ax: Axes | None = None, **options: Any) -> Self:
        """Return the picture of a fitted estimator's density, drawn; `options` are those of `plot`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it was not fitted.
        """
        check_is_fitted(estimator)
        names = getattr(estimator, "feature_names_in_", None)
        return cls(estimator.mixture_, X, feature_names=None if names is None else list(names)).plot(ax, **options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        features: Sequence[int | str] | None = None,
        masses: Sequence[float] = MASSES,
        surface: bool = False,
        max_points: int = 2000,
    ) -> Self:
        """Draw, and return the display.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw one or two features; by default on a new figure.
        features : sequence of int or str, optional
            Which features to draw, by number or name; by default all, at most eight.
        masses : increasing numbers between 0 and 1
            Shares of the mass that the regions between the bands hold.
        surface : bool, default False
            Two features: whether to draw a surface in perspective, on a new figure.
        max_points : int, default 2000
            Most rows drawn as dots, the same random choice each time.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If there are more than eight features and `features` chooses none, or an option makes no sense.
        ShapeError, NonFiniteError, EmptyDataError, DataTypeError
            If the data do not fit the mixture.
        """
        names = names_of(self.mixture.n_features, self.feature_names, self.data)
        chosen = chosen_features(features, names, MOST_FEATURES, "a picture of pairs")
        check_masses(masses)
        if max_points < 1:
            raise ParameterError(f"max_points is {max_points}; it must be 1 or more. To draw no data, leave data out.")
        if surface and (len(chosen) != 2 or ax is not None):
            raise ParameterError(
                f"A surface shows two features on a figure of its own, but there are {len(chosen)}. Choose two, e.g. "
                f"features={chosen[:2]}, and leave ax out."
            )
        if ax is not None and len(chosen) > 2:
            raise ParameterError(f"{len(chosen)} features need a figure of their own. Leave ax out.")
        rows = data_rows(self.data, self.mixture.n_features)
        shown = None if rows is None else thinned(rows[:, chosen], max_points)
        mixture, names = self.mixture.marginal(chosen), [names[d] for d in chosen]
        self.bands_ = []
        if surface:
            self.axes_ = np.array([[self._draw_surface(mixture, names)]], dtype=object)
        elif len(chosen) > 2:
            self.axes_ = corner_axes(len(chosen), 1)
            for i, j in pairs_of(len(chosen)):
                pair = [i] if i == j else [j, i]
                self._draw(self.axes_[i, j], mixture, shown, pair, masses, (N_LINES, N_DRAWS))
                label_corner(self.axes_[i, j], i, j, names)
        else:
            drawn_on = axes_to_draw_on(ax, (7.6, 5.2))
            self.axes_ = np.array([[drawn_on]], dtype=object)
            self._draw(drawn_on, mixture, shown, list(range(len(chosen))), masses, (480, 100_000))
            drawn_on.set(xlabel=names[0], ylabel="density" if len(chosen) == 1 else names[1])
        self.ax_ = self.axes_[0, 0]
        self.figure_ = figure_of(self.ax_)
        if len(chosen) == 2 and not surface:
            self._add_scale(masses)
        return self

    def _draw(
        self,
        ax: Axes,
        mixture: Mixture,
        rows: FloatArray | None,
        pair: list[int],
        masses: Sequence[float],
        effort: tuple[int, int],
    ) -> None:
        seen, values = mixture.marginal(pair), None if rows is None else rows[:, pair]
        if len(pair) == 1:
            line = None if values is None else values[:, 0]
            draw_line(ax, seen, line, bins=None, scale="auto", numbers=False)
            return
        was_empty = not ax.has_data()
        views = (view_of(seen, 0, None if values is None else values[:, 0]),
                 view_of(seen, 1, None if values is None else values[:, 1]))  # fmt: skip
        x, y, drawn = plane_grid(seen, views, effort[0])
        levels = mass_levels(drawn, masses, effort[1])[::-1]  # from the foot to the top
        heights = drawn.logpdf(np.stack(np.meshgrid(x, y), axis=-1))
        edges = [levels[0] - 1e3, *levels, max(float(heights.max()), float(levels[-1])) + 1.0]
        colours = _colours(len(edges) - 1)
        self.bands_.append(ax.contourf(x, y, np.maximum(heights, levels[0] - 9.0), levels=edges, colors=colours))
        ax.contour(x, y, heights, levels=levels, colors=["white"], linewidths=0.5, linestyles="-")
        if values is not None:
            size = float(np.clip(4000 / len(values), 3, 12))
            ax.scatter(values[:, 0], values[:, 1], s=size, color="white", edgecolors="black", linewidths=0.3, alpha=0.7)
        set_view(ax, views[0], "x", was_empty)
        set_view(ax, views[1], "y", was_empty)

    def _draw_surface(self, mixture: Mixture, names: Sequence[str]) -> Axes:
        figure = new_figure((7.6, 6.0))
        ax: Any = figure.add_subplot(projection="3d")
        x, y = (np.linspace(*view_of(mixture, d), N_SURFACE) for d in (0, 1))
        grid = np.meshgrid(x, y)
        heights = mixture.pdf(np.stack(grid, axis=-1))
        look: dict[str, Any] = {"cmap": COLOURS, "linewidth": 0, "antialiased": False}
        self.bands_.append(ax.plot_surface(*grid, heights, rcount=N_SURFACE, ccount=N_SURFACE, **look))
        ax.set(xlabel=names[0], ylabel=names[1], zlabel="density")
        drawn_on: Axes = ax
        return drawn_on

    def _add_scale(self, masses: Sequence[float]) -> None:
        """Say beside the axes what share of the mass lies within each band and those brighter."""
        from matplotlib.patches import Patch

        colours = _colours(len(masses) + 1)[::-1]
        words = [f"{100 * mass:.3g} %" for mass in masses] + ["100 %"]
        handles = [Patch(facecolor=colour, edgecolor="white") for colour in colours]
        ink = foreground(self.ax_)
        place: dict[str, Any] = {"loc": "upper left", "bbox_to_anchor": (1.0, 1.02), "frameon": False, "fontsize": 9}
        legend = self.ax_.legend(handles, words, title="of the mass within", **place)
        legend.get_title().set_color(ink)


def _colours(n: int) -> list[tuple[float, float, float, float]]:
    """Return n colours, dark to bright."""
    from matplotlib import colormaps

    return [tuple(colormaps[COLOURS](value)) for value in np.linspace(0.0, 1.0, n)]
