"""How many clusters the components of a mixture make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, final

import numpy as np

from mogul.clusters import Merging, two_lines
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, pyplot
from mogul.plot.palette import PALETTE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


@final
class EntropyDisplay:
    """The entropy of each number of clusters that components are merged into. Make one with `from_merging`.

    Where the curve turns up, more clusters only divide what overlaps: that elbow is the proposed number. Two straight
    lines show how it was found.

    Parameters
    ----------
    merging : Merging
        Made by `mogul.merge_components`.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    line_ : matplotlib Line2D
        The entropies.
    pieces_ : list of matplotlib Line2D
        The two straight lines; none if there is no elbow.
    elbow_ : matplotlib Line2D
        The proposed number.

    Examples
    --------
    >>> import mogul
    >>> from mogul.plot import EntropyDisplay
    >>> mixture = mogul.Mixture.univariate([0.3, 0.3, 0.4], [0.0, 0.5, 9.0], [1.0, 2.0, 1.0])
    >>> EntropyDisplay.from_merging(mogul.merge_components(mixture, mixture.sample(300, rng=0))).ax_.get_xlabel()
    'number of clusters'
    """

    ax_: Axes
    figure_: Figure
    line_: Line2D
    pieces_: list[Line2D]
    elbow_: Line2D

    def __init__(self, merging: Merging) -> None:
        self.merging = merging

    @classmethod
    def from_merging(cls, merging: Merging, *, ax: Axes | None = None) -> Self:
        """Return the picture of a merging, drawn."""
        return cls(merging).plot(ax)

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on `ax`, or on a new figure, and return the display.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        """
        pyplot()  # first, for its message
        from matplotlib.ticker import MaxNLocator

        merging, n_components = self.merging, len(self.merging.entropies)
        self.ax_ = axes_to_draw_on(ax, (6.4, 4.0))
        self.figure_ = figure_of(self.ax_)
        ink, numbers, chosen = foreground(self.ax_), np.arange(1, n_components + 1), merging.n_clusters
        self.pieces_ = []
        if 1 < chosen < n_components:
            (before, after), _ = two_lines(merging.entropies, chosen)
            for line, part in ((before, numbers[:chosen]), (after, numbers[chosen - 1 :])):
                ends = part[[0, -1]]
                style: dict[str, Any] = {"color": PALETTE[1], "linewidth": 2.5, "zorder": 1}
                self.pieces_ += self.ax_.plot(ends, np.polyval(line, ends), **style)
            self.pieces_[0].set_label("two straight lines")
        (self.line_,) = self.ax_.plot(
            numbers, merging.entropies, color=ink, linewidth=1.2, marker="o", markersize=5, label="entropy"
        )
        word = "no elbow: each component" if chosen == n_components else f"elbow: {chosen} clusters"
        (self.elbow_,) = self.ax_.plot(
            [chosen], [merging.entropies[chosen - 1]], color=PALETTE[0], marker="D", markersize=10, linestyle=""
        )
        self.elbow_.set_label(word)
        self.ax_.set(xlabel="number of clusters", ylabel="entropy of all rows (nats)")
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.ax_.legend(loc="upper left", frameon=False)
        return self
