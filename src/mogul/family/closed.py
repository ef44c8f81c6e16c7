"""The families whose forms hold nothing but the constraint: their covariances are the average scatter itself.

Celeux and Govaert (1995), Pattern Recognition 28, 781-793, table 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

from mogul._kernels import FloatArray
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.family.abstract import AbstractFamily, Averaging, Conjugacy, Symmetry
from mogul.mixture import Mixture
from mogul.statistics import DiagonalMoments, Floor, FullMoments, PooledMoments, Statistics, TraceMoments


def _averages(statistics: Statistics, floor: Floor | None) -> FloatArray:
    """Return the average scatters, nowhere below the floor: of all such covariances the likeliest."""
    return statistics.averages() if floor is None else statistics.raised(floor).averages()


@final
@dataclass(frozen=True)
class VVV(AbstractFamily):
    """Every component its own matrix: Sigma_k = W_k / n_k."""

    name: ClassVar[str] = "VVV"
    moments: ClassVar[FullMoments] = FullMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.AFFINE
    averaging: ClassVar[Averaging] = Averaging(FullCovariance)
    conjugacy: ClassVar[Conjugacy] = Conjugacy(has_axes=True)

    @property
    def scout(self) -> AbstractFamily:
        return self

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components * n_features * (n_features + 1) // 2

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return FullCovariance(_averages(statistics, floor))


@final
@dataclass(frozen=True)
class EEE(AbstractFamily):
    """One matrix for all: Sigma = sum_k W_k / n."""

    name: ClassVar[str] = "EEE"
    moments: ClassVar[PooledMoments] = PooledMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.AFFINE
    averaging: ClassVar[Averaging] = Averaging(TiedCovariance)
    conjugacy: ClassVar[Conjugacy] = Conjugacy(is_shared=True, has_axes=True)

    @property
    def scout(self) -> AbstractFamily:
        return self

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_features * (n_features + 1) // 2

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return TiedCovariance(_averages(statistics, floor), len(statistics.counts))


@final
@dataclass(frozen=True)
class VVI(AbstractFamily):
    """Every component its own variances: Sigma_k = diag(W_k) / n_k."""

    name: ClassVar[str] = "VVI"
    moments: ClassVar[DiagonalMoments] = DiagonalMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.COLUMNS
    averaging: ClassVar[Averaging] = Averaging(DiagonalCovariance)
    conjugacy: ClassVar[Conjugacy] = Conjugacy()

    @property
    def scout(self) -> AbstractFamily:
        return self

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components * n_features

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return DiagonalCovariance(_averages(statistics, floor))


@final
@dataclass(frozen=True)
class VII(AbstractFamily):
    """Balls of their own size: Sigma_k = tr(W_k) / (n_k D) times the identity."""

    name: ClassVar[str] = "VII"
    moments: ClassVar[TraceMoments] = TraceMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION
    averaging: ClassVar[Averaging] = Averaging(SphericalCovariance)
    conjugacy: ClassVar[Conjugacy] = Conjugacy(is_round=True)

    @property
    def scout(self) -> AbstractFamily:
        return self

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return SphericalCovariance(_averages(statistics, floor), statistics.first.shape[1])
