"""Split and merge: other partitions near the one that a fit has come to.

Ueda, Nakano, Ghahramani and Hinton (2000), SMEM algorithm for mixture models, Neural Computation 12, 2109-2128: EM
cannot carry a component from where there are too many to where there are too few. Merging two components that share
their rows and splitting a third can. Besides, two that overlap are one group that may have been divided in the wrong
way: side by side, where a dense core in a wide halo would be likelier, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray
from mogul.errors import MogulError
from mogul.family import AbstractFamily
from mogul.mixture import Mixture
from mogul.start.best import ALIKE, REDIVIDED, Lead, Soundness, best_of_partitions, distinct, mixtures_of
from mogul.start.sample import StartSample

PAIRS = 3
"""So many pairs of components, those that overlap most, are merged, and divided anew."""

SPLITS = 3
"""For each pair, so many other components, those that fill the largest volume, are split."""

SIDES = (0.0, -0.5, 0.5)
"""Where a group is cut along its longest axis, in standard deviations from its mean."""

CORES = (0.25, 0.5)
"""Which part of the rows of a group is its core."""

AGREED = 4
"""Where so many starts, half of them, lead to one place, there is hardly a better one."""


def redivided(lead: Lead, sample: StartSample, family: AbstractFamily, soundness: Soundness, n_rounds: int) -> Lead:
    """Return where moving one component after the other leads to, as long as that is better, or the lead itself."""
    tried = family if family.averaging is not None else family.scout
    for _ in range(n_rounds if lead.n_agreeing < AGREED else 0):
        partitions = redivisions(sample, lead.polished)
        if not len(partitions):
            break
        try:
            starts = mixtures_of(sample, partitions, lead.polished.n_components, tried)
            other = best_of_partitions(sample, starts, family, REDIVIDED, soundness, known=lead.merit)
        except MogulError:
            break  # Of a search that may find nothing, nothing need be found.
        is_sound, log_likelihood = lead.merit
        if other.merit <= (is_sound, log_likelihood + ALIKE * float(sample.weights.sum())):
            break
        lead = replace(other, n_tried=lead.n_tried + other.n_tried)
    return lead


def redivisions(sample: StartSample, mixture: Mixture) -> Array:
    """Return labels (C, M): what partitions of the sample one gets by moving one component elsewhere.

    None if a component is the most probable one of no row: then it is not told where it is.
    """
    responsibilities = mixture.responsibilities(sample.rows)
    labels: Array = responsibilities.argmax(axis=1)
    n_components = mixture.n_components
    if n_components == 1 or np.bincount(labels, minlength=n_components).min() == 0:
        return np.empty((0, len(labels)), dtype=labels.dtype)
    largest = _largest_first(sample, labels, n_components)[: SPLITS + 2]
    pairs = _overlapping(sample.weights, responsibilities)[:PAIRS]
    rows_of = {k: np.flatnonzero(labels == k) for k in {*largest, *(k for pair in pairs for k in pair)}}
    unions = [np.concatenate([rows_of[i], rows_of[j]]) for i, j in pairs]
    groups = list(_groups(sample, [*unions, *(rows_of[k] for k in largest)]))
    wholes = dict(zip(largest, groups[len(unions) :], strict=True))
    halves = {k: list(whole.cuts(SIDES[:1], CORES[-1:])) for k, whole in wholes.items()}
    found = []
    for (i, j), union in zip(pairs, groups, strict=False):
        for one, other in union.cuts(SIDES, CORES):
            found.append(_with(_with(labels, one, i), other, j))
        merged = _with(labels, rows_of[j], i)
        others = [k for k in largest if k not in (i, j)][:SPLITS]
        found += [_with(merged, half, j) for k in others for half, _ in halves[k]]
    return distinct(np.array(found)) if found else np.empty((0, len(labels)), dtype=labels.dtype)


def _with(labels: Array, rows: Array, label: int) -> Array:
    changed = labels.copy()
    changed[rows] = label
    return changed


def _overlapping(weights: FloatArray, responsibilities: FloatArray) -> list[tuple[int, int]]:
    """Return pairs of components, those with the most correlated responsibilities first (equation 3.4, normed)."""
    shared = (responsibilities * weights[:, None]).T @ responsibilities
    sizes = np.sqrt(np.diag(shared))
    correlation = shared / np.where(sizes > 0, np.multiply.outer(sizes, sizes), 1.0)
    first, second = np.triu_indices(len(shared), 1)
    order = np.argsort(-correlation[first, second], kind="stable")
    return list(zip(first[order].tolist(), second[order].tolist(), strict=True))


def _largest_first(sample: StartSample, labels: Array, n_components: int) -> list[int]:
    """Return the components by the squared distance of their rows from their centres: there is most to be gained."""
    members = sample.weights * (labels == np.arange(n_components)[:, None])
    counts, sums = members.sum(axis=1), members @ sample.points
    spreads = members @ np.einsum("nd,nd->n", sample.points, sample.points) - (sums**2).sum(axis=1) / counts
    order: list[int] = np.argsort(-spreads, kind="stable").tolist()
    return order


@final
@dataclass(frozen=True, eq=False)
class _Group:
    """Return rows that are to be cut in two."""

    rows: Array
    """Their numbers in the sample, (M,)."""
    weights: FloatArray
    scaled: FloatArray
    """The rows along their principal axes, in standard deviations, that of the greatest spread last, (M, D)."""

    def cuts(self, sides: tuple[float, ...], cores: tuple[float, ...]) -> Iterator[tuple[Array, Array]]:
        """Yield, for each way to cut the group, the numbers of the rows of either part."""
        for side in sides:
            yield from self._parts(self.scaled[:, -1] > side)
        distances = np.einsum("nd,nd->n", self.scaled, self.scaled)
        order = np.argsort(distances, kind="stable")
        heights = np.cumsum(self.weights[order])
        for core in cores:
            edge = min(int(np.searchsorted(heights, core * heights[-1])), len(order) - 1)
            yield from self._parts(distances <= distances[order[edge]])

    def _parts(self, inside: BoolArray) -> Iterator[tuple[Array, Array]]:
        if inside.any() and not inside.all():
            yield self.rows[inside], self.rows[~inside]


def _groups(sample: StartSample, members: list[Array]) -> Iterator[_Group]:
    """Yield the groups of these rows; one without any spread is all in its centre, where nothing cuts it."""
    weights = [sample.weights[rows] for rows in members]
    centred = []
    for rows, v in zip(members, weights, strict=True):
        points = sample.points[rows]
        centred.append(points - v @ points / v.sum())
    scatters = [(v[:, None] * away).T @ away / v.sum() for v, away in zip(weights, centred, strict=True)]
    variances, axes = np.linalg.eigh(np.array(scatters))
    for rows, v, away, own, along in zip(members, weights, centred, variances, axes, strict=True):
        is_spread = own[-1] > 0
        scaled = away @ along / np.sqrt(np.maximum(own, own[-1] * 2.0**-40)) if is_spread else np.zeros_like(away)
        yield _Group(rows, v, scaled)
