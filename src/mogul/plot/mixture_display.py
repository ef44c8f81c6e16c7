"""The picture of a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final, get_args

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array
from mogul.errors import ParameterError
from mogul.mixture import Mixture
from mogul.plot.backend import axes_to_draw_on, figure_of
from mogul.plot.corner import corner_entries, draw_corner
from mogul.plot.labelling import add_figure_legend, add_legend, figure_size
from mogul.plot.line import LinePanel, Scale, draw_line
from mogul.plot.mass import check_masses
from mogul.plot.plane import PlanePanel, draw_plane
from mogul.plot.rows import chosen_features, data_rows, names_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FEATURES = 8
MASSES = (0.5, 0.8, 0.95)
DEVIATIONS = (1.0, 2.0)


@final
class MixtureDisplay:
    """The picture of a mixture, alone or over data.

    One feature: each weighted Gaussian filled, their sum as a bold line, a histogram of area one behind them. Two:
    shaded regions that hold given shares of the mass, ellipses of each component, the rows as dots. Three to eight: a
    corner plot of all single features and pairs. Make one with `from_mixture` or `from_estimator`.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,), optional
    feature_names : D strings, optional
        Labels of the axes; by default the columns of `data` if it is a table, else x0, x1, ...

    Attributes
    ----------
    figure_ : matplotlib Figure
    axes_ : array of matplotlib Axes
        Shape (1, 1), or (D, D) for a corner plot with None above the diagonal.
    ax_ : matplotlib Axes
        The first of them.
    panels_ : list of LinePanel and PlanePanel
        What was drawn on each of the axes, row by row: lines, fills, regions, ellipses, dots.

    Notes
    -----
    The ellipse of r standard deviations holds ``1 - exp(-r^2 / 2)`` of its component: 39.3 % for one and 86.5 % for
    two, not the 68 % and 95 % of a single feature. A region of mass q is the smallest one that holds the share q of
    the whole mixture: the density is higher in it than anywhere outside.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import MixtureDisplay
    >>> pair = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    >>> display = MixtureDisplay.from_mixture(pair, data=pair.sample(500, rng=0), feature_names=["length (mm)"])
    >>> display.ax_.get_xlabel(), len(display.panels_[0].component_lines)
    ('length (mm)', 2)
    """

    figure_: Figure
    axes_: Array
    ax_: Axes
    panels_: list[LinePanel | PlanePanel]

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
        """Return the picture of a mixture, drawn.

        Parameters
        ----------
        mixture : Mixture
        data, feature_names
            See the class.
        ax, **options
            See `plot`.

        Examples
        --------
        >>> import mogul
        >>> from mogul.plot import MixtureDisplay
        >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 2.0]))
        >>> MixtureDisplay.from_mixture(pair).ax_.get_ylabel()
        'x1'
        """
        return cls(mixture, data, feature_names=feature_names).plot(ax, **options)

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any = None, *, ax: Axes | None = None, **options: Any) -> Self:
        """Return the picture of a fitted estimator's mixture, drawn, with the feature names it was fitted with.

        Parameters
        ----------
        estimator : fitted estimator of mogul
            Its `mixture_` is drawn.
        X : shape (N, D), optional
            Rows to draw, usually those it was fitted to.
        ax, **options
            See `plot`.

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
        masses: Sequence[float] = MASSES,
        deviations: Sequence[float] = DEVIATIONS,
        bins: int | ArrayLike | None = None,
        scale: Scale = "auto",
        legend: bool = True,
        max_points: int = 5000,
    ) -> Self:
        """Draw, and return the display.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw one or two features; by default on a new figure.
        features : sequence of int or str, optional
            Which features to draw, by number or name; by default all. The picture is that of their marginal.
        masses : increasing numbers between 0 and 1, default (0.5, 0.8, 0.95)
            Two features: shares of the mass that the shaded regions hold.
        deviations : positive numbers, default (1, 2)
            Two features: radii of the ellipses in standard deviations. Empty for none.
        bins : int or edges, optional
            One feature: bins of the histogram; by default those of Freedman and Diaconis.
        scale : {"auto", "linear", "log"}, default "auto"
            One feature: scale of the density. "auto" is "log" when a linear axis would hide more than 5 % of the
            mass, as beside a very narrow component.
        legend : bool, default True
        max_points : int, default 5000
            Two features: most rows drawn as dots, the same random choice each time. A histogram counts all rows.

        Returns
        -------
        MixtureDisplay
            Itself.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If there are more than eight features and `features` chooses none; if `ax` is given for a corner plot; if
            an option makes no sense.
        ShapeError, NonFiniteError, EmptyDataError, DataTypeError
            If the data do not fit the mixture.
        """
        names = names_of(self.mixture.n_features, self.feature_names, self.data)
        chosen = chosen_features(features, names, MOST_FEATURES, "a corner plot")
        # Every complaint comes before there is a figure that nobody would close.
        check_masses(masses)
        if not all(r > 0 for r in deviations):
            raise ParameterError(f"deviations {list(deviations)} must be positive.")
        if scale not in get_args(Scale):
            raise ParameterError(f"scale {scale!r} is unknown; use one of: {', '.join(get_args(Scale))}.")
        if max_points < 1:
            raise ParameterError(f"max_points is {max_points}; it must be 1 or more. To draw no data, leave data out.")
        if ax is not None and len(chosen) > 2:
            raise ParameterError(
                f"A corner plot of {len(chosen)} features needs a figure of its own. Leave ax out, or choose one or "
                f"two features, e.g. features={chosen[:2]}."
            )
        rows = data_rows(self.data, self.mixture.n_features)
        rows = None if rows is None else rows[:, chosen]
        mixture, names = self.mixture.marginal(chosen), [names[d] for d in chosen]
        line: dict[str, Any] = {"bins": bins, "scale": scale}
        plane: dict[str, Any] = {"masses": masses, "deviations": deviations, "max_points": max_points}
        if len(chosen) > 2:
            self.axes_, self.panels_ = draw_corner(mixture, rows, names, line, plane)
        else:
            drawn_on = axes_to_draw_on(ax, figure_size(8.6, 4.4 if len(chosen) == 1 else 5.4, mixture.n_components))
            self.axes_ = np.array([[drawn_on]], dtype=object)
            if len(chosen) == 2:
                panel: LinePanel | PlanePanel = draw_plane(drawn_on, mixture, rows, **plane)
                drawn_on.set(xlabel=names[0], ylabel=names[1])
            else:
                panel = draw_line(drawn_on, mixture, None if rows is None else rows[:, 0], **line)
                drawn_on.set(xlabel=names[0], ylabel="density")
            self.panels_ = [panel]
        self.ax_ = self.axes_[0, 0]
        self.figure_ = figure_of(self.ax_)
        if legend and len(chosen) > 2:
            # The upper right half of a corner plot is empty.
            add_figure_legend(self.figure_, corner_entries(self.panels_), mixture.n_components)
        elif legend:
            add_legend(self.ax_, self.panels_[0].entries, mixture.n_components)
        return self
