"""The rows from which a start is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import in_parts, part_rows
from mogul.family import Symmetry
from mogul.mixture import Mixture
from mogul.statistics import Spread


@final
@dataclass(frozen=True, eq=False)
class StartSample:
    """Return distinct rows in an order of their own, with the total weight of each.

    A start that looks only at this does not notice the order of the rows, nor whether a row is repeated or weighs
    more, nor, because `points` are taken in units made by the data themselves, the maps of the family's symmetry.
    """

    units: FloatArray
    """What takes centred rows to `points`, (D, at most D), or one factor for each column, (D,)."""
    rows: FloatArray
    """Distinct rows, (M, D), in the units of the data."""
    weights: FloatArray
    """Their weights, (M,), all positive."""
    points: FloatArray
    """The same rows in units of the spread of the data, (M, at most D)."""

    @classmethod
    def of(cls, rows: Array, weights: FloatArray, spread: Spread, symmetry: Symmetry) -> Self:
        """Return the sample of the given rows, those of weight zero left out."""
        rows, weights = rows[weights > 0], weights[weights > 0]
        origin = rows[0] if len(rows) else np.zeros(rows.shape[1])
        centre = origin + np.einsum("n,nd->d", weights, rows - origin) / weights.sum()
        units = _units(spread, symmetry)
        points = _in_units(rows - centre, units)
        order = _order(points, rows)
        first = _first_of_equals(rows[order])
        merged = np.add.reduceat(weights[order], np.flatnonzero(first)) if len(rows) else weights
        kept = order[first]
        return cls(units, np.ascontiguousarray(rows[kept]), merged, np.ascontiguousarray(points[kept]))

    @property
    def n_distinct(self) -> int:
        """How many distinct rows there are."""
        return len(self.rows)

    def every(self, step: int) -> Self:
        """Return the sample of every `step`-th row."""
        if step == 1:
            return self
        rows, points = np.ascontiguousarray(self.rows[::step]), np.ascontiguousarray(self.points[::step])
        return type(self)(self.units, rows, self.weights[::step].copy(), points)

    def numbering(self, mixture: Mixture) -> Array:
        """Return the order (K,) of the components in which one meets them, coming to the centre from the farthest row.

        It is a numbering that the maps of the symmetry, and rounding, leave alone.
        """
        farthest = np.full(mixture.n_components, -1)
        farthest[mixture.labels(self.rows)] = np.arange(self.n_distinct)  # of equal places, the last number stays
        return np.argsort(-farthest, kind="stable")

    def representatives(self, rows: Array) -> Array:
        """Return the number of the sample's row that is nearest to each of any rows (N, D), itself if it is there."""
        origin = self.rows[0]
        centres = _in_units(self.rows - origin, self.units)

        def nearest(part: slice) -> Array:
            points = _in_units(rows[part].astype(np.float64) - origin, self.units)
            return core.nearest_centres(points, None, centres, n_threads=thread_count())[0]

        return np.concatenate(in_parts(len(rows), part_rows(len(centres), 1), nearest))

    def nearest(self, means: FloatArray) -> Array:
        """Return the number of the nearest of the means (K, D) for each row, (M,)."""
        origin = self.rows[0]
        points, centres = _in_units(self.rows - origin, self.units), _in_units(means - origin, self.units)
        return core.nearest_centres(points, None, centres, n_threads=thread_count())[0]


def _units(spread: Spread, symmetry: Symmetry) -> FloatArray:
    """Return what takes centred rows to units which the maps of the symmetry do not change."""
    if symmetry is Symmetry.AFFINE and not spread.null.all():
        return spread.whitening()
    if symmetry is Symmetry.COLUMNS:
        return 1 / spread.deviations
    return np.full(len(spread.deviations), 1 / np.sqrt(spread.mean_variance))


def _in_units(away: FloatArray, units: FloatArray) -> FloatArray:
    """Return rows from a centre in the given units; a matrix for each column's factor would be large where D is."""
    return np.ascontiguousarray(away * units if units.ndim == 1 else away @ units)


def _order(points: FloatArray, rows: FloatArray) -> Array:
    """Return an order by distance from the centre; ties, as equal rows are, by their entries."""
    distance = np.einsum("nd,nd->n", points, points)
    order = np.argsort(distance, kind="stable")
    if (np.diff(distance[order]) == 0).any():
        order = np.lexsort((*rows.T[::-1], distance))
    return order


def _first_of_equals(ordered: FloatArray) -> Array:
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return first
