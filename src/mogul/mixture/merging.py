"""What it costs to merge two components into the Gaussian of their mean and covariance."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture.between import log_normal

LOG_2_PI = math.log(2 * math.pi)


@final
@dataclass(frozen=True, eq=False)
class Parts:
    """Return weighted Gaussians that may be merged: the K given ones, and room for those they are merged into."""

    weights: FloatArray
    """(M,)"""
    means: FloatArray
    """(M, D)"""
    covariances: FloatArray
    """(M, D, D)"""
    log_determinants: FloatArray
    """(M,)"""
    widths: FloatArray
    """The largest variance in any direction, (M,)."""

    @classmethod
    def of(cls, weights: FloatArray, means: FloatArray, covariances: FloatArray, room: int) -> Self:
        """Return the parts of given Gaussians with room for so many more."""
        n_features = means.shape[1]
        parts = cls(
            np.concatenate([weights, np.zeros(room)]),
            np.concatenate([means, np.zeros((room, n_features))]),
            np.concatenate([covariances, np.tile(np.eye(n_features), (room, 1, 1))]),
            np.zeros(len(weights) + room),
            np.zeros(len(weights) + room),
        )
        parts.log_determinants[: len(weights)] = np.linalg.slogdet(covariances)[1]
        parts.widths[: len(weights)] = np.linalg.eigvalsh(covariances)[:, -1]
        return parts

    def put(self, place: int, first: int, second: int) -> None:
        """Write the Gaussian that two parts are merged into to a place."""
        weights, means, covariances = self.merged(np.array([first]), np.array([second]))
        self.weights[place], self.means[place], self.covariances[place] = weights[0], means[0], covariances[0]
        self.log_determinants[place] = np.linalg.slogdet(covariances[0])[1]
        self.widths[place] = np.linalg.eigvalsh(covariances[0])[-1]

    def merged(self, first: Array, second: Array) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return weights, means and covariances of pairs of parts, made one: their moments are those of the pair."""
        weights = self.weights[first] + self.weights[second]
        share = self.weights[second] / weights
        away = self.means[second] - self.means[first]
        means = self.means[first] + share[:, None] * away
        spread = (share * (1 - share))[:, None, None] * (away[:, :, None] * away[:, None, :])
        own = (1 - share)[:, None, None] * self.covariances[first] + share[:, None, None] * self.covariances[second]
        return weights, means, own + spread


class AbstractCriterion(ABC):
    """What a merge costs, in terms of the pair alone."""

    name: str

    @abstractmethod
    def least(self, parts: Parts, one: int, others: Array) -> FloatArray:
        """Return lower bounds of the costs that are cheap to compute."""

    @abstractmethod
    def costs(self, parts: Parts, one: int, others: Array) -> FloatArray:
        """Return the costs of merging one part with each of the others."""


@final
class Runnalls(AbstractCriterion):
    """An upper bound of the Kullback-Leibler divergence that a merge adds (Runnalls, 2007, eq. 21)."""

    name = "runnalls"

    def least(self, parts: Parts, one: int, others: Array) -> FloatArray:
        # The log-determinant is concave, so that different covariances can only add to what different means cost:
        # (w_i + w_j) / 2 log(1 + a_i a_j d' (a_i S_i + a_j S_j)^-1 d), with shares a of the pair.
        weight, weights = parts.weights[one], parts.weights[others]
        away = parts.means[others] - parts.means[one]
        total = weight + weights
        squared = np.einsum("nd,nd->n", away, away)
        ratio = weight * weights * squared / (total * (weight * parts.widths[one] + weights * parts.widths[others]))
        # A little less than the bound, as its own rounding may lie above.
        result: FloatArray = 0.5 * total * np.log1p(ratio) * (1 - 1e-9)
        return result

    def costs(self, parts: Parts, one: int, others: Array) -> FloatArray:
        weights, _, covariances = parts.merged(np.full(len(others), one), others)
        log_determinants = _log_determinants(covariances)
        own = parts.weights[one] * parts.log_determinants[one]
        theirs = parts.weights[others] * parts.log_determinants[others]
        result: FloatArray = np.maximum(0.5 * (weights * log_determinants - own - theirs), 0.0)
        return result


@final
class Salmond(AbstractCriterion):
    """The variance that a merge takes from between components into one, in units of the whole (Salmond, 1990)."""

    name = "salmond"

    def least(self, parts: Parts, one: int, others: Array) -> FloatArray:
        return self.costs(parts, one, others)

    def costs(self, parts: Parts, one: int, others: Array) -> FloatArray:
        # Parts are given in coordinates in which the covariance of the whole mixture, which no merge changes, is one.
        weight, weights = parts.weights[one], parts.weights[others]
        away = parts.means[others] - parts.means[one]
        result: FloatArray = weight * weights / (weight + weights) * np.einsum("nd,nd->n", away, away)
        return result


def _log_determinants(matrices: FloatArray) -> FloatArray:
    """Return log |S| of many matrices."""
    n_features = matrices.shape[-1]
    # -2 log N(0 | 0, S) is log |2 pi S|.
    result: FloatArray = -2 * log_normal(np.zeros(n_features), matrices) - n_features * LOG_2_PI
    return result


def inner_products(
    means: FloatArray, covariances: FloatArray, other_means: FloatArray, other_covariances: FloatArray
) -> FloatArray:
    """Return the integrals of the products of Gaussians, element by element, with shapes that broadcast."""
    return np.exp(log_normal(means - other_means, covariances + other_covariances))
