"""The families whose axes are those of the features: EEI, VEI, EVI, and the ball EII."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul.covariance import AbstractCovariance, DiagonalCovariance, SphericalCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Conjugacy, Constraint, Symmetry
from mogul.family.closed import VII, VVI
from mogul.family.variances import AbstractVariances, SharedShape, SharedVariances, SharedVolume
from mogul.mixture import Mixture
from mogul.statistics import DiagonalMoments, Floor, Statistics, TraceMoments


class AbstractAxisParallel(AbstractFamily):
    """Diagonal covariances of constrained variances: Sigma_k = diag(b_k).

    What is left of the M-step is that of the variances, of the scatters diag(W_k) (Celeux and Govaert, 1995, section
    4).
    """

    moments: ClassVar[DiagonalMoments] = DiagonalMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.COLUMNS

    @property
    @abstractmethod
    def variances(self) -> AbstractVariances:
        """The constraint on the variances."""

    @property
    def scout(self) -> AbstractFamily:
        return VVI()

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.variances.n_parameters(n_components, n_features)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        least = 0.0 if floor is None else floor.variances
        # Of a column that does not vary, rounding can leave a scatter below zero.
        scatter = np.maximum(statistics.scatter(), 0.0)
        return DiagonalCovariance(self.variances.fitted(statistics.counts, scatter, least))


@final
@dataclass(frozen=True)
class EEI(AbstractAxisParallel):
    """One diagonal matrix for all: Sigma = sum_k diag(W_k) / n."""

    name: ClassVar[str] = "EEI"
    climbing: ClassVar[Averaging] = Averaging(DiagonalCovariance, constraint=Constraint.EEI)
    variances: ClassVar[SharedVariances] = SharedVariances()
    conjugacy: ClassVar[Conjugacy] = Conjugacy(is_shared=True)


@final
@dataclass(frozen=True)
class VEI(AbstractAxisParallel):
    """Multiples of one diagonal matrix: Sigma_k = lambda_k A."""

    name: ClassVar[str] = "VEI"
    climbing: ClassVar[Averaging] = Averaging(DiagonalCovariance, constraint=Constraint.VEI)
    variances: ClassVar[SharedShape] = SharedShape()


@final
@dataclass(frozen=True)
class EVI(AbstractAxisParallel):
    """Diagonal matrices of one determinant: Sigma_k = lambda A_k."""

    name: ClassVar[str] = "EVI"
    climbing: ClassVar[Averaging] = Averaging(DiagonalCovariance, constraint=Constraint.EVI)
    variances: ClassVar[SharedVolume] = SharedVolume()


@final
@dataclass(frozen=True)
class EII(AbstractFamily):
    """Balls of one size: Sigma_k = sum_k tr(W_k) / (n D) times the identity (Celeux and Govaert, 1995, table 1)."""

    name: ClassVar[str] = "EII"
    climbing: ClassVar[Averaging] = Averaging(SphericalCovariance, constraint=Constraint.EII)
    moments: ClassVar[TraceMoments] = TraceMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION
    conjugacy: ClassVar[Conjugacy] = Conjugacy(is_shared=True, is_round=True)

    @property
    def scout(self) -> AbstractFamily:
        return VII()

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return 1

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        n_components, n_features = statistics.first.shape
        variance = statistics.scatter().sum() / (statistics.total * n_features)
        least = 0.0 if floor is None else floor.mean_variance
        return SphericalCovariance(np.full(n_components, max(variance, least)), n_features)
