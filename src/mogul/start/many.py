"""A start for very many components: seeds in rounds, each row to the nearest.

Bahmani, Moseley, Vattani, Kumar and Vassilvitskii (2012), Scalable k-means++, PVLDB 5, 622-633, algorithm 2, with
rounds so short that no seed need be dropped again.
"""

from __future__ import annotations

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.start.sample import StartSample

MANY = 512
"""More components than this are too many for a start that tries one seed after the other."""


def quick_partition(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,): the nearest of K rows far apart, drawn as by k-means++.

    Each round draws a quarter as many seeds as there are already, from strata of equal total squared distance, so that
    few of them are near one another. Cost: O(M K D), once.
    """
    points, weights = sample.points, sample.weights
    labels, distances = np.zeros(len(points), dtype=np.int64), np.full(len(points), np.inf)
    latest, n_chosen = _drawn(weights, rng.random(1)), 0
    while len(latest):
        nearest, found, _, _ = core.nearest_centres(points, None, points[latest], n_threads=thread_count())
        nearer = found < distances
        labels = np.where(nearer, n_chosen + nearest, labels)
        distances = np.minimum(distances, found)
        n_chosen += len(latest)
        n_drawn = min(n_components - n_chosen, 1 + n_chosen // 4) if (distances > 0).any() else 0
        latest = np.unique(_drawn(weights * distances, (np.arange(n_drawn) + rng.random(n_drawn)) / max(n_drawn, 1)))
    return labels


def _drawn(heights: FloatArray, uniform: FloatArray) -> Array:
    """Return one index for each uniform number, with probability proportional to `heights`."""
    edges = np.cumsum(heights)
    result: Array = np.minimum(np.searchsorted(edges, uniform * edges[-1], side="right"), len(heights) - 1)
    return result
