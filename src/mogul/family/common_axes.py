"""The families whose components share their axes, but not their shapes: EVE and VVE."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance import AbstractCovariance, FullCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Constraint, Symmetry
from mogul.family.axes import AxesProblem
from mogul.family.closed import VVV
from mogul.family.variances import AbstractShapes, FreeVariances, SharedVolume
from mogul.mixture import Mixture
from mogul.statistics import Floor, FullMoments, Statistics

COMMON = 1e-6
"""Correlations along axes up to which they count as common to all components."""


class AbstractCommonAxes(AbstractFamily):
    """One set of axes, constrained variances: Sigma_k = D diag(b_k) D'.

    The axes D have no closed form (see `axes`), and more than one local minimum. They are sought from those of the
    previous mixture, so that the likelihood never falls; where it has none in common, or there is no previous one,
    from the features, from the axes of the scatters' sum and from those of each scatter: the best is taken.
    """

    moments: ClassVar[FullMoments] = FullMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION

    @property
    @abstractmethod
    def variances(self) -> AbstractShapes:
        """The constraint on the variances."""

    @property
    def scout(self) -> AbstractFamily:
        return VVV()

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return self.variances.n_parameters(n_components, n_features) + n_features * (n_features - 1) // 2

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        scatter = statistics.scatter()
        least = 0.0 if floor is None else floor.least
        problem = AxesProblem(statistics.counts, scatter, self.variances, least)
        axes = None if previous is None else common_axes(previous.covariances.dense())
        best = problem.best(_first_axes(scatter)) if axes is None else problem.descended(axes)
        return FullCovariance(symmetric((best.axes * best.variances[:, None, :]) @ best.axes.T))


@final
@dataclass(frozen=True)
class EVE(AbstractCommonAxes):
    """Common axes, one determinant: Sigma_k = lambda D A_k D'."""

    name: ClassVar[str] = "EVE"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.EVE)
    variances: ClassVar[SharedVolume] = SharedVolume()


@final
@dataclass(frozen=True)
class VVE(AbstractCommonAxes):
    """Common axes and nothing else: Sigma_k = lambda_k D A_k D' (the common principal components of Flury, 1984)."""

    name: ClassVar[str] = "VVE"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.VVE)
    variances: ClassVar[FreeVariances] = FreeVariances()


def common_axes(covariances: FloatArray) -> FloatArray | None:
    """Return the axes that covariances (K, D, D) have in common, or None if they have none."""
    # Unequal shares: of equal ones, axes could cancel.
    shares = 1 / (1 + 0.618 * np.arange(len(covariances)))
    traces = np.einsum("kii->k", covariances)
    _, axes = np.linalg.eigh(np.tensordot(shares / traces, covariances, 1))
    turned = axes.T @ covariances @ axes
    deviations = np.sqrt(np.abs(np.einsum("kii->ki", turned)))
    between = np.abs(turned) > COMMON * deviations[:, :, None] * deviations[:, None, :]
    return None if (between & ~np.eye(len(axes), dtype=bool)).any() else axes


def _first_axes(scatter: FloatArray) -> list[FloatArray]:
    _, axes = np.linalg.eigh(np.concatenate([scatter.sum(axis=0)[None], scatter]))
    return [np.eye(scatter.shape[1]), *axes]
