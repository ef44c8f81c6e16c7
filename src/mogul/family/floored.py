"""Wrappers that keep components from collapsing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from mogul.covariance import AbstractCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Symmetry
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, Statistics


@dataclass(frozen=True, eq=False)
class AbstractWrapper(AbstractFamily):
    """The inner family in all that does not concern the wrapper."""

    inner: AbstractFamily

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def moments(self) -> AbstractMoments:
        return self.inner.moments

    @property
    def symmetry(self) -> Symmetry:
        return self.inner.symmetry

    @property
    def scout(self) -> AbstractFamily:
        return replace(self, inner=self.inner.scout)

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.inner.n_parameters(n_components, n_features)

    @property
    def plain_averaging(self) -> Averaging | None:
        """The averaging of the inner family, if nothing was wrapped around it before."""
        inner = self.inner.averaging
        return inner if inner is not None and inner.is_plain else None


@final
@dataclass(frozen=True, eq=False)
class Bounded(AbstractWrapper):
    """No covariance below `floor`. Far from the floor nothing changes at all.

    Every family makes its exact M-step under the constraint Sigma_k >= floor beside its own, so the likelihood itself
    never falls.
    """

    floor: Floor

    @property
    def averaging(self) -> Averaging | None:
        plain = self.plain_averaging
        return None if plain is None else replace(plain, floor=self.floor)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return self.inner.covariances(statistics, previous, self.floor)


@final
@dataclass(frozen=True, eq=False)
class Widened(AbstractWrapper):
    """Every row is taken as blurred by `variance` in every direction: what scikit-learn's reg_covar does."""

    variance: float

    @property
    def averaging(self) -> Averaging | None:
        plain = self.plain_averaging
        return None if plain is None else replace(plain, widening=self.variance)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return self.inner.covariances(statistics.widened(self.variance), previous, floor)
