"""Which components are near which: where rows look for better ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.covariance import TiedCovariance
from mogul.mixture import Mixture
from mogul.statistics import PooledMoments
from mogul.truncated.parameters import Parameters

FEW = 1024
"""Up to so many components one cell is enough."""

_PROBED = 8
"""Cells that a point looks into."""

_HOME = 2
"""Cells in which a component is listed."""


def no_sets(n_rows: int, n_kept: int) -> tuple[Array, FloatArray]:
    """Return (kept, joint), both (N, C), of rows that keep nothing yet."""
    return np.full((n_rows, n_kept), -1, dtype=np.int32), np.full((n_rows, n_kept), -np.inf)


def listed(keys: Array, n_groups: int, width: int | None = None) -> Array:
    """Return lists (n_groups, width) of the column numbers m of keys (J, M), first those named early; -1 fills up."""
    edges, members = core.grouped(np.ascontiguousarray(keys, dtype=np.int32).ravel(), n_groups)
    width = int(np.diff(edges).max(initial=0)) if width is None else width
    place = edges[:-1, None] + np.arange(width)
    found = np.where(place < edges[1:, None], members[np.minimum(place, len(members) - 1)] % keys.shape[1], -1)
    return np.ascontiguousarray(found, dtype=np.int32)


@final
@dataclass(frozen=True, eq=False)
class Cells:
    """Return a coarse partition of the space of the components: about 2 sqrt(K) cells of the same shape.

    A point that looks into the few nearest cells finds most components near it at O(sqrt(K)) of the cost of looking
    at all.
    """

    cells: Parameters
    lists: Array
    """Which components are listed in each cell, (M, L)."""

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """Return the cells of a mixture."""
        mixture = parameters.mixture
        pooled = np.einsum("k,kij->ij", mixture.weights, mixture.covariances.dense())
        n_cells = 1 if mixture.n_components <= FEW else round(2 * math.sqrt(mixture.n_components))
        centres = _centres(mixture.means, pooled, n_cells)
        shape = TiedCovariance(pooled, n_cells)
        cells = Parameters.of(Mixture(np.full(n_cells, 1 / n_cells), centres, shape), PooledMoments())
        homes = _nearest(cells, mixture.means, min(_HOME, n_cells))
        return cls(cells, listed(homes.T, n_cells))

    def look(self, parameters: Parameters, rows: Array, kept: Array, joint: FloatArray) -> None:
        """Let the rows try all components in the cells nearest to them, in place."""
        for anchors in _nearest(self.cells, rows, min(_PROBED, len(self.lists))).T:
            parameters.search(rows, np.ascontiguousarray(anchors), self.lists, kept, joint)


def _centres(means: FloatArray, metric: FloatArray, n_cells: int) -> FloatArray:
    """Return centres (M, D) of the means by a few rounds of Lloyd's algorithm, in units of `metric` (D, D)."""
    factors, whitening, _, _ = core.factorise(metric[None])
    origin = means.mean(axis=0)
    # Sums by einsum, not by BLAS: their order must not depend on threads.
    points = np.einsum("ij,kj->ki", whitening[0], means - origin)
    centres = points[np.random.default_rng(0).choice(len(points), n_cells, replace=False)]
    for _ in range(5):
        _, _, counts, first = core.nearest_centres(points, None, centres, n_threads=thread_count())
        centres = centres + first / np.maximum(counts, 1)[:, None]
    result: FloatArray = origin + np.einsum("ij,kj->ki", factors[0], centres)
    return result


def _nearest(cells: Parameters, rows: Array, n_nearest: int) -> Array:
    """Return the numbers of the nearest cells, (N, n_nearest)."""
    kept, joint = no_sets(len(rows), n_nearest)
    everything = np.arange(cells.n_components, dtype=np.int32)[None]
    cells.search(rows, np.zeros(len(rows), dtype=np.int32), everything, kept, joint)
    return kept


def neighbour_lists(parameters: Parameters, cells: Cells, n_neighbours: int) -> Array:
    """Return lists of components near each component, (K, at most 3 G / 2); -1 fills up.

    The neighbours of k are the G components that give its mean the largest joints, and some of those of which k is a
    neighbour: a component that is nobody's neighbour would never be found.
    """
    n_components = parameters.n_components
    kept, joint = no_sets(n_components, min(n_neighbours + 1, n_components))
    cells.look(parameters, parameters.mixture.means, kept, joint)
    n_reverse = (n_neighbours + 1) // 2
    reverse = listed(kept.T[:n_reverse], n_components, n_reverse)
    known = (reverse[:, :, None] == kept[:, None, :]).any(axis=2)
    lists = np.concatenate([kept, np.where(known, np.int32(-1), reverse)], axis=1)
    lists[lists == np.arange(n_components, dtype=np.int32)[:, None]] = -1
    return lists
