"""The pieces on which the density of a mixture of one feature is monotone, and what levels of it cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture.gaussian import LOG_ROOT_2_PI, log_sum
from mogul.mixture.line import Line
from mogul.mixture.roots import Values, bracketed_roots
from mogul.mixture.stationary import stationary_points

_EPSILON = 2.0**-52
_BLOCK = 1 << 20


@final
@dataclass(frozen=True, eq=False)
class Pieces:
    """The line cut at its P modes and antimodes: pieces 0, 2, ... rise to a mode, pieces 1, 3, ... fall from it."""

    line: Line
    turns: FloatArray
    """Modes and antimodes, ascending, shape (P,)."""
    heights: FloatArray
    """The log-density there, shape (P,)."""

    @classmethod
    def of(cls, line: Line) -> Self:
        """Return the monotone pieces of a density."""
        turns = stationary_points(line).points
        return cls(line, turns, line.logpdf(turns))

    @property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """The lower and the upper end of each piece, shape (P + 1,) each."""
        return np.append(-np.inf, self.turns), np.append(self.turns, np.inf)

    def crossings(self, levels: FloatArray, pieces: Array) -> FloatArray:
        """Return where the log-density passes each level on the piece of the same place, shape (N,).

        Where it does not, the end of the piece that is nearest in height.
        """
        left, right = self.ends
        low_height, high_height = np.append(-np.inf, self.heights), np.append(self.heights, -np.inf)
        rises = pieces % 2 == 0
        foot = np.where(rises, left[pieces], right[pieces])
        top = np.where(rises, right[pieces], left[pieces])
        foot_height = np.where(rises, low_height[pieces], high_height[pieces])
        top_height = np.where(rises, high_height[pieces], low_height[pieces])
        x = np.where(levels >= top_height, top, foot)
        inside = np.flatnonzero((levels < top_height) & (levels > foot_height))
        x[inside] = self._solved(levels[inside], self._feet(levels[inside], foot[inside]), top[inside])
        return x

    def _feet(self, levels: FloatArray, foot: FloatArray) -> FloatArray:
        """Return the foot of each piece, or, where that is infinite, a point beyond which the density is lower.

        A density is no more than its highest component: where all ``N_k`` are below the level, so is the mixture.
        """
        line = self.line
        top = -np.log(line.deviations) - LOG_ROOT_2_PI
        reach = line.deviations * (np.sqrt(2 * np.maximum(top - levels[:, None], 0.0)) * (1 + 1e-9) + 1e-9)
        low, high = (line.means - reach).min(axis=1), (line.means + reach).max(axis=1)
        return np.where(np.isneginf(foot), low, np.where(np.isposinf(foot), high, foot))

    def _solved(self, levels: FloatArray, below: FloatArray, above: FloatArray) -> FloatArray:
        x = np.empty(len(levels))
        step = max(1, _BLOCK // len(self.line.weights))
        for first in range(0, len(levels), step):
            part = slice(first, first + step)
            wanted = levels[part]

            def excess(points: FloatArray, places: Array, wanted: FloatArray = wanted) -> Values:
                log_density, first_derivative, _ = self.line.slopes(points)
                noise = 2 * _EPSILON * (1 + np.abs(wanted[places]))
                return log_density - wanted[places], first_derivative, noise

            x[part] = bracketed_roots(excess, below[part], above[part])
        return x

    def all_crossings(self, levels: FloatArray) -> FloatArray:
        """Return where each of N levels is passed on each piece, shape (N, P + 1)."""
        n_pieces = len(self.turns) + 1
        pieces = np.tile(np.arange(n_pieces), len(levels))
        return self.crossings(np.repeat(levels, n_pieces), pieces).reshape(len(levels), n_pieces)

    def log_mass_below(self, levels: FloatArray) -> FloatArray:
        """Return ``log P(log p(X) <= level)``, shape (N,)."""
        crossings = self.all_crossings(levels)
        left, right = self.ends
        rises = np.arange(len(left)) % 2 == 0
        lower, upper = np.where(rises, left, crossings), np.where(rises, crossings, right)
        return np.minimum(log_sum(self.line.log_between(lower, upper)), 0.0)

    def intervals(self, level: float) -> FloatArray:
        """Return the intervals (M, 2) on which the log-density is at least the level."""
        crossings = self.all_crossings(np.array([level]))[0]
        found = np.stack([crossings[0::2], crossings[1::2]], axis=1)
        found = found[self.heights[0::2] > level]
        # Those that meet at an antimode above the level are one.
        apart = np.append(True, found[1:, 0] > found[:-1, 1]) if len(found) else np.zeros(0, bool)
        starts = np.flatnonzero(apart)
        return np.stack([found[starts, 0], found[np.append(starts[1:], len(found)) - 1, 1]], axis=1)

    def log_levels(self, masses: FloatArray) -> FloatArray:
        """Return the log-density above which each share of the mass lies, shape (N,)."""
        top = np.full(len(masses), self.heights.max())
        bottom = top - 1
        outside = np.log1p(-masses)
        while (low := self.log_mass_below(bottom) > outside).any():
            bottom[low] = top[low] - 2 * (top[low] - bottom[low])

        def excess(levels: FloatArray, places: Array) -> Values:
            below = self.log_mass_below(levels)
            crossings = self.all_crossings(levels)
            slope = np.abs(self.line.slopes(crossings)[1])
            inside = np.isfinite(crossings) & ~np.isin(crossings, self.turns)
            with np.errstate(divide="ignore"):
                # A thin shell between two levels: its width at each crossing, times the density.
                shells = np.where(inside, np.exp(levels[:, None] - below[:, None]) / slope, 0.0)
            return below - outside[places], shells.sum(axis=1), 2 * _EPSILON * (1 + np.abs(outside[places]))

        return bracketed_roots(excess, bottom, top)

    def shortest_interval(self, mass: float) -> FloatArray:
        """Return the shortest single interval (2,) of a given mass.

        It leaves the share t of what is outside, 1 - mass, on its left, and is shortest where the densities at its
        ends are equal, that on the left being the lower one for less t. The values of t at which an end passes a turn
        of the density are cut points. Between two of them with the density rising on the left and falling on the
        right, there is at most one such t; where it rises at both ends, or falls, all are found that a grid of 64
        points tells apart.
        """
        outside = 1 - mass
        below = self.line.cdf(self.turns), self.line.mirrored().cdf(-self.turns)
        cuts = np.concatenate([[0.0, 1.0], below[0] / outside, 1 - below[1] / outside])
        cuts = np.unique(cuts[(cuts >= 0) & (cuts <= 1)])
        grid = np.unique(np.concatenate([[0.0], *np.linspace(cuts[:-1], cuts[1:], 65)]))
        # The density to the left is the lower one at first, and the higher one in the end.
        difference = np.concatenate([[-np.inf], self._difference(grid[1:-1], outside)[0], [np.inf]])
        places = np.flatnonzero((difference[:-1] < 0) & (difference[1:] >= 0))

        def excess(t: FloatArray, _: Array) -> Values:
            return self._difference(t, outside)

        shares = bracketed_roots(excess, grid[places], grid[places + 1])
        left, right = self._outer_quantiles(shares, outside)
        best = int(np.argmin(right - left))
        return np.array([left[best], right[best]])

    def _outer_quantiles(self, shares: FloatArray, outside: float) -> tuple[FloatArray, FloatArray]:
        """Return both ends of the intervals that leave these shares of what is outside on their left."""
        left = self.line.quantiles(np.log(outside * shares))
        right = -self.line.mirrored().quantiles(np.log(outside * (1 - shares)))
        return left, right

    def _difference(self, shares: FloatArray, outside: float) -> Values:
        """Return the log-density at the left end less that at the right, its slope along the share, and its noise."""
        left, right = self._outer_quantiles(shares, outside)
        (at_left, rise, _), (at_right, fall, _) = self.line.slopes(left), self.line.slopes(right)
        with np.errstate(over="ignore", invalid="ignore"):
            slope = outside * (rise * np.exp(-at_left) - fall * np.exp(-at_right))
        return at_left - at_right, slope, 4 * _EPSILON * (1 + np.abs(at_left) + np.abs(at_right))
