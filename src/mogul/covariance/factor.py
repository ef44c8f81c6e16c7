"""Few factors and a noise of its own for each feature: never a D x D matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import Array, FloatArray
from mogul._kernels.factors import score_factors
from mogul._numerics import sealed
from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.algebra import Regression, as_full, picks_features, transformed_matrices
from mogul.covariance.checks import checked_array, checked_variances, require_positive, require_same
from mogul.covariance.full import FullCovariance
from mogul.errors import ShapeError


@final
@dataclass(frozen=True, eq=False, repr=False, init=False)
class FactorCovariance(AbstractCovariance):
    """Return K covariance matrices ``loadings[k] loadings[k]' + diag(uniquenesses[k])``, kept as these numbers.

    Parameters
    ----------
    loadings : shape (K, D, Q)
        How each feature goes along with each of Q factors, in units of the data.
    uniquenesses : shape (K, D)
        The variance that each feature has beside them; positive, in squared units of the data.

    Raises
    ------
    ShapeError, NonFiniteError, NotPositiveDefiniteError
        Naming the component and the feature that is wrong.

    Notes
    -----
    With Psi = diag(uniquenesses) and the singular value decomposition ``Psi^-1/2 loadings = V diag(s) W'``::

        Sigma    = Psi^1/2 (1 + V s^2 V') Psi^1/2
        Sigma^-1 = Psi^-1/2 (1 - V s^2 / (1 + s^2) V') Psi^-1/2            (Woodbury)
        |Sigma|  = |Psi| prod_q (1 + s_q^2)

    Evaluation costs O(N K D Q) and holds nothing larger than the loadings. Rotations of the factors, W, change nothing.

    References
    ----------
    Ghahramani and Hinton (1996), The EM algorithm for mixtures of factor analyzers, CRG-TR-96-1, University of
    Toronto.

    Examples
    --------
    >>> import mogul
    >>> mogul.FactorCovariance([[[1.0], [2.0]]], [[0.5, 1.0]]).dense()
    array([[[1.5, 2. ],
            [2. , 5. ]]])
    """

    loadings: FloatArray
    uniquenesses: FloatArray
    axes: FloatArray = field(init=False)
    """V, (K, D, min(D, Q)): orthonormal directions of the factors, in units of the noise."""
    strengths: FloatArray = field(init=False)
    """s, (K, min(D, Q)): standard deviations along them, descending."""
    _packed: FloatArray = field(init=False)

    def __init__(self, loadings: ArrayLike, uniquenesses: ArrayLike) -> None:
        checked = checked_array(loadings, 3, "(K, D, Q)"), checked_variances(uniquenesses, 2, "(K, D)")
        if checked[0].shape[:2] != checked[1].shape:
            raise ShapeError(
                f"The loadings have shape {checked[0].shape} and the uniquenesses {checked[1].shape}; they must be "
                "(K, D, Q) and (K, D)."
            )
        self._hold(np.concatenate([checked[1][:, :, None], checked[0]], axis=2))

    def _hold(self, packed: FloatArray) -> None:
        uniquenesses, loadings = np.ascontiguousarray(packed[:, :, 0]), np.ascontiguousarray(packed[:, :, 1:])
        axes, strengths, _ = np.linalg.svd(loadings / np.sqrt(uniquenesses)[:, :, None], full_matrices=False)
        object.__setattr__(self, "loadings", sealed(loadings))
        object.__setattr__(self, "uniquenesses", sealed(uniquenesses))
        object.__setattr__(self, "axes", sealed(np.ascontiguousarray(axes)))
        object.__setattr__(self, "strengths", sealed(strengths))
        object.__setattr__(self, "_packed", sealed(packed))

    @classmethod
    def of_packed(cls, array: ArrayLike) -> Self:
        """Return the form of one array (K, D, 1 + Q): the uniquenesses, then the loadings."""
        values = checked_array(array, 3, "(K, D, 1 + Q)")
        return cls(values[:, :, 1:], values[:, :, 0])

    @classmethod
    def trusted(cls, array: FloatArray, n_components: int, n_features: int) -> Self:
        require_positive(array[:, :, 0])
        form = object.__new__(cls)
        form._hold(array)
        return form

    @property
    def array(self) -> FloatArray:
        return self._packed

    @property
    def n_components(self) -> int:
        return len(self._packed)

    @property
    def n_features(self) -> int:
        return int(self._packed.shape[1])

    @property
    def n_factors(self) -> int:
        """Q."""
        return int(self._packed.shape[2]) - 1

    @property
    def whitening(self) -> FloatArray:
        """One over the standard deviations of the noise, (K, D): what comes before the factors are seen to."""
        return 1 / np.sqrt(self.uniquenesses)

    @property
    def log_determinants(self) -> FloatArray:
        result: FloatArray = np.log(self.uniquenesses).sum(axis=1) + np.log1p(self.strengths**2).sum(axis=1)
        return result

    def scales(self) -> FloatArray:
        # What the factors add to the volume is spread over the features, so that the product is right.
        added = np.exp(-np.log1p(self.strengths**2).sum(axis=1) / (2 * self.n_features))
        return np.ascontiguousarray(self.whitening * added[:, None])

    def bound_to(self, n_components: int, n_features: int) -> Self:
        require_same("components", self.n_components, n_components)
        require_same("features", self.n_features, n_features)
        return self

    def dense(self) -> FloatArray:
        common: FloatArray = np.einsum("kiq,kjq->kij", self.loadings, self.loadings)
        return common + self.uniquenesses[:, :, None] * np.eye(self.n_features)

    def precisions(self) -> FloatArray:
        """Return (K, D, 1 + min(D, Q)): t and B with Sigma^-1 = diag(t) - B B', in the order of `array`."""
        shares = self.strengths / np.sqrt(1 + self.strengths**2)
        taken = self.whitening[:, :, None] * self.axes * shares[:, None, :]
        return np.concatenate([1 / self.uniquenesses[:, :, None], taken], axis=2)

    def precisions_cholesky(self) -> FloatArray:
        """Return U_k, upper triangular, with Sigma_k^-1 = U_k U_k', shape (K, D, D): no shorter form of them exists."""
        return FullCovariance(self.dense()).precisions_cholesky()

    def kernel_arrays(self, order: Array) -> tuple[FloatArray, FloatArray, FloatArray]:
        return self.whitening[order], self.axes[order], self.strengths[order]

    def score(self, rows: Array, constants: FloatArray, means: FloatArray, order: Array, outputs: Outputs) -> None:
        score_factors(rows, constants, means, *self.kernel_arrays(order), **outputs)

    def whitened(self, rows: Array, means: FloatArray) -> FloatArray:
        z = (rows[:, None, :] - means) * self.whitening
        along = np.einsum("nkd,kdq->nkq", z, self.axes)
        result: FloatArray = z + np.einsum("kdq,nkq->nkd", self.axes * self._turned(-1), along)
        return result

    def coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        draws = np.empty_like(noise)
        for k in range(self.n_components):
            own = noise[labels == k]
            along = np.einsum("nd,dq->nq", own, self.axes[k])
            own = own + np.einsum("nq,dq->nd", along, self.axes[k] * self._turned(1)[k])
            draws[labels == k] = own * np.sqrt(self.uniquenesses[k])
        return draws

    def _turned(self, power: int) -> FloatArray:
        """Return what (1 + V s^2 V')^(power/2) adds to the identity along V: (1 + s^2)^(power/2) - 1, (K, 1, Q)."""
        result: FloatArray = np.expm1(power / 2 * np.log1p(self.strengths**2))[:, None, :]
        return result

    def whitened_vectors(self, vectors: FloatArray) -> FloatArray:
        z = vectors * self.whitening
        along = np.einsum("kd,kdq->kq", z, self.axes)
        result: FloatArray = z + np.einsum("kq,kdq->kd", along, self.axes * self._turned(-1))
        return result

    def coloured_vectors(self, vectors: FloatArray) -> FloatArray:
        along = np.einsum("kd,kdq->kq", vectors, self.axes)
        result: FloatArray = vectors + np.einsum("kq,kdq->kd", along, self.axes * self._turned(1))
        return result / self.whitening

    def displacement(self, other: Self) -> FloatArray:
        """Return log(uniquenesses) / 2 and loadings of the other beside these, in units of this noise, (K, D (1 + Q)).

        The factors of the other are turned so that its loadings come as near to these as they can.
        """
        noise = np.log(other.uniquenesses / self.uniquenesses)[:, :, None] / 2
        own, others = self.loadings * self.whitening[:, :, None], other.loadings * self.whitening[:, :, None]
        left, _, right = np.linalg.svd(np.einsum("kdq,kdp->kqp", others, own))
        moves = np.concatenate([noise, others @ (left @ right) - own], axis=2)
        return moves.reshape(self.n_components, -1)

    def displaced(self, coordinates: FloatArray) -> Self:
        moves = coordinates.reshape(self._packed.shape)
        loadings = self.loadings + moves[:, :, 1:] / self.whitening[:, :, None]
        # Noise that is on its way to nothing is not followed all the way.
        return type(self)(loadings, self.uniquenesses * np.exp(2 * np.clip(moves[:, :, 0], -15.0, 15.0)))

    def selected(self, components: Sequence[int] | Array) -> Self:
        chosen = np.asarray(components)
        return type(self)(self.loadings[chosen], self.uniquenesses[chosen])

    def marginal(self, features: Sequence[int]) -> Self:
        return type(self)(self.loadings[:, features], self.uniquenesses[:, features])

    def conditional(self, given: Sequence[int], free: Sequence[int]) -> Regression:
        # With s and V of Psi_o^-1/2 L_o = U diag(s) V', the factors given x_o have covariance V (1 + s^2)^-1 V'.
        noise, loadings = np.sqrt(self.uniquenesses[:, given]), self.loadings[:, given]
        known = loadings / noise[:, :, None]
        _, strengths, turned = np.linalg.svd(np.linalg.qr(known, mode="r"))
        left = np.ones((self.n_components, self.n_factors))
        left[:, : strengths.shape[1]] = 1 / np.sqrt(1 + strengths**2)
        rest = self.loadings[:, free] @ turned.swapaxes(1, 2) * left[:, None, :]
        slopes = rest * left[:, None, :] @ turned @ (known / noise[:, :, None]).swapaxes(1, 2)
        return Regression(slopes, type(self)(rest, self.uniquenesses[:, free]))

    def transformed(self, matrix: FloatArray) -> AbstractCovariance:
        if picks_features(matrix):  # Noises stay independent.
            return type(self)(matrix @ self.loadings, self.uniquenesses @ matrix.T**2)
        return as_full(transformed_matrices(self.dense(), matrix))

    def plus(self, other: Self) -> Self:
        loadings = np.concatenate([self.loadings, other.loadings], axis=2)
        return type(self)(loadings, self.uniquenesses + other.uniquenesses)

    def joined(self, others: Sequence[Self]) -> Self:
        forms: list[Self] = [self, *others]
        most = max(form.n_factors for form in forms)
        # Factors without loadings make up for those that a form has fewer.
        loadings = [np.pad(form.loadings, ((0, 0), (0, 0), (0, most - form.n_factors))) for form in forms]
        return type(self)(np.concatenate(loadings), np.concatenate([form.uniquenesses for form in forms]))

    def applied(self, vectors: FloatArray) -> FloatArray:
        along = np.einsum("kdq,kd->kq", self.loadings, vectors)
        result: FloatArray = np.einsum("kdq,kq->kd", self.loadings, along) + self.uniquenesses * vectors
        return result

    def solved(self, vectors: FloatArray) -> FloatArray:
        taken = self.precisions()[:, :, 1:]
        along = np.einsum("kdq,kd->kq", taken, vectors)
        result: FloatArray = vectors / self.uniquenesses - np.einsum("kdq,kq->kd", taken, along)
        return result

    def variances_of_features(self) -> FloatArray:
        result: FloatArray = self.uniquenesses + (self.loadings**2).sum(axis=2)
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.loadings, self.uniquenesses)
