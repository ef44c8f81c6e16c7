"""The truncated E-step: rows and a mixture in, statistics out, at a cost that does not grow with K."""

from __future__ import annotations

from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.statistics import AbstractMoments, Statistics
from mogul.truncated.neighbours import Cells, neighbour_lists, no_sets
from mogul.truncated.parameters import Parameters
from mogul.truncated.settings import Truncation

_BLOCK_ROWS = 1 << 16
_ROWS_PER_COMPONENT = 64
"""Blocks are so long that the rows that share a component fill a panel."""

_FORGOTTEN = 2.0**-40
"""Components of less than this share of the best one's are forgotten; the free energy of a row loses less than C times
as much, in nats."""


@final
class TruncatedExpectation:
    """Return an expectation for `run_em` whose rows remember which components they keep, for one fit.

    Each call is a pass. A row looks for better components among those it keeps, the neighbours of the best of them
    and of another one (by turns), and one drawn at random; it keeps the C of the largest joints. The objective of its
    statistics is the free energy

        F = sum_n v_n log sum_{k kept by n} exp(joint_nk) <= log-likelihood,

    which neither this step nor the M-step can make less, but by rounding.

    Parameters
    ----------
    source : ArraySource
    moments : AbstractMoments
        Which second moments to collect.
    truncation : Truncation

    Notes
    -----
    Memory beyond the data: C int32 a row, and C float64 a row of a block of 64 K rows, at least 65536.

    References
    ----------
    Forster and Lücke (2018), algorithm 1; Hirschberger, Forster and Lücke (2022), section 3.
    """

    def __init__(self, source: ArraySource, moments: AbstractMoments, truncation: Truncation) -> None:
        self._source, self._moments, self._truncation = source, moments, truncation
        self._kept: Array | None = None
        self._n_passes = 0

    def __call__(self, mixture: Mixture) -> Statistics:
        """Return the statistics of all rows under their truncated posteriors; they keep what they found."""
        parameters = Parameters.of(mixture, self._moments)
        cells = Cells.of(parameters)
        lists = neighbour_lists(parameters, cells, self._truncation.n_neighbours)
        n_rows, n_kept = self._source.n_rows, min(self._truncation.n_kept, mixture.n_components)
        found = no_sets(n_rows, n_kept)[0] if self._kept is None else self._kept
        block_rows = max(_BLOCK_ROWS, _ROWS_PER_COMPONENT * mixture.n_components)
        sums, free_energy = parameters.empty_sums(), 0.0
        for start in range(0, n_rows, block_rows):
            block = slice(start, start + block_rows)
            rows, weights = self._source.rows[block], self._source.row_weights
            if self._kept is None:
                kept, joint = no_sets(len(rows), n_kept)
                cells.look(parameters, rows, kept, joint)
            else:
                kept, joint = self._recalled(parameters, rows, found[block], start)
            self._explore(parameters, rows, lists, kept, joint)
            free_energy += core.weigh_kept(joint, None if weights is None else weights[block], n_threads=thread_count())
            found[block] = kept if n_kept == mixture.n_components else _remembered(kept, joint)
            parameters.add(rows, kept, joint, sums)
        self._kept = found
        self._n_passes += 1
        return parameters.statistics(free_energy, sums)

    def _recalled(self, parameters: Parameters, rows: Array, before: Array, start: int) -> tuple[Array, FloatArray]:
        """Return (kept, joint): the best of what the rows kept before and of one component drawn at random."""
        # Of the place in the data alone, so that neither threads nor other fits change it.
        rng = np.random.default_rng((self._n_passes, start))
        drawn = rng.integers(parameters.n_components, size=(len(rows), 1), dtype=np.int32)
        known = (before == drawn).any(axis=1, keepdims=True)
        tried = np.concatenate([before, np.where(known, np.int32(-1), drawn)], axis=1)
        joint = parameters.recall(rows, tried)
        n_kept = before.shape[1]
        return np.ascontiguousarray(tried[:, :n_kept]), np.ascontiguousarray(joint[:, :n_kept])

    def _explore(self, parameters: Parameters, rows: Array, lists: Array, kept: Array, joint: FloatArray) -> None:
        """Let the rows try the neighbours of their best component, then of another that they keep, by turns."""
        n_kept = kept.shape[1]
        for place in (0, 1 + self._n_passes % (n_kept - 1)) if n_kept > 1 else (0,):
            parameters.search(rows, kept[:, place].copy(), lists, kept, joint)


def _remembered(kept: Array, responsibilities: FloatArray) -> Array:
    """Return what rows keep for the next pass: the best, and what has a share beside it.

    A row that lies clear of all components but one then costs no more than that one.
    """
    remembered = np.where(responsibilities > _FORGOTTEN * responsibilities[:, :1], kept, np.int32(-1))
    remembered[:, 0] = kept[:, 0]
    return remembered
