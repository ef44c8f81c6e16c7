"""How a fit converged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self, final

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mogul.errors import ParameterError
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, pyplot
from mogul.plot.palette import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


@final
class ConvergenceDisplay:
    """The objective of a fit after each iteration. Make one with `from_estimator`.

    Parameters
    ----------
    lower_bounds : sequence of float
        The objective after each iteration: mean log-likelihood of a row, or a bound of it.
    converged : bool, default True
        Whether the fit came to rest; shown at its last iteration.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    line_, last_ : matplotlib Line2D
        The course, and its last point.

    Examples
    --------
    >>> from mogul.plot import ConvergenceDisplay
    >>> ConvergenceDisplay([-3.1, -2.6, -2.5]).plot().ax_.get_xlabel()
    'iteration'
    """

    ax_: Axes
    figure_: Figure
    line_: Line2D
    last_: Line2D

    def __init__(self, lower_bounds: Sequence[float], *, converged: bool = True) -> None:
        self.lower_bounds = lower_bounds
        self.converged = converged

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Axes | None = None) -> Self:
        """Return the picture of a fitted estimator's `lower_bounds_`, drawn.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If it was not fitted.
        """
        check_is_fitted(estimator, "lower_bounds_")
        return cls(estimator.lower_bounds_, converged=bool(estimator.converged_)).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on `ax`, or on a new figure, and return the display.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If no iteration was recorded.
        """
        pyplot()  # first, for its message
        from matplotlib.ticker import MaxNLocator

        values = np.asarray(self.lower_bounds, dtype=float)
        if values.ndim != 1 or not len(values):
            raise ParameterError("lower_bounds is empty: the fit recorded no iteration.")
        self.ax_ = axes_to_draw_on(ax, (6.4, 4.0))
        self.figure_ = figure_of(self.ax_)
        ink = foreground(self.ax_)
        iterations = np.arange(1, len(values) + 1)
        few = len(values) <= 60
        (self.line_,) = self.ax_.plot(
            iterations, values, color=ink, linewidth=1.5, marker="o" if few else "", markersize=3
        )
        word = "converged" if self.converged else "not converged"
        plural = "" if len(values) == 1 else "s"
        (self.last_,) = self.ax_.plot(
            iterations[-1:],
            values[-1:],
            linestyle="",
            marker="o" if self.converged else "X",
            markersize=9,
            color=PALETTE[0] if self.converged else PALETTE[2],
            label=f"{word} after {len(values)} iteration{plural}: {values[-1]:.6g}",
        )
        self.ax_.set(xlabel="iteration", ylabel="mean log-likelihood of a row")
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.ax_.legend(loc="lower right", frameon=False)
        return self
