"""Which second moments a pass collects.

With r_nk the responsibilities times the row weights and d_nk = x_n - origin_k, a kind of moments keeps of
``sum_n r_nk d_nk d_nk'`` what its families need: all of it, its diagonal, its trace, or its sum over components.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray
from mogul._numerics import exact_sum, symmetric
from mogul.statistics.floor import NEAR, RELATIVE, Floor


class AbstractMoments(ABC):
    """A kind of second moments; an object without data."""

    pooled: ClassVar[bool] = False
    """Whether they are summed over components."""

    correlations: ClassVar[bool] = False
    """Whether they say how features vary together."""

    @abstractmethod
    def selected(self, components: Array) -> Self:
        """Return the same kind of moments for the given components, if it says something of each of them."""

    @abstractmethod
    def facing(self, away: FloatArray, r: FloatArray) -> Self:
        """Return the kind of moments that suits the rows of one component; see `of_rows`."""

    @abstractmethod
    def joined(self, kinds: Sequence[Self]) -> Self:
        """Return the kind of moments of K components, given that of each."""

    @abstractmethod
    def shared_average(self, scatter: FloatArray, counts: FloatArray) -> FloatArray:
        """Return the average scatter of all rows as the moments of each component would have it, (K, ...) or (1, ...).

        Not for pooled moments.
        """

    @abstractmethod
    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        """Return what rows away (N, D) from the origin, of responsibilities r (N,), add to their component."""

    @abstractmethod
    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        """Return second moments per row and direction: what a free family takes as its covariances."""

    @abstractmethod
    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        """Return the second moments of these averages: the inverse of `averaged`."""

    @abstractmethod
    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        """Return the nearest averages, in likelihood, that are nowhere below `floor`."""

    @abstractmethod
    def floor_of(self, floor: Floor) -> FloatArray:
        """Return the floor of one average, in its layout."""

    @abstractmethod
    def floors_above(self, variances: FloatArray) -> FloatArray:
        """Return, for each of G data sets of these column variances (G, D), a simple floor nowhere below its own."""

    @abstractmethod
    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        """Return whether all averages, of one mixture or of several, stand clear of the floor in every direction."""

    @abstractmethod
    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        """Return which components, (K,) or (1,), the floor holds up in a direction in which the data vary."""

    @abstractmethod
    def of_full(self, second: FloatArray) -> FloatArray:
        """Return these moments, given all second moments (K, D, D)."""

    @abstractmethod
    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        """Return these moments of ``counts[k]`` copies of ``vectors[k]``, shape (K, D)."""

    @abstractmethod
    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        """Return these moments of ``counts[k]`` rows of covariance ``variance`` times the identity."""


class AbstractFixedMoments(AbstractMoments):
    """The same second moments of every component, whatever it is like."""

    def selected(self, components: Array) -> Self:
        return self

    def facing(self, away: FloatArray, r: FloatArray) -> Self:
        return self

    def joined(self, kinds: Sequence[Self]) -> Self:
        return self

    def shared_average(self, scatter: FloatArray, counts: FloatArray) -> FloatArray:
        result: FloatArray = scatter.sum(axis=0)[None] / exact_sum(counts)
        return result


@final
@dataclass(frozen=True)
class FullMoments(AbstractFixedMoments):
    """A matrix a component, shape (K, D, D)."""

    correlations = True

    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return second / counts[:, None, None]

    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return average * counts[:, None, None]

    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        return floor.raised(average)

    def floor_of(self, floor: Floor) -> FloatArray:
        return floor.matrix

    def floors_above(self, variances: FloatArray) -> FloatArray:
        # No eigenvalue of a correlation matrix is above D.
        result: FloatArray = (RELATIVE * variances.shape[1]) * variances[:, :, None] * np.eye(variances.shape[1])
        return result

    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        return floor.is_below(averages)

    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        return floor.holds(average)

    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        return (away * r[:, None]).T @ away

    def of_full(self, second: FloatArray) -> FloatArray:
        return second

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        # The product of vectors first: then the result is symmetric to the last bit.
        return counts[:, None, None] * (vectors[:, :, None] * vectors[:, None, :])

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return counts[:, None, None] * (variance * np.eye(n_features))


@final
@dataclass(frozen=True)
class PooledMoments(AbstractFixedMoments):
    """One matrix for all components together, shape (D, D)."""

    correlations = True
    pooled = True

    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return second / exact_sum(counts)

    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return average * exact_sum(counts)

    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        result: FloatArray = floor.raised(average[None])[0]
        return result

    def floor_of(self, floor: Floor) -> FloatArray:
        return floor.matrix

    def floors_above(self, variances: FloatArray) -> FloatArray:
        # No eigenvalue of a correlation matrix is above D.
        result: FloatArray = (RELATIVE * variances.shape[1]) * variances[:, :, None] * np.eye(variances.shape[1])
        return result

    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        return floor.is_below(averages)

    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        return floor.holds(average[None])

    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        return (away * r[:, None]).T @ away

    def of_full(self, second: FloatArray) -> FloatArray:
        # In an order of their own, so that the sum does not depend on the numbering of the components.
        order = np.lexsort(second.reshape(len(second), -1).T)
        result: FloatArray = second[order].sum(axis=0)
        return result

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return symmetric((counts[:, None] * vectors).T @ vectors)

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return exact_sum(counts) * variance * np.eye(n_features)


@final
@dataclass(frozen=True)
class DiagonalMoments(AbstractFixedMoments):
    """Squares only, shape (K, D)."""

    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return second / counts[:, None]

    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return average * counts[:, None]

    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        return np.maximum(average, floor.variances)

    def floor_of(self, floor: Floor) -> FloatArray:
        return floor.variances

    def floors_above(self, variances: FloatArray) -> FloatArray:
        result: FloatArray = RELATIVE * variances
        return result

    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        return bool((averages > NEAR * floor.variances).all())

    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        result: BoolArray = np.any((average <= NEAR * floor.variances) & ~floor.spread.constant, axis=1)
        return result

    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        return r @ away**2

    def of_full(self, second: FloatArray) -> FloatArray:
        result: FloatArray = np.einsum("kii->ki", second)
        return result

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        return counts[:, None] * vectors**2

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return np.repeat(counts[:, None] * variance, n_features, axis=1)


@final
@dataclass(frozen=True)
class TraceMoments(AbstractFixedMoments):
    """Squared lengths only, shape (K,)."""

    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return second / (counts * n_features)

    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return average * (counts * n_features)

    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        return np.maximum(average, floor.mean_variance)

    def floor_of(self, floor: Floor) -> FloatArray:
        return np.array(floor.mean_variance)

    def floors_above(self, variances: FloatArray) -> FloatArray:
        result: FloatArray = RELATIVE * variances.mean(axis=1)
        return result

    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        return bool((averages > NEAR * floor.mean_variance).all())

    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        return average <= NEAR * floor.mean_variance

    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        return np.asarray(r @ (away**2).sum(axis=1))

    def of_full(self, second: FloatArray) -> FloatArray:
        result: FloatArray = np.einsum("kii->k", second)
        return result

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        result: FloatArray = counts * (vectors**2).sum(axis=1)
        return result

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        return counts * variance * n_features
