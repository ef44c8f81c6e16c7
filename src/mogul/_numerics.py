"""Small numerical helpers that several layers share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from mogul._kernels import Array, FloatArray

LOG_2 = math.log(2)

_T = TypeVar("_T")


def freeze(array: Any) -> FloatArray:
    """Return a read-only float64 array that nobody else can write to, in C order."""
    given = np.asarray(array)
    frozen = np.array(given, dtype=np.float64, order="C", copy=given.flags.writeable or None)
    frozen.flags.writeable = False
    return frozen


def sealed(array: FloatArray) -> FloatArray:
    """Return the array itself, read-only from now on: for arrays that nobody else holds."""
    array.flags.writeable = False
    return array


def exact_sum(values: FloatArray) -> float:
    """Return the correctly rounded sum, which no reordering of the values can change."""
    return math.fsum(values.tolist())


def symmetric(matrices: FloatArray) -> FloatArray:
    """Return matrices (..., D, D), symmetric but for rounding, as exactly symmetric ones."""
    result: FloatArray = matrices / 2 + matrices.swapaxes(-1, -2) / 2
    return result


def canonical_order(weights: FloatArray, means: FloatArray) -> Array:
    """Return the order (K,) that sorts components by their means, then by weight.

    Work done in this order does not depend on how the components came to be numbered, to the last bit.
    """
    return np.lexsort((weights, *means.T[::-1]))


def in_parts(n_rows: int, part_rows: int, work: Callable[[slice], _T]) -> list[_T]:
    """Return ``work(rows of a part)`` of each part in turn; between parts, Python may raise KeyboardInterrupt."""
    return [work(slice(first, min(first + part_rows, n_rows))) for first in range(0, n_rows, part_rows)]


def part_rows(n_components: int, n_features: int) -> int:
    """Return how many rows one call of a kernel is given: a power of two of at most about 50 ms of work.

    It depends on K and D only, so that sums over parts associate alike on every machine and for any number of
    threads.
    """
    operations = n_components * (n_features + 2.0) ** 2 + 20.0 * n_components + 50.0
    return 1 << min(max(int(math.log2(2e8 / operations)), 12), 19)
