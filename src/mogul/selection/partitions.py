"""Partitions of one sample of rows, for all families and every K to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self, final

import numpy as np

from mogul._kernels import Array
from mogul.family import Symmetry
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.start import CRITERIA, Hierarchy, StartSample, agglomerated, distinct, varied_kmeans
from mogul.statistics import Spread

AGGLOMERATED = 1000
"""How many rows at most are agglomerated: the cost grows with their square."""

CLOSEST = 6
"""How many pairs of components are merged in turn: those that share most of their rows."""


@final
@dataclass(frozen=True, eq=False)
class Partitions:
    """Return what makes partitions: one sample, in units that suit some families and in units that suit others.

    All partitions are labels of the rows of `sample`, which are those of every other one in another order.
    """

    sample: StartSample
    samples: tuple[StartSample, ...]
    orders: tuple[Array, ...]
    """Of each of `samples`, the numbers of the rows of `sample`."""
    hierarchies: tuple[Hierarchy, ...]
    """One hierarchy holds a partition for every K; of the leaves of `sample`."""

    @classmethod
    def of(cls, source: ArraySource, spread: Spread, n_rows: int, rng: np.random.Generator) -> Self:
        """Return the partitions of at most `n_rows` rows of a source."""
        rows, weights = source.sample_rows(n_rows, rng)
        kinds = [Symmetry.COLUMNS]
        if source.n_features > 1:
            kinds += [Symmetry.ROTATION] + [Symmetry.AFFINE] * (spread.axes is not None)
        samples = tuple(StartSample.of(rows, weights, spread, kind) for kind in kinds)
        places = [np.lexsort(sample.rows.T) for sample in samples]
        orders = []
        for place in places:
            order = np.empty_like(place)
            order[place] = places[0]
            orders.append(order)
        hierarchies = []
        if samples[0].n_distinct <= AGGLOMERATED:
            for criterion, sample, order in (("EII", samples[0], orders[0]), ("VVV", samples[-1], orders[-1])):
                hierarchy = agglomerated(sample, CRITERIA[criterion])
                leaves = np.empty_like(hierarchy.leaves)
                leaves[order] = hierarchy.leaves
                hierarchies.append(replace(hierarchy, leaves=leaves))
        return cls(samples[0], samples, tuple(orders), tuple(hierarchies))

    def seeded(self, n_components: int, rng: np.random.Generator, n_each: int) -> Array:
        """Return different labelings (C, M): from hierarchies, and by k-means and k-means++ in each kind of units."""
        found = [self.of_hierarchies(n_components)] if self.hierarchies else []
        for sample, order in zip(self.samples, self.orders, strict=True):
            labels = varied_kmeans(sample, n_components, rng, n_each)
            moved = np.empty_like(labels)
            moved[:, order] = labels
            found.append(moved)
        return canonical(np.concatenate(found))

    def of_hierarchies(self, n_components: int) -> Array:
        """Return different labelings (C, M): one of each hierarchy."""
        return canonical(np.array([hierarchy.labels(n_components) for hierarchy in self.hierarchies]))

    def splits(self, mixture: Mixture) -> Array:
        """Return labelings (C, M) of one component more: the rows of each in turn, cut across their longest axis."""
        labels, points = mixture.labels(self.sample.rows), self.sample.points
        found = []
        for k in range(mixture.n_components):
            rows = np.flatnonzero(labels == k)
            if len(rows) < 2:
                continue
            away = points[rows] - np.average(points[rows], axis=0, weights=self.sample.weights[rows])
            _, _, axes = np.linalg.svd(away, full_matrices=False)
            along = away @ axes[0]
            cut = labels.copy()
            cut[rows[along > 0]] = mixture.n_components
            found.append(cut)
        return canonical(np.array(found, dtype=np.int64).reshape(-1, len(labels)))

    def merges(self, mixture: Mixture) -> Array:
        """Return labelings (C, M) of one component less: pairs of components, those that overlap most, made one."""
        shares = mixture.responsibilities(self.sample.rows) * np.sqrt(self.sample.weights)[:, None]
        sizes = np.sqrt((shares**2).sum(axis=0))
        overlaps = (shares.T @ shares) / np.maximum(sizes[:, None] * sizes, 1e-300)
        first, second = np.triu_indices(mixture.n_components, 1)
        closest = np.argsort(-overlaps[first, second], kind="stable")[:CLOSEST]
        labels = mixture.labels(self.sample.rows)
        found = []
        for i, j in zip(first[closest].tolist(), second[closest].tolist(), strict=True):
            merged = np.where(labels == j, i, labels)
            found.append(np.where(merged > j, merged - 1, merged))
        return canonical(np.array(found, dtype=np.int64).reshape(-1, len(labels)))

    def of_mixtures(self, mixtures: Iterable[Mixture]) -> Array:
        """Return the different labelings (C, M) of the rows by these mixtures."""
        found = [mixture.labels(self.sample.rows) for mixture in mixtures]
        return canonical(np.array(found, dtype=np.int64).reshape(-1, self.sample.n_distinct))


def canonical(labelings: Array) -> Array:
    """Return different labelings, their components numbered by their first rows."""
    if not labelings.size:
        return labelings
    renumbered = []
    for labels in labelings:
        _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
        renumbered.append(np.argsort(np.argsort(first))[inverse])
    return distinct(np.array(renumbered, dtype=np.int64).reshape(labelings.shape))
