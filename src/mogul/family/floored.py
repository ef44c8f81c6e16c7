"""Wrappers that keep components from collapsing. They change the statistics, so no family has code for them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from mogul.covariance import AbstractCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Symmetry
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, Statistics


@final
@dataclass(frozen=True, eq=False)
class Bounded(AbstractFamily):
    """No average scatter below `floor`. Far from the floor nothing changes at all.

    For VVV, EEE, VVI and VII this is the exact M-step under the constraint Sigma_k >= floor, so the likelihood
    itself never falls.
    """

    inner: AbstractFamily
    floor: Floor

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
    def averaging(self) -> Averaging | None:
        inner = self.inner.averaging
        return replace(inner, floor=self.floor) if inner is not None and inner.is_plain else None

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.inner.n_parameters(n_components, n_features)

    def covariances(self, statistics: Statistics, previous: Mixture | None) -> AbstractCovariance:
        return self.inner.covariances(statistics.raised(self.floor), previous)


@final
@dataclass(frozen=True, eq=False)
class Widened(AbstractFamily):
    """Every row is taken as blurred by `variance` in every direction: what scikit-learn's reg_covar does."""

    inner: AbstractFamily
    variance: float

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
    def averaging(self) -> Averaging | None:
        inner = self.inner.averaging
        return replace(inner, widening=self.variance) if inner is not None and inner.is_plain else None

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.inner.n_parameters(n_components, n_features)

    def covariances(self, statistics: Statistics, previous: Mixture | None) -> AbstractCovariance:
        return self.inner.covariances(statistics.widened(self.variance), previous)
