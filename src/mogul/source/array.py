"""Rows in memory, or in a memory-mapped file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Protocol, Self, TypeVar, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import in_parts


class Addable(Protocol):
    """What sums over blocks are made of."""

    def __add__(self, other: Self) -> Self: ...


A = TypeVar("A", bound=Addable)


@final
@dataclass(frozen=True, eq=False)
class ArraySource:
    """Return a source of the rows of an array, never copied.

    Parameters
    ----------
    rows : shape (N, D), float32 or float64, any strides
    row_weights : shape (N,) or None
    """

    rows: Array
    row_weights: FloatArray | None = None

    @property
    def n_rows(self) -> int:
        return len(self.rows)

    @property
    def n_features(self) -> int:
        return int(self.rows.shape[1])

    @property
    def total_weight(self) -> float:
        """The sum of the row weights."""
        return float(self.n_rows) if self.row_weights is None else float(self.row_weights.sum())

    def some_row(self) -> FloatArray:
        """Return the first row that has any weight, (D,)."""
        first = 0 if self.row_weights is None else int((self.row_weights > 0).argmax())
        result: FloatArray = self.rows[first].astype(np.float64)
        return result

    def sum_over_blocks(self, per_block: Callable[[Array, FloatArray | None], A], block_rows: int) -> A:
        """Return the sum of ``per_block(rows, row_weights)`` over blocks of `block_rows`, added in their order."""

        def work(block: slice) -> A:
            return per_block(self.rows[block], None if self.row_weights is None else self.row_weights[block])

        return reduce(lambda total, block: total + block, in_parts(self.n_rows, block_rows, work))

    def sample_rows(self, n_rows: int, rng: np.random.Generator) -> tuple[Array, FloatArray]:
        """Return at most `n_rows` rows as float64, and their weights; all rows if there are no more.

        Otherwise one row is drawn from each of `n_rows` strata of equal weight, so that the sample is spread over
        the whole array.
        """
        if self.n_rows <= n_rows:
            weights = np.ones(self.n_rows) if self.row_weights is None else self.row_weights
            return self.rows.astype(np.float64), weights
        strata = (np.arange(n_rows) + rng.random(n_rows)) / n_rows
        if self.row_weights is None:
            chosen = (strata * self.n_rows).astype(np.intp)
        else:
            heights = np.cumsum(self.row_weights)
            chosen = np.searchsorted(heights, strata * heights[-1], side="right")
        chosen = np.minimum(chosen, self.n_rows - 1)
        return self.rows[chosen].astype(np.float64), np.ones(n_rows)
