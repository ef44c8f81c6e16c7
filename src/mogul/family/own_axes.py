"""The families whose components have axes of their own, but share volume or shape: EEV, VEV, EVV."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul._numerics import symmetric
from mogul.covariance import AbstractCovariance, FullCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Constraint, Symmetry
from mogul.family.closed import VVV
from mogul.family.variances import AbstractVariances, SharedShape, SharedVariances, SharedVolume
from mogul.mixture import Mixture
from mogul.statistics import Floor, FullMoments, Statistics

_EPSILON = 2.0**-52


class AbstractOwnAxes(AbstractFamily):
    """Axes of their own, constrained variances: Sigma_k = L_k diag(b_k) L_k', with W_k = L_k diag(w_k) L_k'.

    Whatever the variances are, a component fits best if its axes are those of its scatter, the largest variance along
    the largest scatter. What is left is the M-step of the variances, of the eigenvalues w_k, all sorted alike
    (Celeux and Govaert, 1995, section 4, with theorem A.1).

    With a floor, all that holds in the metric in which it is the identity.
    """

    moments: ClassVar[FullMoments] = FullMoments()

    @property
    @abstractmethod
    def variances(self) -> AbstractVariances:
        """The constraint on the variances."""

    @property
    def scout(self) -> AbstractFamily:
        return VVV()

    def n_parameters(self, n_components: int, n_features: int) -> int:
        free = n_components * n_features * (n_features - 1) // 2
        return self.variances.n_parameters(n_components, n_features) + free

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        scatter = statistics.scatter()
        values, axes = np.linalg.eigh(scatter if floor is None else floor.relative(scatter))
        # Of few rows the scatter has no volume: what eigenvalues are left are rounding.
        values = np.where(values > values.shape[1] * _EPSILON * values[:, -1:], values, 0.0)
        variances = self.variances.fitted(statistics.counts, values, 0.0 if floor is None else 1.0)
        if floor is not None:
            return FullCovariance(floor.composed(axes, variances))
        return FullCovariance(symmetric((axes * variances[:, None, :]) @ axes.swapaxes(1, 2)))


@final
@dataclass(frozen=True)
class EEV(AbstractOwnAxes):
    """One matrix, turned: Sigma_k = lambda D_k A D_k'."""

    name: ClassVar[str] = "EEV"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.EEV)
    variances: ClassVar[SharedVariances] = SharedVariances()
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION


@final
@dataclass(frozen=True)
class VEV(AbstractOwnAxes):
    """One shape, turned and of any size: Sigma_k = lambda_k D_k A D_k'."""

    name: ClassVar[str] = "VEV"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.VEV)
    variances: ClassVar[SharedShape] = SharedShape()
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION


@final
@dataclass(frozen=True)
class EVV(AbstractOwnAxes):
    """Any matrices of one determinant: Sigma_k = lambda D_k A_k D_k'."""

    name: ClassVar[str] = "EVV"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.EVV)
    variances: ClassVar[SharedVolume] = SharedVolume()
    symmetry: ClassVar[Symmetry] = Symmetry.AFFINE
