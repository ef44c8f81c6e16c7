"""One matrix a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import sealed, symmetric
from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.checks import checked_array, factorised, require_same, symmetrised
from mogul.covariance.lines import Lines
from mogul.covariance.triangular import triangular_coordinates, triangular_matrices


@final
@dataclass(frozen=True, eq=False, repr=False)
class FullCovariance(AbstractCovariance):
    """Return K covariance matrices of their own, each of shape (D, D).

    Parameters
    ----------
    covariances : shape (K, D, D)
        Symmetric and positive definite, in squared units of the data.

    Raises
    ------
    ShapeError, NonFiniteError, NotPositiveDefiniteError
        Naming the component, and the eigenvalue or the entry that is wrong.

    Examples
    --------
    >>> import mogul
    >>> mogul.FullCovariance([[[2.0, 1.0], [1.0, 1.0]]])
    FullCovariance(n_components=1, n_features=2)
    """

    covariances: FloatArray
    factors: FloatArray = field(init=False)
    _whitening: FloatArray = field(init=False)
    _log_determinants: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        matrices = checked_array(self.covariances, 3, "(K, D, D)")
        if matrices.shape[1] != matrices.shape[2]:
            checked_array(matrices[..., :0], 3, "(K, D, D)")
        self._hold(symmetrised(matrices))

    def _hold(self, matrices: FloatArray) -> None:
        factors, whitening, log_determinants = factorised(matrices)
        object.__setattr__(self, "covariances", matrices)
        object.__setattr__(self, "factors", factors)
        object.__setattr__(self, "_whitening", whitening)
        object.__setattr__(self, "_log_determinants", log_determinants)

    @classmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        form = object.__new__(cls)
        form._hold(sealed(array))
        return form

    @property
    def array(self) -> FloatArray:
        return self.covariances

    @property
    def n_components(self) -> int:
        return len(self.covariances)

    @property
    def n_features(self) -> int:
        return int(self.covariances.shape[1])

    @property
    def whitening(self) -> FloatArray:
        return self._whitening

    @property
    def log_determinants(self) -> FloatArray:
        return self._log_determinants

    def scales(self) -> FloatArray:
        return np.ascontiguousarray(np.einsum("kii->ki", self._whitening))

    def bound_to(self, n_components: int, n_features: int) -> Self:
        require_same("components", self.n_components, n_components)
        require_same("features", self.n_features, n_features)
        return self

    def dense(self) -> FloatArray:
        return self.covariances

    def precisions(self) -> FloatArray:
        return self._whitening.swapaxes(1, 2) @ self._whitening

    def precisions_cholesky(self) -> FloatArray:
        return self._whitening.swapaxes(1, 2)

    def kernel_arrays(self, order: Array) -> tuple[FloatArray, ...]:
        return self._whitening[order], self.factors[order]

    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        core.score_full(rows, constants, means, self.kernel_arrays(order)[0], **outputs, n_threads=thread_count())

    def regress(
        self,
        rows: Array,
        constants: FloatArray,
        means: FloatArray,
        order: Array,
        lines: Lines,
        expected: FloatArray,
        log_density: FloatArray,
    ) -> None:
        whitening = self.kernel_arrays(order)[0]
        parameters = lines.slopes, lines.centres, lines.centre
        core.regress_full(
            rows, constants, means, whitening, *parameters, expected, log_density, n_threads=thread_count()
        )

    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        # Differences first: expanding the square would cancel for data far from zero.
        result: FloatArray = np.einsum("kij,nkj->nki", self._whitening, rows[:, None, :] - means)
        return result

    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        draws = np.empty_like(noise)
        for k, factor in enumerate(self.factors):
            # Not a product of matrices: BLAS may round a row alike only among the same number of rows.
            draws[labels == k] = np.einsum("nj,ij->ni", noise[labels == k], factor)
        return draws

    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        result: FloatArray = np.einsum("kij,kj->ki", self._whitening, vectors)
        return result

    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        result: FloatArray = np.einsum("kij,kj->ki", self.factors, vectors)
        return result

    def displacement(self, other: Self) -> FloatArray:
        return triangular_coordinates(self._whitening @ other.factors)

    def displaced(self, coordinates: FloatArray) -> Self:
        factors = self.factors @ triangular_matrices(coordinates, self.n_features)
        return type(self)(symmetric(factors @ factors.swapaxes(1, 2)))

    def selected(self, components: Sequence[int] | Array) -> Self:
        chosen, form = np.asarray(components), object.__new__(type(self))
        for name in ("covariances", "factors", "_whitening", "_log_determinants"):
            object.__setattr__(form, name, sealed(getattr(self, name)[chosen]))
        return form

    def marginal(self, features: Sequence[int]) -> Self:
        return type(self)(self.covariances[:, features][:, :, features])


def as_form(covariances: Any) -> AbstractCovariance:
    """Return a form as it is, and an array of shape (K, D, D) as a FullCovariance."""
    return covariances if isinstance(covariances, AbstractCovariance) else FullCovariance(covariances)
