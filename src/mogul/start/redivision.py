"""Split and merge: other partitions near the one that a fit has come to.

Ueda, Nakano, Ghahramani and Hinton (2000), SMEM algorithm for mixture models, Neural Computation 12, 2109-2128: EM
cannot carry a component from where there are too many to where there are too few. Merging two components that share
their rows and splitting a third can. Besides, two that overlap are one group that may have been divided in the wrong
way: side by side, where a dense core in a wide halo would be likelier, or the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mogul._kernels import Array, BoolArray
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
            other = best_of_partitions(sample, starts, family, REDIVIDED, soundness)
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
    labels = mixture.labels(sample.rows)
    groups = [np.flatnonzero(labels == k) for k in range(mixture.n_components)]
    if mixture.n_components == 1 or min(map(len, groups)) == 0:
        return np.empty((0, len(labels)), dtype=labels.dtype)
    found = []
    by_volume = _largest_first(sample, groups)
    halves = {k: list(_cuts(sample, groups[k], SIDES[:1], CORES[-1:])) for k in by_volume[: SPLITS + 2]}
    for i, j in _overlapping(sample, mixture)[:PAIRS]:
        both = np.concatenate([groups[i], groups[j]])
        for one, other in _cuts(sample, both, SIDES, CORES):
            found.append(_with(_with(labels, one, i), other, j))
        merged = _with(labels, groups[j], i)
        others = [k for k in by_volume[: SPLITS + 2] if k not in (i, j)][:SPLITS]
        found += [_with(merged, half, j) for k in others for half, _ in halves[k]]
    return distinct(np.array(found)) if found else np.empty((0, len(labels)), dtype=labels.dtype)


def _with(labels: Array, rows: Array, label: int) -> Array:
    changed = labels.copy()
    changed[rows] = label
    return changed


def _overlapping(sample: StartSample, mixture: Mixture) -> list[tuple[int, int]]:
    """Return pairs of components, those with the most correlated responsibilities first (equation 3.4, normed)."""
    r = mixture.responsibilities(sample.rows)
    shared = (r * sample.weights[:, None]).T @ r
    sizes = np.sqrt(np.diag(shared))
    correlation = shared / np.where(sizes > 0, np.multiply.outer(sizes, sizes), 1.0)
    first, second = np.triu_indices(mixture.n_components, 1)
    order = np.argsort(-correlation[first, second], kind="stable")
    return list(zip(first[order].tolist(), second[order].tolist(), strict=True))


def _largest_first(sample: StartSample, groups: list[Array]) -> list[int]:
    """Return the components by the squared distance of their rows from their centres: there is most to be gained."""
    spreads = []
    for group in groups:
        points, weights = sample.points[group], sample.weights[group]
        away = points - np.average(points, axis=0, weights=weights)
        spreads.append(float(np.einsum("n,nd,nd->", weights, away, away)))
    order: list[int] = np.argsort(-np.array(spreads), kind="stable").tolist()
    return order


def _cuts(
    sample: StartSample, group: Array, sides: tuple[float, ...], cores: tuple[float, ...]
) -> Iterator[tuple[Array, Array]]:
    """Return, for each way to cut a group of rows in two, the numbers of the rows of either part."""
    points, weights = sample.points[group], sample.weights[group]
    away = points - np.average(points, axis=0, weights=weights)
    variances, axes = np.linalg.eigh(np.einsum("n,ni,nj->ij", weights, away, away) / weights.sum())
    if not variances[-1] > 0:
        return
    scaled = away @ axes / np.sqrt(np.maximum(variances, variances[-1] * 2.0**-40))
    for side in sides:
        yield from _parts(group, scaled[:, -1] > side)
    distances = np.einsum("nd,nd->n", scaled, scaled)
    order = np.argsort(distances, kind="stable")
    heights = np.cumsum(weights[order])
    for core in cores:
        edge = min(int(np.searchsorted(heights, core * heights[-1])), len(order) - 1)
        yield from _parts(group, distances <= distances[order[edge]])


def _parts(group: Array, inside: BoolArray) -> Iterator[tuple[Array, Array]]:
    if inside.any() and not inside.all():
        yield group[inside], group[~inside]
