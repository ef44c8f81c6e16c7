"""Merge the pair that keeps the integrated squared error to the original mixture least, again and again."""

from __future__ import annotations

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import in_parts
from mogul.mixture.greedy import Merges
from mogul.mixture.merging import Parts, inner_products

ALL_PAIRS = 64
"""Components up to which all pairs are looked at; of more, each looks at its nearest."""

NEAREST = 12
"""How many older partners a component looks at, if there are many: those whose merge changes the density least."""

_AT_ONCE = 1 << 16
"""Pairs of Gaussians that are multiplied at once."""


class _Residual:
    """The original mixture f less the current one g, as inner products with all that may become part of g."""

    def __init__(self, parts: Parts, n_given: int, original: tuple[FloatArray, FloatArray, FloatArray]) -> None:
        self.parts, self.original = parts, original
        self.alive = np.zeros(len(parts.weights), dtype=bool)
        self.alive[:n_given] = True
        self.with_parts = np.zeros(len(parts.weights))
        self.with_parts[:n_given] = self.of(parts.means[:n_given], parts.covariances[:n_given])
        self.pairs = np.empty((0, 2), dtype=int)
        self.weights = np.empty(0)
        self.means = np.empty((0, parts.means.shape[1]))
        self.covariances = np.empty((0, *parts.covariances.shape[1:]))
        self.changes = np.empty(0)
        self.with_merged = np.empty(0)

    def of(self, means: FloatArray, covariances: FloatArray) -> FloatArray:
        """Return <f - g, N> of Gaussians N (M, D)."""
        weights, original_means, original_covariances = self.original
        living = np.flatnonzero(self.alive)
        signed = np.concatenate([weights, -self.parts.weights[living]])
        all_means = np.concatenate([original_means, self.parts.means[living]])
        all_covariances = np.concatenate([original_covariances, self.parts.covariances[living]])
        size = max(1, _AT_ONCE // len(signed))
        parts = in_parts(
            len(means),
            size,
            lambda part: (
                inner_products(means[part, None], covariances[part, None], all_means, all_covariances) @ signed
            ),
        )
        return np.concatenate(parts) if parts else np.empty(0)

    def add(self, pairs: Array) -> None:
        """Take note of pairs (M, 2) that may be merged."""
        weights, means, covariances = self.parts.merged(*pairs.T)
        self.pairs = np.concatenate([self.pairs, pairs])
        self.weights = np.concatenate([self.weights, weights])
        self.means = np.concatenate([self.means, means])
        self.covariances = np.concatenate([self.covariances, covariances])
        self.changes = np.concatenate([self.changes, squared_changes(self.parts, *pairs.T)])
        self.with_merged = np.concatenate([self.with_merged, self.of(means, covariances)])

    def gains(self) -> FloatArray:
        """Return by how much each merge changes the integral of (f - g)^2: <d, d> - 2 <f - g, d> of its change d."""
        first, second = self.pairs.T
        own = self.parts.weights * self.with_parts
        result: FloatArray = self.changes - 2 * (self.weights * self.with_merged - own[first] - own[second])
        return result

    def merge(self, number: int, place: int) -> None:
        """Make the merge of the given number, written to a place of the parts."""
        first, second = (int(part) for part in self.pairs[number])
        self.with_parts[place] = self.with_merged[number]
        self.parts.put(place, first, second)
        kept = ~np.isin(self.pairs, (first, second)).any(axis=1)
        for name in ("pairs", "weights", "means", "covariances", "changes", "with_merged"):
            setattr(self, name, getattr(self, name)[kept])
        self.alive[place] = True
        # g has changed by the merged part, less the two that it was made of.
        living = np.flatnonzero(self.alive)
        for part, sign in ((place, 1.0), (first, -1.0), (second, -1.0)):
            weight = sign * self.parts.weights[part]
            given = (self.parts.means[part], self.parts.covariances[part])
            self.with_merged -= weight * inner_products(self.means, self.covariances, *given)
            near = inner_products(self.parts.means[living], self.parts.covariances[living], *given)
            self.with_parts[living] -= weight * near
        self.alive[[first, second]] = False


def squared_changes(parts: Parts, first: Array, second: Array) -> FloatArray:
    """Return the integral of (merged - first - second)^2 of pairs: how much a merge changes the density."""
    weights, means, covariances = parts.merged(first, second)
    corners = [
        (weights, means, covariances),
        (-parts.weights[first], parts.means[first], parts.covariances[first]),
        (-parts.weights[second], parts.means[second], parts.covariances[second]),
    ]
    total = np.zeros(len(first))
    for a in range(3):
        for b in range(a + 1):
            product = inner_products(corners[a][1], corners[a][2], corners[b][1], corners[b][2])
            total += (1 if a == b else 2) * corners[a][0] * corners[b][0] * product
    return np.maximum(total, 0.0)


def merged_by_squared_error(
    parts: Parts, n_given: int, n_wanted: int, original: tuple[FloatArray, FloatArray, FloatArray], error: float
) -> Merges:
    """Return the merges that lead from `n_given` parts to `n_wanted`, and the squared error after each.

    `original` holds the weights, means and covariances of the mixture f that the error is measured to, `error` the
    squared error of the given parts to it.
    """
    residual = _Residual(parts, n_given, original)
    everyone = n_given <= ALL_PAIRS
    partners = [_partners(parts, one, np.arange(one), everyone) for one in range(1, n_given)]
    if partners:
        residual.add(np.concatenate(partners))
    pairs: list[tuple[int, int]] = []
    errors: list[float] = []
    while len(pairs) < n_given - n_wanted:
        if not everyone and n_given - len(pairs) <= ALL_PAIRS:
            everyone = True
            living = np.flatnonzero(residual.alive)
            known = {tuple(sorted(pair)) for pair in residual.pairs.tolist()}
            lower, upper = np.tril_indices(len(living), -1)
            missing = [p for p in zip(living[upper].tolist(), living[lower].tolist(), strict=True) if p not in known]
            if missing:
                residual.add(np.array(missing))
        gains = residual.gains()
        best = int(gains.argmin())
        place = n_given + len(pairs)
        pairs.append((int(residual.pairs[best, 0]), int(residual.pairs[best, 1])))
        error = max(0.0, error + float(gains[best]))
        errors.append(error)
        residual.merge(best, place)
        others = np.flatnonzero(residual.alive[:place])
        if len(others):
            residual.add(_partners(parts, place, others, everyone))
    return pairs, errors


def _partners(parts: Parts, one: int, others: Array, everyone: bool) -> Array:
    """Return pairs (M, 2) of a part and others: all, or those whose merge changes the density least."""
    others = others[others != one]
    ones = np.full(len(others), one)
    if not everyone and len(others) > NEAREST:
        nearest = np.argpartition(squared_changes(parts, ones, others), NEAREST)[:NEAREST]
        others, ones = others[nearest], ones[nearest]
    return np.stack([others, ones], axis=1)
