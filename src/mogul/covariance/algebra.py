"""Covariances from covariances: of linear maps, sums and products, of features given others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance.checks import factorised

if TYPE_CHECKING:
    from mogul.covariance.abstract import AbstractCovariance


class Regression(NamedTuple):
    """How some features follow from others, component by component."""

    slopes: FloatArray
    """S_fo S_oo^-1, shape (K, M, O) for M free and O given features."""
    covariances: AbstractCovariance
    """What is left of the free features when the others are known: S_ff - S_fo S_oo^-1 S_of."""


class AbstractCovarianceAlgebra(ABC):
    """What makes new covariances of given ones.

    Everything is worked out here of dense matrices and comes out as a FullCovariance; a form in which the result can
    be stored in fewer numbers has its own way. Where two forms meet they are of one type.
    """

    @abstractmethod
    def dense(self) -> FloatArray:
        """Return the K matrices, shape (K, D, D)."""

    def conditional(self, given: Sequence[int], free: Sequence[int]) -> Regression:
        """Return how the free features follow from the given ones."""
        slopes, residual = regressed(self.dense(), given, free)
        return Regression(slopes, as_full(residual))

    def transformed(self, matrix: FloatArray) -> AbstractCovariance:
        """Return the covariances A S_k A' of linear maps, for a matrix A of shape (M, D) and rank M."""
        return as_full(transformed_matrices(self.dense(), matrix))

    def plus(self, other: Self) -> AbstractCovariance:
        """Return the sums S_k + T_k, the covariances of sums of independent variables."""
        return as_full(self.dense() + other.dense())

    def fused(self, other: Self) -> AbstractCovariance:
        """Return (S_k^-1 + T_k^-1)^-1, the covariances of products of densities."""
        return as_full(fused_matrices(self.dense(), other.dense()))

    def joined(self, others: Sequence[Self]) -> AbstractCovariance:
        """Return these covariances and the others, one form after the other."""
        return as_full(np.concatenate([form.dense() for form in [self, *others]]))

    def applied(self, vectors: FloatArray) -> FloatArray:
        """Return S_k v_k of one vector a component, shape (K, D)."""
        result: FloatArray = np.einsum("kij,kj->ki", self.dense(), vectors)
        return result

    def solved(self, vectors: FloatArray) -> FloatArray:
        """Return S_k^-1 v_k of one vector a component, shape (K, D)."""
        return np.asarray(np.linalg.solve(self.dense(), vectors[:, :, None])[:, :, 0], dtype=np.float64)

    def variances_of_features(self) -> FloatArray:
        """Return the diagonals, shape (K, D)."""
        result: FloatArray = np.einsum("kii->ki", self.dense()).copy()
        return result

    def shortened(self, component: int, share: float) -> tuple[FloatArray, AbstractCovariance]:
        """Return the longest half-axis (D,) of a component, and its covariance with that variance times 1 - share."""
        matrix = self.dense()[component]
        variances, axes = np.linalg.eigh(matrix)
        axis = np.sqrt(variances[-1]) * axes[:, -1]
        return axis, as_full(symmetric(matrix - share * np.outer(axis, axis))[None])


def alike(*forms: AbstractCovariance) -> Sequence[AbstractCovariance]:
    """Return forms of one type: themselves, or all as full matrices."""
    kinds = {type(form) for form in forms}
    return forms if len(kinds) == 1 else [as_full(form.dense()) for form in forms]


def as_full(matrices: FloatArray) -> AbstractCovariance:
    """Return dense matrices (K, D, D) of our own making as a FullCovariance."""
    # Full derives from the class above; it is needed only when something is computed.
    from mogul.covariance.full import FullCovariance

    return FullCovariance.trusted(np.ascontiguousarray(matrices), *matrices.shape[:2])


def regressed(matrices: FloatArray, given: Sequence[int], free: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Return (slopes, residual) of K matrices: S_fo S_oo^-1, shape (K, M, O), and the Schur complement (K, M, M).

    Of the factor L = [[L_oo, 0], [L_fo, L_ff]] of the matrix, given features first, they are L_fo L_oo^-1 and
    L_ff L_ff': no difference is taken, so what is left stays positive definite.
    """
    order, n_given = [*given, *free], len(given)
    factors, whitening, _ = factorised(np.ascontiguousarray(matrices[:, order][:, :, order]))
    slopes = factors[:, n_given:, :n_given] @ whitening[:, :n_given, :n_given]
    rest = factors[:, n_given:, n_given:]
    return slopes, symmetric(rest @ rest.swapaxes(1, 2))


def transformed_matrices(matrices: FloatArray, matrix: FloatArray) -> FloatArray:
    """Return A S_k A', shape (K, M, M), exactly symmetric."""
    return symmetric(matrix @ matrices @ matrix.T)


def fused_matrices(matrices: FloatArray, others: FloatArray) -> FloatArray:
    """Return (S_k^-1 + T_k^-1)^-1, shape (K, D, D).

    With P' P = S^-1 and Q' Q = T^-1, the triangle R of the stack [P; Q] has R' R = S^-1 + T^-1: squares of neither are
    added, so a narrow direction of one is kept beside a wide one of the other.
    """
    stacks = np.concatenate([factorised(symmetric(each))[1] for each in (matrices, others)], axis=1)
    inverse = np.linalg.inv(np.linalg.qr(stacks, mode="r"))
    return symmetric(inverse @ inverse.swapaxes(1, 2))


def is_orthogonal(matrix: FloatArray) -> bool:
    """Return whether A A' is a multiple of the identity, to the rounding of its own computation."""
    products = matrix @ matrix.T
    scale = np.trace(products) / len(products)
    away = np.abs(products - scale * np.eye(len(products))).max()
    return bool(away <= 4 * matrix.shape[1] * np.finfo(np.float64).eps * scale)


def picks_features(matrix: FloatArray) -> bool:
    """Return whether no feature enters two rows of A, so that independent features stay independent."""
    return bool(((matrix != 0).sum(axis=0) <= 1).all())
