"""Which component a point came from, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array, FloatArray
from mogul.mixture import Mixture
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, set_view
from mogul.plot.grid import line_points, view_of
from mogul.plot.labelling import Entries, add_legend, component_entries, figure_size, number_badge
from mogul.plot.mass import mass_levels
from mogul.plot.palette import component_style, rgb
from mogul.plot.rows import chosen_features, data_rows, names_of, thinned
from mogul.plot.text import percent, rows_text

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure

N_PIXELS = 400
MASS_SHOWN = 0.95


@final
class ResponsibilityDisplay:
    """The probability that a point came from each component, over one feature or two.

    One feature: the responsibilities stacked, which always fill the height of the picture, and the uncertainty, the
    probability that the likeliest component is the wrong one, as a line. Two: the colour of the likeliest component,
    the paler the less sure, with white where nothing is known; a line around the region that holds 95 % of the mass;
    the rows, larger where they are less certain. Make one with `from_mixture` or `from_estimator`.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,), optional
    feature_names : D strings, optional

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    areas_ : list of matplotlib artists
        One feature: the area of each component. Two: the image.
    scatter_ : matplotlib PathCollection or None
        The data.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import ResponsibilityDisplay
    >>> pair = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    >>> len(ResponsibilityDisplay.from_mixture(pair).areas_)
    2
    """

    ax_: Axes
    figure_: Figure
    areas_: list[Artist]
    scatter_: PathCollection | None

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
        """Return the picture of a mixture's responsibilities, drawn; `options` are those of `plot`."""
        return cls(mixture, data, feature_names=feature_names).plot(ax, **options)

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any = None, *, ax: Axes | None = None, **options: Any) -> Self:
        """Return the picture of a fitted estimator's responsibilities, drawn; `options` are those of `plot`.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it was not fitted.
        """
        check_is_fitted(estimator, "mixture_")
        names = getattr(estimator, "feature_names_in_", None)
        return cls(estimator.mixture_, X, feature_names=None if names is None else list(names)).plot(ax, **options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        features: Sequence[int | str] | None = None,
        legend: bool = True,
        max_points: int = 5000,
    ) -> Self:
        """Draw, and return the display.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; by default on a new figure.
        features : one or two of int or str, optional
            Which features to draw, by number or name; needed if there are more than two. The responsibilities are
            those of the marginal, which knows nothing of the other features.
        legend : bool, default True
        max_points : int, default 5000
            Most rows drawn, the same random choice each time.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If there are more than two features and `features` does not choose one or two.
        ShapeError, NonFiniteError, EmptyDataError, DataTypeError
            If the data do not fit the mixture.
        """
        names = names_of(self.mixture.n_features, self.feature_names, self.data)
        chosen = chosen_features(features, names, 2, "a picture of responsibilities")
        rows = data_rows(self.data, self.mixture.n_features)
        rows = None if rows is None else thinned(rows[:, chosen], max_points)
        mixture = self.mixture.marginal(chosen)
        self.ax_ = axes_to_draw_on(ax, figure_size(8.0, 4.4 if len(chosen) == 1 else 5.2, mixture.n_components))
        self.figure_ = figure_of(self.ax_)
        draw = self._draw_line if len(chosen) == 1 else self._draw_plane
        entries = draw(mixture, rows)
        self.ax_.set_xlabel(names[chosen[0]])
        self.ax_.set_ylabel("responsibility" if len(chosen) == 1 else names[chosen[1]])
        if legend:
            add_legend(self.ax_, entries, mixture.n_components)
        return self

    def _draw_line(self, mixture: Mixture, rows: FloatArray | None) -> Entries:
        was_empty = not self.ax_.has_data()
        view = view_of(mixture, 0, rows)
        x = line_points(mixture, view)
        shares = mixture.responsibilities(x)  # (len(x), K)
        ink = foreground(self.ax_)
        tops = np.cumsum(shares, axis=1)
        self.areas_ = []
        for k in range(mixture.n_components):
            style = component_style(k)
            look: dict[str, Any] = {"facecolor": (style.colour, 0.55), "edgecolor": style.colour, "hatch": style.hatch}
            self.areas_.append(self.ax_.fill_between(x, tops[:, k] - shares[:, k], tops[:, k], linewidth=0.8, **look))
        (doubt,) = self.ax_.plot(x, uncertainty(shares), color=ink, linewidth=2, linestyle="--")
        handles, labels = component_entries(mixture)
        handles, labels = [*handles, doubt], [*labels, "uncertainty"]
        self.scatter_ = None
        if rows is not None:
            # A rug: each row is a stroke at the foot of the picture.
            strokes = self.ax_.scatter(
                rows[:, 0], np.full(len(rows), 0.015), 60, ink, marker="|", linewidths=0.6, alpha=0.5
            )
            handles, labels = [*handles, strokes], [*labels, rows_text(len(rows), len(self.data))]
            self.scatter_ = strokes
        set_view(self.ax_, view, "x", was_empty)
        self.ax_.set_ylim(0, 1)
        return handles, labels

    def _draw_plane(self, mixture: Mixture, rows: FloatArray | None) -> Entries:
        from matplotlib.lines import Line2D

        was_empty = not self.ax_.has_data()
        views = [view_of(mixture, d, None if rows is None else rows[:, d]) for d in (0, 1)]
        ink = foreground(self.ax_)
        x, y = (np.linspace(*view, N_PIXELS) for view in views)
        points = np.stack(np.meshgrid(x, y), axis=-1)
        shares = mixture.responsibilities(points)  # (N_PIXELS, N_PIXELS, K)
        extent = (*views[0], *views[1])
        image = self.ax_.imshow(colours_of(shares, mixture), extent=extent, origin="lower", aspect="auto", zorder=0)
        self.areas_ = [image]
        level = mass_levels(mixture, [MASS_SHOWN])
        log_density = mixture.logpdf(points)
        self.ax_.contour(x, y, log_density - level, levels=[0.0], colors=[ink], linewidths=1.0, linestyles="-")
        handles, labels = component_entries(mixture)
        handles, labels = [*handles, Line2D([], [], color=ink)], [*labels, f"{percent(MASS_SHOWN)} of the mass"]
        self.scatter_ = None
        if rows is not None:
            mine = mixture.responsibilities(rows)
            colours = [component_style(int(k)).colour for k in mine.argmax(axis=1)]
            sizes = 9 + 60 * uncertainty(mine)
            self.scatter_ = self.ax_.scatter(rows[:, 0], rows[:, 1], sizes, colours, edgecolors=ink, linewidths=0.5)
            self.scatter_.set_rasterized(len(rows) > 2000)
            dot = Line2D([], [], marker="o", markersize=4, markerfacecolor="none", color=ink, linestyle="")
            handles, labels = (
                [*handles, dot],
                [*labels, f"{rows_text(len(rows), len(self.data))},\nlarger if less certain"],
            )
        for k in np.flatnonzero(mixture.weights):
            number_badge(self.ax_, int(k), (mixture.means[k, 0], mixture.means[k, 1]))
        set_view(self.ax_, views[0], "x", was_empty)
        set_view(self.ax_, views[1], "y", was_empty)
        return handles, labels


def uncertainty(shares: Array) -> FloatArray:
    """Return the probability that the likeliest component is not the one: 1 - max_k of responsibilities (..., K)."""
    doubt: FloatArray = 1 - shares.max(axis=-1)
    return doubt


def colours_of(shares: Array, mixture: Mixture) -> FloatArray:
    """Return red, green, blue, alpha (..., 4): components mixed by responsibility, transparent where all are alike."""
    palette = np.array([rgb(component_style(k).colour) for k in range(mixture.n_components)])
    most_doubt = 1 - 1 / max(2, int(np.count_nonzero(mixture.weights)))
    sure = 1 - uncertainty(shares) / most_doubt
    # Mixed colours are muddy half-way; paleness, not the mixture, is what says "unsure".
    return np.concatenate([shares @ palette, 0.65 * np.clip(sure, 0, 1)[..., None]], axis=-1)
