"""Independent features: one variance a component and feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import sealed
from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.algebra import Regression, as_full, picks_features, transformed_matrices
from mogul.covariance.checks import checked_variances, require_positive, require_same


@final
@dataclass(frozen=True, eq=False, repr=False)
class DiagonalCovariance(AbstractCovariance):
    """Return K diagonal covariance matrices, given by their variances.

    Parameters
    ----------
    variances : shape (K, D)
        Positive, in squared units of the data.

    Raises
    ------
    ShapeError, NonFiniteError, NotPositiveDefiniteError
        Naming the component and the feature that is wrong.

    Examples
    --------
    >>> import mogul
    >>> mogul.DiagonalCovariance([[1.0, 4.0]]).dense()
    array([[[1., 0.],
            [0., 4.]]])
    """

    variances: FloatArray
    _whitening: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self._hold(checked_variances(self.variances, 2, "(K, D)"))

    def _hold(self, variances: FloatArray) -> None:
        object.__setattr__(self, "variances", variances)
        object.__setattr__(self, "_whitening", sealed(1 / np.sqrt(variances)))

    @classmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        require_positive(array)
        form = object.__new__(cls)
        form._hold(sealed(array))
        return form

    @property
    def array(self) -> FloatArray:
        return self.variances

    @property
    def n_components(self) -> int:
        return len(self.variances)

    @property
    def n_features(self) -> int:
        return int(self.variances.shape[1])

    @property
    def whitening(self) -> FloatArray:
        return self._whitening

    @property
    def log_determinants(self) -> FloatArray:
        result: FloatArray = np.log(self.variances).sum(axis=1)
        return result

    def scales(self) -> FloatArray:
        return self._whitening

    def bound_to(self, n_components: int, n_features: int) -> Self:
        require_same("components", self.n_components, n_components)
        require_same("features", self.n_features, n_features)
        return self

    def dense(self) -> FloatArray:
        return self.variances[:, :, None] * np.eye(self.n_features)

    def precisions(self) -> FloatArray:
        return 1 / self.variances

    def precisions_cholesky(self) -> FloatArray:
        return self._whitening

    def kernel_arrays(self, order: Array) -> tuple[FloatArray, ...]:
        return (self._whitening[order],)

    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        core.score_diagonal(rows, constants, means, self.kernel_arrays(order)[0], **outputs, n_threads=thread_count())

    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        return (rows[:, None, :] - means) * self._whitening

    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        return noise * np.sqrt(self.variances)[labels]

    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors * self._whitening

    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        return vectors / self._whitening

    def displacement(self, other: Self) -> FloatArray:
        result: FloatArray = np.log(other.variances / self.variances) / 2
        return result

    def displaced(self, coordinates: FloatArray) -> Self:
        return type(self)(self.variances * np.exp(2 * coordinates))

    def selected(self, components: Sequence[int] | Array) -> Self:
        return self.trusted(self.variances[np.asarray(components)], len(components), self.n_features)

    def marginal(self, features: Sequence[int]) -> Self:
        return type(self)(self.variances[:, features])

    def conditional(self, given: Sequence[int], free: Sequence[int]) -> Regression:
        return Regression(np.zeros((self.n_components, len(free), len(given))), self.marginal(free))

    def transformed(self, matrix: FloatArray) -> AbstractCovariance:
        if picks_features(matrix):
            return type(self)(self.variances @ matrix.T**2)
        return as_full(transformed_matrices(self.dense(), matrix))

    def plus(self, other: Self) -> Self:
        return type(self)(self.variances + other.variances)

    def fused(self, other: Self) -> Self:
        return type(self)(1 / (1 / self.variances + 1 / other.variances))

    def joined(self, others: Sequence[Self]) -> Self:
        forms: list[Self] = [self, *others]
        return type(self)(np.concatenate([form.variances for form in forms]))

    def applied(self, vectors: FloatArray) -> FloatArray:
        return self.variances * vectors

    def solved(self, vectors: FloatArray) -> FloatArray:
        return vectors / self.variances

    def variances_of_features(self) -> FloatArray:
        return self.variances

    def shortened(self, component: int, share: float) -> tuple[FloatArray, AbstractCovariance]:
        variances = self.variances[component].copy()
        longest = int(variances.argmax())
        axis = np.zeros(self.n_features)
        axis[longest] = np.sqrt(variances[longest])
        variances[longest] *= 1 - share
        return axis, type(self)(variances[None])
