"""Which second moments a pass collects.

With r_nk the responsibilities times the row weights and d_nk = x_n - origin_k, a kind of moments keeps of
``sum_n r_nk d_nk d_nk'`` what its families need: all of it, its diagonal, its trace, or its sum over components.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray


class AbstractMoments(ABC):
    """A kind of second moments; an object without data."""

    @abstractmethod
    def of_full(self, second: FloatArray) -> FloatArray:
        """Return these moments, given all second moments (K, D, D)."""

    @abstractmethod
    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        """Return these moments of ``counts[k]`` copies of ``vectors[k]``, shape (K, D)."""

    @abstractmethod
    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        """Return these moments of ``counts[k]`` rows of covariance ``variance`` times the identity."""


@final
@dataclass(frozen=True)
class FullMoments(AbstractMoments):
    """A matrix a component, shape (K, D, D)."""

    def of_full(self, second: FloatArray) -> FloatArray:
        return second

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return counts[:, None, None] * vectors[:, :, None] * vectors[:, None, :]

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return counts[:, None, None] * (variance * np.eye(n_features))


@final
@dataclass(frozen=True)
class PooledMoments(AbstractMoments):
    """One matrix for all components together, shape (D, D)."""

    def of_full(self, second: FloatArray) -> FloatArray:
        return second.sum(axis=0)

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return (counts[:, None] * vectors).T @ vectors

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return counts.sum() * variance * np.eye(n_features)


@final
@dataclass(frozen=True)
class DiagonalMoments(AbstractMoments):
    """Squares only, shape (K, D)."""

    def of_full(self, second: FloatArray) -> FloatArray:
        return np.einsum("kii->ki", second)

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return counts[:, None] * vectors**2

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return np.repeat(counts[:, None] * variance, n_features, axis=1)


@final
@dataclass(frozen=True)
class TraceMoments(AbstractMoments):
    """Squared lengths only, shape (K,)."""

    def of_full(self, second: FloatArray) -> FloatArray:
        return np.einsum("kii->k", second)

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return counts * (vectors**2).sum(axis=1)

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return counts * variance * n_features
