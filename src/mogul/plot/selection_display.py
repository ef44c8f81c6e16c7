"""A criterion against the number of components, a line for each family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, final

import numpy as np

from mogul.errors import ParameterError
from mogul.plot.backend import axes_to_draw_on, figure_of, foreground, pyplot
from mogul.plot.palette import PALETTE
from mogul.selection import Selection, checked_criterion

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

SHOWN = 5
"""How many families have a colour: those that come nearest to the best. The others stand behind them, in grey."""

MARKERS = ("o", "s", "D", "^", "v")


@final
@dataclass(frozen=True)
class _Course:
    """One family: its values at the K where it has any."""

    family: str
    components: tuple[int, ...]
    values: tuple[float, ...]

    @property
    def least(self) -> float:
        return min(self.values)


@final
class SelectionDisplay:
    """A criterion against K, a line for each family. Make one with `Selection.plot`.

    The families that come nearest to the best value have a colour and a marker each, and their names stand at the ends
    of their lines; the others are thin grey lines with their names in small print. The best candidate is ringed. Less
    is better.

    Parameters
    ----------
    selection : Selection
    criterion : str, optional
        By default that by which the selection is ranked.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure
    lines_ : dict of str to matplotlib Line2D
        The line of each family.
    labels_ : list of matplotlib Text
        The names at the ends of the lines.
    best_ : matplotlib Line2D
        The ring.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> selection = mogul.select(load_faithful().rows, components=[1, 2, 3], families=["EEE", "VVV"])
    >>> sorted(selection.plot().lines_)
    ['EEE', 'VVV']
    """

    ax_: Axes
    figure_: Figure
    lines_: dict[str, Line2D]
    labels_: list[Text]
    best_: Line2D

    def __init__(self, selection: Selection, *, criterion: str | None = None) -> None:
        self.selection = selection
        self.criterion = criterion

    def plot(self, ax: Axes | None = None) -> Self:
        """Draw on `ax`, or on a new figure, and return the display.

        Raises
        ------
        MissingDependencyError
            If matplotlib is not installed.
        ParameterError
            If no candidate has a value.
        """
        pyplot()  # first, for its message
        from matplotlib.ticker import MaxNLocator

        criterion = checked_criterion(self.criterion or self.selection.criterion)
        courses = self._courses(criterion)
        self.ax_ = axes_to_draw_on(ax, (7.2, 4.8))
        self.figure_ = figure_of(self.ax_)
        self.lines_, self.labels_ = {}, []
        for number, course in reversed(list(enumerate(courses))):
            self.lines_[course.family] = self._draw(course, number)
        best = courses[0]
        at = best.components[best.values.index(best.least)]
        (self.best_,) = self.ax_.plot(
            [at], [best.least], linestyle="", marker="o", markersize=15, markerfacecolor="none",
            markeredgecolor=foreground(self.ax_), markeredgewidth=1.4, zorder=6,
        )  # fmt: skip
        title = f"least: {best.family} with K = {at}, {best.least:.2f}"
        self.ax_.set_title(title, loc="left", fontsize="medium")
        name = criterion.upper().replace("_", " ")
        self.ax_.set(xlabel="number of components K", ylabel=f"{name} (less is better)")
        self.ax_.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.ax_.grid(axis="y", alpha=0.25, linewidth=0.6)
        self.ax_.set_axisbelow(True)
        for side in ("top", "right"):
            self.ax_.spines[side].set_visible(False)
        self._set_view(courses)
        self._name(courses)
        return self

    def _courses(self, criterion: str) -> list[_Course]:
        """Return the families that have values, that of the best one first."""
        found: dict[str, dict[int, float]] = {}
        for candidate in self.selection.candidates:
            value = candidate.value(criterion)
            if value is not None and np.isfinite(value):
                found.setdefault(candidate.family, {})[candidate.n_components] = value
        if not found:
            raise ParameterError(f"No candidate has a value of {criterion}: there is nothing to draw.")
        courses = []
        for family, values in found.items():
            components = sorted(values)
            courses.append(_Course(family, tuple(components), tuple(values[k] for k in components)))
        return sorted(courses, key=lambda course: course.least)

    def _draw(self, course: _Course, number: int) -> Line2D:
        # A K without a value breaks the line.
        every = np.arange(course.components[0], course.components[-1] + 1)
        if len(every) > 10 * len(course.components):
            every = np.array(course.components)
        values = np.full(len(every), np.nan)
        values[np.searchsorted(every, course.components)] = course.values
        is_coloured = number < SHOWN
        (line,) = self.ax_.plot(
            every,
            values,
            label=course.family,
            color=PALETTE[number] if is_coloured else foreground(self.ax_),
            alpha=1.0 if is_coloured else 0.35,
            linewidth=2.0 if is_coloured else 0.8,
            marker=MARKERS[number] if is_coloured else ".",
            markersize=5.5 if is_coloured else 3,
            zorder=5 - number / 10 if is_coloured else 2,
        )
        return line

    def _set_view(self, courses: list[_Course]) -> None:
        """Show the best families whole, but for how bad a single component may be."""
        least = courses[0].least
        seen = [
            value
            for course in courses[:SHOWN]
            for k, value in zip(course.components, course.values, strict=True)
            if k > 1 or len(course.components) == 1
        ]
        reach = max(max(seen) - least, 1e-9 * abs(least), 1e-9)
        low, high = min(c.components[0] for c in courses), max(c.components[-1] for c in courses)
        self.ax_.set_ylim(least - 0.07 * reach, least + 1.1 * reach)
        self.ax_.set_xlim(low - 0.3, high + 0.3 + 0.12 * (high - low + 1))
        if high - low < 20:
            self.ax_.set_xticks(sorted({k for course in courses for k in course.components}))

    def _name(self, courses: list[_Course]) -> None:
        """Write the name of each family at the right end of what is seen of its line, none upon another."""
        bottom, top = self.ax_.get_ylim()
        step = (top - bottom) * 0.042
        ends = []
        for number, course in enumerate(courses):
            seen = [(k, v) for k, v in zip(course.components, course.values, strict=True) if bottom <= v <= top]
            if seen:
                ends.append((seen[-1][1], seen[-1][0], number, course))
        ends.sort(key=lambda end: end[0])
        last = max(k for _, k, _, _ in ends)
        places = spread([value for value, *_ in ends], step, bottom + step / 2, top - step / 2)
        for place, (value, k, number, course) in zip(places, ends, strict=True):
            is_coloured = number < SHOWN
            leader = {
                "arrowstyle": "-",
                "color": PALETTE[number] if is_coloured else foreground(self.ax_),
                "alpha": 0.5,
                "linewidth": 0.8,
                "relpos": (0.0, 0.5),
                "shrinkA": 1,
                "shrinkB": 3,
            }
            label = self.ax_.annotate(
                course.family,
                (k, value),
                (last + 0.035 * (self.ax_.get_xlim()[1] - self.ax_.get_xlim()[0]), place),
                va="center",
                fontsize=9 if is_coloured else 7.5,
                fontweight="bold" if is_coloured else "normal",
                color=foreground(self.ax_),
                alpha=1.0 if is_coloured else 0.6,
                annotation_clip=False,
                arrowprops=leader,
            )
            self.labels_.append(label)
        above = [course.family for course in courses if course.least > top]
        if above:
            note = self.ax_.text(
                1.0, 1.01, f"above: {', '.join(above)}", ha="right", va="bottom", fontsize=7.5, alpha=0.6
            )
            note.set(transform=self.ax_.transAxes, color=foreground(self.ax_))


def spread(values: list[float], step: float, low: float, high: float) -> list[float]:
    """Return places between two bounds for ascending values, at least `step` apart, as near to them as that allows."""
    places = list(values)
    for _ in range(200):
        moved = False
        for i in range(1, len(places)):
            gap = places[i] - places[i - 1]
            if gap < step * 0.999:
                places[i - 1] -= (step - gap) / 2
                places[i] += (step - gap) / 2
                moved = True
        if not moved:
            break
    # Into the view, from the top and then from the bottom.
    for i in range(len(places) - 1, -1, -1):
        places[i] = min(places[i], high - (len(places) - 1 - i) * step)
    for i in range(len(places)):
        places[i] = max(places[i], low + i * step)
    return places
