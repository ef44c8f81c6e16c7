"""Weighted k-means++ and Lloyd's iterations: a start, not a clustering.

Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding, SODA, section 2.2; greedy choice among
a few trials as in their section 4.
"""

from __future__ import annotations

import math

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count


def seeds(points: FloatArray, weights: FloatArray, n_centres: int, rng: np.random.Generator) -> Array:
    """Return the indices (K,) of rows drawn far apart: each with probability proportional to its squared distance.

    Where fewer than K rows are distinct, seeds repeat.
    """
    n_trials = 2 + int(math.log(n_centres))
    chosen = np.empty(n_centres, dtype=np.intp)
    chosen[0] = _drawn(weights, rng.random(1))[0]
    distances = np.full(len(points), np.inf)
    core.lower_distances(points, points[chosen[0]], distances, n_threads=thread_count())
    for k in range(1, n_centres):
        trials = _drawn(weights * distances, rng.random(n_trials))
        lowered = [_lowered(points, trial, distances) for trial in trials]
        # Not a product of vectors: BLAS may sum in an order that depends on its threads.
        best = int(np.argmin([(weights * option).sum() for option in lowered]))
        chosen[k], distances = trials[best], lowered[best]
    return chosen


def lloyd(points: FloatArray, weights: FloatArray, centres: FloatArray, max_iterations: int) -> Array:
    """Return labels (M,) after at most `max_iterations` rounds of Lloyd's algorithm from the given centres.

    A centre that lost all its rows moves to the row farthest from its own centre.
    """
    labels = np.full(len(points), -1)
    for _ in range(max_iterations):
        new_labels, distances, counts, first = core.nearest_centres(points, weights, centres, n_threads=thread_count())
        if np.array_equal(new_labels, labels):
            break
        labels = new_labels
        centres = centres + first / np.where(counts > 0, counts, 1)[:, None]
        empty = np.flatnonzero(counts == 0)
        if len(empty):
            farthest = np.argsort(-weights * distances, kind="stable")[: len(empty)]
            centres[empty[: len(farthest)]] = points[farthest]
    return labels


def _drawn(heights: FloatArray, uniform: FloatArray) -> Array:
    """Return one index for each uniform number, with probability proportional to `heights` (or any if all are 0)."""
    edges = np.cumsum(heights)
    if not edges[-1] > 0:
        edges = np.arange(1.0, len(heights) + 1)
    result: Array = np.minimum(np.searchsorted(edges, uniform * edges[-1], side="right"), len(heights) - 1)
    return result


def _lowered(points: FloatArray, trial: int, distances: FloatArray) -> FloatArray:
    lowered = distances.copy()
    core.lower_distances(points, points[trial], lowered, n_threads=thread_count())
    return lowered
