"""Wrappers that let groups of components share parameters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.covariance import AbstractCovariance
from mogul.errors import ParameterError
from mogul.family.abstract import AbstractFamily, Conjugacy
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import Floor, Statistics


@dataclass(frozen=True, eq=False)
class AbstractShared(AbstractWrapper):
    """Components of one group have something in common."""

    groups: Array
    """The group of each component, (K,): integers from 0 to G - 1."""

    @property
    def n_groups(self) -> int:
        """G."""
        return int(self.groups.max()) + 1

    @property
    def firsts(self) -> Array:
        """The first component of each group, (G,)."""
        return np.unique(self.groups, return_index=True)[1]

    @property
    def scout(self) -> AbstractFamily:
        return self.inner.scout

    @property
    def tells_apart(self) -> bool:
        return True

    def permuted(self, order: Array) -> AbstractFamily:
        return replace(self, inner=self.inner.permuted(order), groups=self.groups[order])

    def _sums(self, values: FloatArray) -> FloatArray:
        """Return sums (G, ...) over the components of each group."""
        return np.array([values[self.groups == group].sum(axis=0) for group in range(self.n_groups)])


@final
@dataclass(frozen=True, eq=False)
class SharedMeans(AbstractShared):
    """Components of one group have one mean, as a peak and its wider tails do.

    Given the covariances before the round, the mean of a group is exact: the average of its components' means, each
    weighted by ``counts[k] Sigma_k^-1``. Covariances are then found about it (expectation conditional maximisation,
    Meng and Rubin, 1993, Biometrika 80, 267-278): the likelihood rises at every round.
    """

    def means(self, statistics: Statistics, previous: Mixture | None) -> FloatArray:
        own, counts = self.inner.means(statistics, previous), statistics.counts
        if previous is None:
            return (self._sums(counts[:, None] * own) / self._sums(counts)[:, None])[self.groups]
        weights = counts[:, None, None] * np.linalg.inv(previous.covariances.dense())
        # Differences from one of them first: nothing cancels for data far from zero.
        bases = own[self.firsts][self.groups]
        pulls = np.einsum("kij,kj->ki", weights, own - bases)
        moves = np.linalg.solve(self._sums(weights), self._sums(pulls)[:, :, None])[:, :, 0]
        result: FloatArray = (own[self.firsts] + moves)[self.groups]
        return result

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        if np.array_equal(inner.means, inner.means[self.firsts][self.groups]):
            return inner
        shares = self._sums(inner.weights[:, None] * inner.means) / self._sums(inner.weights)[:, None]
        return Mixture(inner.weights, shares[self.groups], inner.covariances)

    def n_means(self, n_components: int, n_features: int) -> int:
        return self.inner.n_means(self.n_groups, n_features)


@final
@dataclass(frozen=True, eq=False)
class SharedCovariances(AbstractShared):
    """Components of one group have one covariance; the inner family holds for the groups, as if each were a component.

    The rows of a group, each seen from the mean of its own component, are as many rows about one mean.
    """

    def __post_init__(self) -> None:
        if self.inner.moments.pooled:
            raise ParameterError(
                f"The family {self.inner.name} has one covariance for all components already. Use VVV ('full') to "
                "share covariances within groups."
            )

    @property
    def conjugacy(self) -> Conjugacy | None:
        return None

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        scatter = self._sums(statistics.scatter())
        grouped = replace(
            statistics,
            counts=self._sums(statistics.counts),
            first=np.zeros((self.n_groups, statistics.first.shape[1])),
            second=scatter,
            origin=statistics.means()[self.firsts],
            moments=statistics.moments.selected(self.firsts),
        )
        before = None if previous is None else previous.selected(self.firsts)
        return self.inner.covariances(grouped, before, floor).selected(self.groups)

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        return Mixture(inner.weights, inner.means, inner.covariances.selected(self.firsts[self.groups]))

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.inner.n_parameters(self.n_groups, n_features)
