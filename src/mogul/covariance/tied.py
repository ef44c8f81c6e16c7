"""One matrix for all components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import sealed, symmetric
from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.algebra import Regression, as_full, fused_matrices, regressed, transformed_matrices
from mogul.covariance.checks import checked_array, factorised, require_same, symmetrised
from mogul.covariance.triangular import triangular_coordinates, triangular_matrices


@final
@dataclass(frozen=True, eq=False, repr=False)
class TiedCovariance(AbstractCovariance):
    """Return one covariance matrix that all components share.

    Parameters
    ----------
    covariance : shape (D, D)
        Symmetric and positive definite, in squared units of the data.
    n_components : int, default 1
        K. A `Mixture` sets it from its weights.

    Raises
    ------
    ShapeError, NonFiniteError, NotPositiveDefiniteError
        Naming what is wrong.

    Examples
    --------
    >>> import mogul
    >>> mogul.TiedCovariance([[2.0, 1.0], [1.0, 1.0]], n_components=3).dense().shape
    (3, 2, 2)
    """

    covariance: FloatArray
    n_components: int = 1
    factor: FloatArray = field(init=False)
    _whitening: FloatArray = field(init=False)
    _log_determinant: float = field(init=False)

    def __post_init__(self) -> None:
        matrix = checked_array(self.covariance, 2, "(D, D)")
        if matrix.shape[0] != matrix.shape[1]:
            checked_array(matrix[:, :0], 2, "(D, D)")
        self._hold(symmetrised(matrix[None])[0])

    def _hold(self, matrix: FloatArray) -> None:
        factors, whitening, log_determinants = factorised(matrix[None])
        object.__setattr__(self, "covariance", matrix)
        object.__setattr__(self, "factor", factors[0])
        object.__setattr__(self, "_whitening", whitening[0])
        object.__setattr__(self, "_log_determinant", float(log_determinants[0]))

    @classmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        form = object.__new__(cls)
        object.__setattr__(form, "n_components", n_components)
        form._hold(sealed(array))
        return form

    @property
    def array(self) -> FloatArray:
        return self.covariance

    @property
    def n_features(self) -> int:
        return len(self.covariance)

    @property
    def whitening(self) -> FloatArray:
        return self._whitening

    @property
    def log_determinants(self) -> FloatArray:
        result: FloatArray = np.full(self.n_components, self._log_determinant)
        return sealed(result)

    def scales(self) -> FloatArray:
        return np.tile(np.diag(self._whitening), (self.n_components, 1))

    def bound_to(self, n_components: int, n_features: int) -> Self:
        require_same("features", self.n_features, n_features)
        if self.n_components == 1:
            return type(self)(self.covariance, n_components)
        require_same("components", self.n_components, n_components)
        return self

    def dense(self) -> FloatArray:
        return np.broadcast_to(self.covariance, (self.n_components, *self.covariance.shape))

    def precisions(self) -> FloatArray:
        return self._whitening.T @ self._whitening

    def precisions_cholesky(self) -> FloatArray:
        return self._whitening.T

    def kernel_arrays(self, order: Array) -> tuple[FloatArray, ...]:
        return self._whitening, self.factor

    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        core.score_tied(rows, constants, means, self.kernel_arrays(order)[0], **outputs, n_threads=thread_count())

    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        return (rows[:, None, :] - means) @ self._whitening.T

    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        # Not a product of matrices: BLAS may round a row alike only among the same number of rows.
        result: FloatArray = np.einsum("nj,ij->ni", noise, self.factor)
        return result

    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors @ self._whitening.T

    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors @ self.factor.T

    def displacement(self, other: Self) -> FloatArray:
        return triangular_coordinates((self._whitening @ other.factor)[None])

    def displaced(self, coordinates: FloatArray) -> Self:
        factor = self.factor @ triangular_matrices(coordinates, self.n_features)[0]
        return type(self)(symmetric(factor @ factor.T), self.n_components)

    @property
    def n_matrices(self) -> int:
        return 1

    def selected(self, components: Sequence[int] | Array) -> Self:
        return type(self)(self.covariance, len(components))

    def marginal(self, features: Sequence[int]) -> Self:
        return type(self)(self.covariance[features][:, features], self.n_components)

    def conditional(self, given: Sequence[int], free: Sequence[int]) -> Regression:
        slopes, residual = regressed(self.covariance[None], given, free)
        shared = np.broadcast_to(slopes, (self.n_components, *slopes.shape[1:]))
        return Regression(shared, self._of(residual))

    def transformed(self, matrix: FloatArray) -> Self:
        return self._of(transformed_matrices(self.covariance[None], matrix))

    def plus(self, other: Self) -> Self:
        return self._of((self.covariance + other.covariance)[None])

    def fused(self, other: Self) -> Self:
        return self._of(fused_matrices(self.covariance[None], other.covariance[None]))

    def joined(self, others: Sequence[Self]) -> AbstractCovariance:
        forms: list[Self] = [self, *others]
        if all(np.array_equal(form.covariance, self.covariance) for form in others):
            return type(self).trusted(self.covariance, sum(form.n_components for form in forms), self.n_features)
        return as_full(np.concatenate([form.dense() for form in forms]))

    def _of(self, matrices: FloatArray) -> Self:
        return type(self).trusted(np.ascontiguousarray(matrices[0]), self.n_components, matrices.shape[1])
