"""Wrappers that hold parameters at given values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray
from mogul._numerics import exact_sum
from mogul.covariance import AbstractCovariance, FullCovariance
from mogul.family.abstract import AbstractFamily, Conjugacy
from mogul.family.closed import VVV
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, FullMoments, Statistics


@dataclass(frozen=True, eq=False)
class AbstractFixed(AbstractWrapper):
    """Parameters of some components are given; where they are NaN, they are free."""

    values: FloatArray
    """Of K components, the first axis."""

    @property
    def held(self) -> BoolArray:
        """Which components have theirs given, (K,)."""
        is_given = np.isfinite(self.values.reshape(len(self.values), -1))
        result: BoolArray = np.logical_and.reduce(is_given, axis=1)
        return result

    @property
    def scout(self) -> AbstractFamily:
        return self.inner.scout

    @property
    def tells_apart(self) -> bool:
        return True

    def permuted(self, order: Array) -> AbstractFamily:
        return replace(self, inner=self.inner.permuted(order), values=self.values[order])


@final
@dataclass(frozen=True, eq=False)
class FixedWeights(AbstractFixed):
    """Some weights are given; the others share what is left as they would share all: w_k = left n_k / sum_free n_j."""

    def _shared(self, free: FloatArray) -> FloatArray:
        """Return all weights, given in which proportion the free components stand, (K,)."""
        held = self.held
        left = 1 - exact_sum(self.values[held])
        return np.where(held, self.values, left * free / (exact_sum(free[~held]) or 1.0))

    def weights(self, statistics: Statistics) -> FloatArray:
        return self._shared(self.inner.weights(statistics))

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        weights = self._shared(inner.weights)
        if np.allclose(weights, inner.weights, rtol=1e-12, atol=0):
            return inner
        return Mixture(weights, inner.means, inner.covariances)

    def misfit(self, mixture: Mixture) -> FloatArray:
        away = np.abs(np.log(np.maximum(mixture.weights, 1e-300)) - np.log(self.values)[:, None])
        return self.inner.misfit(mixture) + np.where(self.held[:, None], away, 0.0)

    def n_weights(self, n_components: int) -> int:
        return max(self.inner.n_weights(n_components) - int(self.held.sum()), 0)


@final
@dataclass(frozen=True, eq=False)
class FixedMeans(AbstractFixed):
    """Some means are given, (K, D): the covariances of these components are about them."""

    def means(self, statistics: Statistics, previous: Mixture | None) -> FloatArray:
        return np.where(self.held[:, None], self.values, self.inner.means(statistics, previous))

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        return Mixture(inner.weights, np.where(self.held[:, None], self.values, inner.means), inner.covariances)

    def misfit(self, mixture: Mixture) -> FloatArray:
        centres = np.where(self.held[:, None], self.values, 0.0)
        away = [mixture.covariances.whitened_vectors(centre - mixture.means) for centre in centres]
        distances = np.array([(each**2).sum(axis=1) for each in away]) / 2
        return self.inner.misfit(mixture) + np.where(self.held[:, None], distances, 0.0)

    def n_means(self, n_components: int, n_features: int) -> int:
        return self.inner.n_means(n_components, n_features) - n_features * int(self.held.sum())


@final
@dataclass(frozen=True, eq=False)
class FixedCovariances(AbstractFixed):
    """Some covariances are given, (K, D, D); the inner family holds for the others, as if they were all there are."""

    @property
    def moments(self) -> AbstractMoments:
        # What is summed over all components cannot be told of some, and what is given may be of any shape.
        return FullMoments()

    @property
    def bare(self) -> AbstractFamily:
        return VVV()

    @property
    def conjugacy(self) -> Conjugacy | None:
        return None

    @property
    def scout(self) -> AbstractFamily:
        return VVV()

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        free = np.flatnonzero(~self.held)
        matrices = self.values.copy()
        if len(free):
            before = None if previous is None else previous.selected(free)
            found = self.inner.covariances(self._of_free(statistics, free), before, floor)
            matrices[free] = found.dense()
        return FullCovariance(matrices)

    def _of_free(self, statistics: Statistics, free: Array) -> Statistics:
        moments = self.inner.moments
        return replace(
            statistics,
            counts=statistics.counts[free],
            first=np.zeros_like(statistics.first[free]),
            second=moments.of_full(statistics.scatter()[free]),
            origin=statistics.means()[free],
            moments=moments,
        )

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        matrices = np.where(self.held[:, None, None], self.values, inner.covariances.dense())
        return Mixture(inner.weights, inner.means, FullCovariance(matrices))

    def misfit(self, mixture: Mixture) -> FloatArray:
        matrices = mixture.covariances.dense()
        cost = np.zeros((len(self.values), mixture.n_components))
        for k in np.flatnonzero(self.held):
            ratio = np.linalg.solve(self.values[k], matrices)
            volumes = mixture.covariances.log_determinants - np.linalg.slogdet(self.values[k])[1]
            cost[k] = (np.trace(ratio, axis1=1, axis2=2) - mixture.n_features - volumes) / 2
        return self.inner.misfit(mixture) + cost

    def n_parameters(self, n_components: int, n_features: int) -> int:
        n_free = int((~self.held).sum())
        return self.inner.n_parameters(n_free, n_features) if n_free else 0
