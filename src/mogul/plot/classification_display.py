"""Which component, cluster or class each row belongs to; and how uncertain that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array
from mogul.errors import EmptyDataError, ParameterError
from mogul.mixture import Mixture
from mogul.plot.backend import axes_to_draw_on, figure_of
from mogul.plot.classified import (
    DEVIATIONS,
    Classified,
    classified_entries,
    draw_classified_line,
    draw_classified_plane,
)
from mogul.plot.corner import corner_axes, label_corner, pairs_of
from mogul.plot.labelling import add_figure_legend, add_legend, figure_size
from mogul.plot.line import draw_line
from mogul.plot.mixture_display import MOST_FEATURES
from mogul.plot.rows import chosen_features, data_rows, names_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection
    from matplotlib.figure import Figure


class AbstractRowsDisplay:
    """A picture of rows in the colours and shapes of the groups that they most probably belong to.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,)
    feature_names : D strings, optional
        By default the columns of `data` if it is a table, else x0, x1, ...
    clusters : shape (K,) of integers, optional
        The cluster of each component, as of `Merging.clusters`; by default each is one of its own.
    group_names : sequence of str, optional
        The names of the clusters.

    Attributes
    ----------
    figure_ : matplotlib Figure
    axes_ : array of matplotlib Axes
        Shape (1, 1), or (D, D) with None above the diagonal.
    ax_ : matplotlib Axes
        The first of them.
    classified_ : Classified
        The rows that are drawn, with the group and the uncertainty of each.
    scatters_ : list of lists of matplotlib PathCollection
        The dots of each group, for each of the axes with dots.
    """

    by_doubt: bool
    figure_: Figure
    axes_: Array
    ax_: Axes
    classified_: Classified
    scatters_: list[list[PathCollection]]

    def __init__(
        self,
        mixture: Mixture,
        data: Any,
        *,
        feature_names: Sequence[str] | None = None,
        clusters: Any = None,
        group_names: Sequence[str] | None = None,
    ) -> None:
        self.mixture = mixture
        self.data = data
        self.feature_names = feature_names
        self.clusters = clusters
        self.group_names = group_names

    @classmethod
    def from_mixture(
        cls,
        mixture: Mixture,
        data: Any,
        *,
        feature_names: Sequence[str] | None = None,
        clusters: Any = None,
        group_names: Sequence[str] | None = None,
        ax: Axes | None = None,
        **options: Any,
    ) -> Self:
        """Return the picture of rows under a mixture, drawn; `options` are those of `plot`."""
        display = cls(mixture, data, feature_names=feature_names, clusters=clusters, group_names=group_names)
        return display.plot(ax, **options)

    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, *, ax: Axes | None = None, **options: Any) -> Self:
        """Return the picture of rows under a fitted estimator, drawn; `options` are those of `plot`.

        Of a `MixtureClassifier`, the groups are its classes.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it was not fitted.
        """
        check_is_fitted(estimator)
        names = getattr(estimator, "feature_names_in_", None)
        classes = getattr(estimator, "classes_", None)
        display = cls(
            estimator.mixture_,
            X,
            feature_names=None if names is None else list(names),
            clusters=None if classes is None else estimator.component_classes_,
            group_names=None if classes is None else [str(name) for name in classes],
        )
        return display.plot(ax, **options)

    def plot(
        self,
        ax: Axes | None = None,
        *,
        features: Sequence[int | str] | None = None,
        deviations: Sequence[float] = DEVIATIONS,
        legend: bool = True,
        max_points: int = 5000,
    ) -> Self:
        """Draw, and return the display.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw one or two features; by default on a new figure.
        features : sequence of int or str, optional
            Which features to draw, by number or name; by default all, at most eight. Rows are classified by all
            features, whichever are drawn.
        deviations : positive numbers, default (1, 2)
            Radii of the ellipses of components in standard deviations. Empty for none.
        legend : bool, default True
        max_points : int, default 5000
            Most rows drawn, the same random choice each time.

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
        rows = data_rows(self.data, self.mixture.n_features)
        if rows is None:
            raise EmptyDataError("There are no rows to classify: give data.")
        if not all(r > 0 for r in deviations):
            raise ParameterError(f"deviations {list(deviations)} must be positive.")
        if ax is not None and len(chosen) > 2:
            raise ParameterError(
                f"{len(chosen)} features need a figure of their own. Leave ax out, or choose one or two features, e.g. "
                f"features={chosen[:2]}."
            )
        classified = Classified.of(self.mixture, rows, self.clusters, self.group_names, max_points)
        self.classified_, n_groups = classified, len(classified.names)
        names = [names[d] for d in chosen]
        self.scatters_ = []
        if len(chosen) > 2:
            self._draw_pairs(chosen, names, deviations)
        else:
            size = figure_size(8.6, 4.0 if len(chosen) == 1 else 5.4, n_groups)
            self.axes_ = np.array([[axes_to_draw_on(ax, size)]], dtype=object)
            self._draw_panel(self.axes_[0, 0], chosen, names, deviations)
        self.ax_ = self.axes_[0, 0]
        self.figure_ = figure_of(self.ax_)
        if legend:
            drawn = deviations if len(chosen) > 1 else ()
            seen = classified.marginal(chosen)
            entries = classified_entries(self.ax_, seen, by_doubt=self.by_doubt, deviations=drawn)
            (add_legend(self.ax_, entries, 0) if len(chosen) < 3 else add_figure_legend(self.figure_, entries, 0))
        return self

    def _draw_panel(self, ax: Axes, chosen: list[int], names: list[str], deviations: Sequence[float]) -> None:
        seen = self.classified_.marginal(chosen)
        if len(chosen) == 1:
            self.scatters_.append(draw_classified_line(ax, seen, by_doubt=self.by_doubt))
            ax.set(xlabel=names[0], ylabel="uncertainty" if self.by_doubt else "")
        else:
            dots = draw_classified_plane(ax, seen, by_doubt=self.by_doubt, deviations=deviations)
            self.scatters_.append(dots)
            ax.set(xlabel=names[0], ylabel=names[1])

    def _draw_pairs(self, chosen: list[int], names: list[str], deviations: Sequence[float]) -> None:
        self.axes_ = corner_axes(len(chosen), self.mixture.n_components)
        for i, j in pairs_of(len(chosen)):
            ax = self.axes_[i, j]
            if i == j:
                values = self.classified_.rows[:, chosen[i]]
                if self.clusters is None:
                    draw_line(ax, self.mixture.marginal([chosen[i]]), values, bins=None, scale="auto", numbers=False)
                else:
                    draw_classified_line(ax, self.classified_.marginal([chosen[i]]), by_doubt=False)
            else:
                seen = self.classified_.marginal([chosen[j], chosen[i]])
                options: dict[str, Any] = {"by_doubt": self.by_doubt, "deviations": deviations, "size": 0.6}
                self.scatters_.append(draw_classified_plane(ax, seen, **options))
            label_corner(ax, i, j, names)
        self.axes_[0, 0].figure.align_labels()


