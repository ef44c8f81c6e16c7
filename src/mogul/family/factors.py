"""Families of few factors: mixtures of factor analysers, and of probabilistic principal components.

Given the factors of the last mixture, u = B_k' (x - m_k) with B_k = Psi_k^-1/2 V_k, Psi_k the noise and V_k, s_k the
axes and strengths of the factors in its units (see `FactorCovariance`), an M-step needs of the average scatter S_k no
more than its diagonal and S_k B_k. With N_k = B_k' S_k B_k::

    L_k L_k' = S_k B_k (N_k + diag(1 + 1 / s_k^2))^-1 B_k' S_k
    Psi_k    = diag(S_k - L_k L_k'),  or the mean of these numbers times the identity

This is EM for the factors inside EM for the components (Ghahramani and Hinton, 1996; McLachlan, Peel and Bean, 2003,
Computational Statistics and Data Analysis 41, 379-388), the variances of the factors being parameters meanwhile (Liu,
Rubin and Wu, 1998, Biometrika 85, 755-770: parameter expansion), which makes its steps longer. It raises the likelihood
at every round, but is not the maximum for the responsibilities at hand.

Without the ridge, 1 + 1 / s^2, the first line is the part of S_k that any directions B_k span: how a fit begins.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance import AbstractCovariance, FactorCovariance
from mogul.errors import ParameterError
from mogul.family.abstract import AbstractFamily, Symmetry
from mogul.family.closed import VII, VVI
from mogul.mixture import Mixture
from mogul.statistics import Floor, ProjectedMoments, Statistics


@dataclass(frozen=True)
class AbstractFactors(AbstractFamily):
    """Covariances of Q factors and noise."""

    n_factors: int

    def __post_init__(self) -> None:
        if self.n_factors < 1:
            raise ParameterError(f"n_factors is {self.n_factors}; use 1 or more.")

    @property
    def moments(self) -> ProjectedMoments:
        return ProjectedMoments(self.n_factors)

    @property
    def extrapolates(self) -> bool:
        return True

    @property
    def is_exact(self) -> bool:
        return False

    @abstractmethod
    def noise(self, variances: FloatArray, floor: Floor | None) -> FloatArray:
        """Return the uniquenesses (K, D), given what variance the factors leave, not below the floor."""

    @abstractmethod
    def n_noise(self, n_features: int) -> int:
        """Return the number of free parameters of the noise of one component."""

    def n_parameters(self, n_components: int, n_features: int) -> int:
        n_loadings = n_features * self.n_factors - self.n_factors * (self.n_factors - 1) // 2
        return n_components * min(n_loadings + self.n_noise(n_features), n_features * (n_features + 1) // 2)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        directions, ridge = statistics.moments.known  # type: ignore[attr-defined]
        average = statistics.averages()
        variances, products = average[:, :, 0], average[:, :, 1:]
        within = symmetric(np.einsum("kdq,kdp->kqp", directions, products)) + ridge[:, :, None] * np.eye(ridge.shape[1])
        loadings = products @ _inverse_roots(within)
        left = variances - np.einsum("kdq,kdq->kd", loadings, loadings)
        return FactorCovariance(loadings, self.noise(left, floor))


def _inverse_roots(matrices: FloatArray) -> FloatArray:
    """Return R_k with R_k R_k' the inverse of (K, Q, Q) matrices, on the space where they are not zero to rounding."""
    diagonal = np.einsum("kqq->kq", matrices)
    units = np.where(diagonal > 0, 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0)), 0.0)
    values, vectors = np.linalg.eigh(units[:, :, None] * matrices * units[:, None, :])
    sound = values > 1e-13
    roots = np.where(sound, 1 / np.sqrt(np.where(sound, values, 1.0)), 0.0)
    result: FloatArray = units[:, :, None] * vectors * roots[:, None, :]
    return result


@final
@dataclass(frozen=True)
class Factors(AbstractFactors):
    """Factor analysers: a noise of its own for each feature, Sigma_k = L_k L_k' + diag(psi_k)."""

    name: ClassVar[str] = "factor"
    symmetry: ClassVar[Symmetry] = Symmetry.COLUMNS

    @property
    def scout(self) -> AbstractFamily:
        return VVI()

    def n_noise(self, n_features: int) -> int:
        return n_features

    def noise(self, variances: FloatArray, floor: Floor | None) -> FloatArray:
        return variances if floor is None else np.maximum(variances, floor.variances)


@final
@dataclass(frozen=True)
class PrincipalFactors(AbstractFactors):
    """Probabilistic principal components: the same noise for all features, Sigma_k = L_k L_k' + psi_k (identity).

    Tipping and Bishop (1999), Mixtures of probabilistic principal component analysers, Neural Computation 11, 443-482.
    """

    name: ClassVar[str] = "ppca"
    symmetry: ClassVar[Symmetry] = Symmetry.ROTATION

    @property
    def scout(self) -> AbstractFamily:
        return VII()

    def n_noise(self, n_features: int) -> int:
        return 1

    def noise(self, variances: FloatArray, floor: Floor | None) -> FloatArray:
        mean = np.repeat(variances.mean(axis=1, keepdims=True), variances.shape[1], axis=1)
        return mean if floor is None else np.maximum(mean, floor.least)
