"""Balls: one variance a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import sealed
from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.algebra import Regression, as_full, is_orthogonal, picks_features, transformed_matrices
from mogul.covariance.checks import checked_variances, require_positive, require_same
from mogul.covariance.diagonal import DiagonalCovariance
from mogul.errors import ShapeError


@final
@dataclass(frozen=True, eq=False, repr=False)
class SphericalCovariance(AbstractCovariance):
    """Return K multiples of the identity matrix, given by their variances.

    Parameters
    ----------
    variances : shape (K,)
        Positive, in squared units of the data.
    n_features : int, default 1
        D. A `Mixture` sets it from its means.

    Raises
    ------
    ShapeError, NonFiniteError, NotPositiveDefiniteError
        Naming the component that is wrong.

    Examples
    --------
    >>> import mogul
    >>> mogul.SphericalCovariance([4.0], n_features=2).dense()
    array([[[4., 0.],
            [0., 4.]]])
    """

    variances: FloatArray
    n_features: int = 1
    _whitening: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self._hold(checked_variances(self.variances, 1, "(K,)"))

    def _hold(self, variances: FloatArray) -> None:
        object.__setattr__(self, "variances", variances)
        object.__setattr__(self, "_whitening", sealed(1 / np.sqrt(variances)))

    @classmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        require_positive(array)
        form = object.__new__(cls)
        object.__setattr__(form, "n_features", n_features)
        form._hold(sealed(array))
        return form

    @property
    def array(self) -> FloatArray:
        return self.variances

    @property
    def n_components(self) -> int:
        return len(self.variances)

    @property
    def whitening(self) -> FloatArray:
        return self._whitening

    @property
    def log_determinants(self) -> FloatArray:
        result: FloatArray = self.n_features * np.log(self.variances)
        return result

    def scales(self) -> FloatArray:
        return np.repeat(self._whitening[:, None], self.n_features, axis=1)

    def bound_to(self, n_components: int, n_features: int) -> Self:
        require_same("components", self.n_components, n_components)
        if self.n_features == 1:
            return type(self)(self.variances, n_features)
        require_same("features", self.n_features, n_features)
        return self

    def dense(self) -> FloatArray:
        return self.variances[:, None, None] * np.eye(self.n_features)

    def precisions(self) -> FloatArray:
        return 1 / self.variances

    def precisions_cholesky(self) -> FloatArray:
        return self._whitening

    def kernel_arrays(self, order: Array) -> tuple[FloatArray, ...]:
        return (self._whitening[order],)

    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        core.score_spherical(rows, constants, means, self.kernel_arrays(order)[0], **outputs, n_threads=thread_count())

    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        return (rows[:, None, :] - means) * self._whitening[:, None]

    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        return noise * np.sqrt(self.variances)[labels, None]

    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors * self._whitening[:, None]

    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors / self._whitening[:, None]

    def displacement(self, other: Self) -> FloatArray:
        result: FloatArray = (np.log(other.variances / self.variances) / 2)[:, None]
        return result

    def displaced(self, coordinates: FloatArray) -> Self:
        return type(self)(self.variances * np.exp(2 * coordinates[:, 0]), self.n_features)

    def selected(self, components: Sequence[int] | Array) -> Self:
        return self.trusted(self.variances[np.asarray(components)], len(components), self.n_features)

    def marginal(self, features: Sequence[int]) -> Self:
        if not all(0 <= feature < self.n_features for feature in features):
            raise ShapeError(f"features {list(features)} must lie between 0 and {self.n_features - 1}.")
        return type(self)(self.variances, len(features))

    def conditional(self, given: Sequence[int], free: Sequence[int]) -> Regression:
        return Regression(np.zeros((self.n_components, len(free), len(given))), self.marginal(free))

    def transformed(self, matrix: FloatArray) -> AbstractCovariance:
        stretches = (matrix**2).sum(axis=1)
        if is_orthogonal(matrix):
            return type(self)(self.variances * stretches.mean(), len(matrix))
        if picks_features(matrix):
            return DiagonalCovariance(self.variances[:, None] * stretches)
        return as_full(transformed_matrices(self.dense(), matrix))

    def plus(self, other: Self) -> Self:
        return type(self)(self.variances + other.variances, self.n_features)

    def fused(self, other: Self) -> Self:
        return type(self)(1 / (1 / self.variances + 1 / other.variances), self.n_features)

    def joined(self, others: Sequence[Self]) -> Self:
        forms: list[Self] = [self, *others]
        return type(self)(np.concatenate([form.variances for form in forms]), self.n_features)

    def applied(self, vectors: FloatArray) -> FloatArray:
        return self.variances[:, None] * vectors

    def solved(self, vectors: FloatArray) -> FloatArray:
        return vectors / self.variances[:, None]

    def variances_of_features(self) -> FloatArray:
        return np.repeat(self.variances[:, None], self.n_features, axis=1)

    def shortened(self, component: int, share: float) -> tuple[FloatArray, AbstractCovariance]:
        return DiagonalCovariance(self._rows_of(component)).shortened(0, share)

    def _rows_of(self, component: int) -> FloatArray:
        return np.full((1, self.n_features), self.variances[component])
