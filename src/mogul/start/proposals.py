"""Ways to propose a first partition of the sample. Each maps (sample, K, rng) to labels or responsibilities."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mogul._kernels import Array, core, thread_count
from mogul._numerics import in_parts
from mogul.start.agglomeration import CRITERIA, agglomerated
from mogul.start.sample import StartSample

Proposal = Callable[[StartSample, int, np.random.Generator], Array]

LLOYD = 30
"""How many rounds of Lloyd's algorithm a proposal takes at most."""

FEW_ROUNDS = 10
"""Rounds after which it shows which of many partitions are tight."""

AMONG = 12
"""How many partitions are made where only the tightest of them are tried."""

AGGLOMERATED = 384
"""So many rows make the hierarchy of a start; a few milliseconds."""

ROWS_A_PART = 8
"""And at least so many a component: from fewer, a hierarchy tells little."""

AT_ONCE = 2e8
"""Operations of k-means in one call of a kernel: a fraction of a second."""


def kmeans(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,) from k-means++ seeds and Lloyd's iterations."""
    result: Array = _partitions(sample, n_components, rng, [LLOYD])[0]
    return result


def kmeans_plus_plus(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,): the nearest of k-means++ seeds."""
    result: Array = _partitions(sample, n_components, rng, [1])[0]
    return result


def varied_kmeans(sample: StartSample, n_components: int, rng: np.random.Generator, n_partitions: int) -> Array:
    """Return labels (C, M): k-means partitions in turn with those of k-means++ seeds alone.

    EM often gets farthest from a partition that k-means would have left.
    """
    return _partitions(sample, n_components, rng, [(LLOYD, 1)[c % 2] for c in range(n_partitions)])


def agglomeration(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,) from a hierarchy of balls of different volumes; rows that take no part follow the nearest.

    In units of scaled columns this finds groups that are dense beside others that are not, and it needs no seeds.
    """
    most = max(AGGLOMERATED, ROWS_A_PART * n_components)
    # The sample is ordered by distance from its centre: any regular part of it reaches as far.
    part = sample.every(-(-sample.n_distinct // most))
    labels = agglomerated(part, CRITERIA["VII"]).labels(min(n_components, part.n_distinct))
    if part.n_distinct == sample.n_distinct:
        return labels
    nearest = core.nearest_centres(sample.points, None, part.points, n_threads=thread_count())[0]
    result: Array = labels[nearest]
    return result


def quantiles(sample: StartSample, n_components: int, rng: np.random.Generator) -> Array:
    """Return labels (M,): parts of equal weight along the axis of the greatest spread; for one column, quantiles."""
    axes = np.linalg.svd(sample.points * np.sqrt(sample.weights)[:, None], full_matrices=False)[2]
    along = sample.points @ axes[0]
    order = np.argsort(along, kind="stable")
    middles = np.cumsum(sample.weights[order]) - sample.weights[order] / 2
    labels = np.empty(sample.n_distinct, dtype=np.int64)
    labels[order] = np.minimum(middles / sample.weights.sum() * n_components, n_components - 1)
    return labels


def varied_partitions(sample: StartSample, n_components: int, rng: np.random.Generator, n_partitions: int) -> Array:
    """Return labels (C, M): one from agglomeration; for one column, one of quantiles; then varied k-means ones."""
    first = []
    if sample.n_distinct >= ROWS_A_PART * n_components:
        first.append(agglomeration(sample, n_components, rng))
    if sample.points.shape[1] == 1:
        first.append(quantiles(sample, n_components, rng))
    others = varied_kmeans(sample, n_components, rng, max(1, n_partitions - len(first)))
    return np.concatenate([np.array(first, dtype=np.int64).reshape(-1, sample.n_distinct), others])


def tightest_kmeans(sample: StartSample, n_components: int, rng: np.random.Generator, n_partitions: int) -> Array:
    """Return labels (C, M): of AMONG k-means partitions those whose parts are tightest.

    Where few can be tried by EM, k-means itself must tell which have found all groups.
    """
    labels = _partitions(sample, n_components, rng, [FEW_ROUNDS] * max(AMONG, n_partitions))
    best_first = np.argsort([-_spread_between(sample, each, n_components) for each in labels], kind="stable")
    result: Array = labels[best_first[:n_partitions]]
    return result


def _spread_between(sample: StartSample, labels: Array, n_components: int) -> float:
    """Return the part of the squared distances from the centre that lies between parts; the rest lies within them."""
    counts = np.bincount(labels, sample.weights, n_components)
    sums = np.array([np.bincount(labels, sample.weights * column, n_components) for column in sample.points.T])
    return float((sums**2 / np.where(counts > 0, counts, 1.0)).sum())


def _partitions(sample: StartSample, n_components: int, rng: np.random.Generator, n_rounds: list[int]) -> Array:
    n_trials = 2 + int(math.log(n_components))
    uniform = rng.random((len(n_rounds), 1 + (n_components - 1) * n_trials))
    rounds = np.array(n_rounds, dtype=np.int64)
    # Some at a time, so that Python may raise KeyboardInterrupt in between.
    work = sample.points.size * n_components * (LLOYD + n_trials)
    parts = in_parts(
        len(rounds),
        max(1, int(AT_ONCE / work)),
        lambda part: core.kmeans(
            sample.points, sample.weights, n_components, uniform[part], rounds[part], n_threads=thread_count()
        ),
    )
    return np.concatenate(parts)


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
    "agglomeration": agglomeration,
    "quantiles": quantiles,
}