@final
class ClassificationDisplay(AbstractRowsDisplay):
    """Which component, cluster or class each row most probably belongs to.

    One feature: a lane for each group. Two: dots in the colour and shape of their group, with the ellipses of the
    components. Three to eight: all pairs. Make one with `from_mixture` or `from_estimator`.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,)
    feature_names : D strings, optional
    clusters : shape (K,) of integers, optional
        The cluster of each component, as of `Merging.clusters`; by default each is one of its own.
    group_names : sequence of str, optional
        The names of the clusters.

    Attributes
    ----------
    figure_, axes_, ax_, classified_, scatters_
        What was drawn.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import ClassificationDisplay
    >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 2.0]))
    >>> display = ClassificationDisplay.from_mixture(pair, pair.sample(200, rng=0))
    >>> len(display.scatters_[0])
    2
    """

    by_doubt = False


@final
class UncertaintyDisplay(AbstractRowsDisplay):
    """How uncertain it is to which component, cluster or class each row belongs: the larger a dot, the less certain.

    The uncertainty of a row is the probability that it belongs to another group than the likeliest. One feature:
    uncertainty as height. Two: as the size and strength of the dots. Three to eight: all pairs. Make one with
    `from_mixture` or `from_estimator`.

    Parameters
    ----------
    mixture : Mixture
    data : shape (N, D) or, if D = 1, (N,)
    feature_names : D strings, optional
    clusters : shape (K,) of integers, optional
        The cluster of each component, as of `Merging.clusters`; by default each is one of its own.
    group_names : sequence of str, optional
        The names of the clusters.

    Attributes
    ----------
    figure_, axes_, ax_, classified_, scatters_
        What was drawn.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import UncertaintyDisplay
    >>> pair = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    >>> UncertaintyDisplay.from_mixture(pair, pair.sample(200, rng=0)).ax_.get_ylabel()
    'uncertainty'
    """

    by_doubt = True
