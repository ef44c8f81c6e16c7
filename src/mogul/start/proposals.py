"""Ways to propose a first partition of the sample. Each maps (sample, K, rng) to labels or responsibilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from mogul._kernels import Array, core, thread_count
from mogul.start.kmeans import lloyd, seeds
from mogul.start.sample import StartSample

Proposal = Callable[[StartSample, int, np.random.Generator], Array]


def kmeans(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,) from k-means++ seeds and Lloyd's iterations."""
    chosen = seeds(sample.points, sample.weights, n_components, rng)
    return lloyd(sample.points, sample.weights, sample.points[chosen], max_iterations=30)


def varied_kmeans(sample: StartSample, n_components: int, rng: np.random.Generator) -> Iterator[Array]:
    """Yield labels (M,) without end: k-means partitions in turn with those of k-means++ seeds alone.

    EM often gets farthest from a partition that k-means would have left.
    """
    while True:
        yield kmeans(sample, n_components, rng)
        yield kmeans_plus_plus(sample, n_components, rng)


def kmeans_plus_plus(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,): the nearest of k-means++ seeds."""
    return _nearest(sample, seeds(sample.points, sample.weights, n_components, rng))


def random_rows(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,): the nearest of K different rows drawn by weight."""
    n_drawn = min(n_components, sample.n_distinct)
    shares = sample.weights / sample.weights.sum()
    return _nearest(sample, rng.choice(sample.n_distinct, size=n_drawn, replace=False, p=shares))


def random_responsibilities(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return random responsibilities (M, K)."""
    responsibilities = rng.random((sample.n_distinct, n_components))
    result: Array = responsibilities / responsibilities.sum(axis=1, keepdims=True)
    return result


def _nearest(sample: StartSample, chosen: Array) -> Array:
    return core.nearest_centres(sample.points, None, sample.points[chosen], n_threads=thread_count())[0]


PROPOSALS: dict[str, Proposal] = {
    "kmeans": kmeans,
    "k-means++": kmeans_plus_plus,
    "random_from_data": random_rows,
    "random": random_responsibilities,
}
