"""Coordinates of the mixtures of a family around one of them: as many as it has free parameters, and free of units.

With Sigma_k = lambda_k D_k A_k D_k', the letters of a family say which of volume, shape and orientation are equal for
all components (E), vary (V) or are those of the features (I). Coordinates are logarithms of volumes; of shapes,
logarithms along contrasts, which leave the volume alone; of orientations, skew matrices S, by Cayley's rotations
(1 - S/2)^-1 (1 + S/2). Where shape and orientation are alike (EE or VV), what they make together is a matrix of
determinant one, and its coordinates are those of a triangular factor: these do not degenerate at equal variances.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.errors import ParameterError
from mogul.family import AbstractFamily
from mogul.family.common_axes import common_axes
from mogul.mixture import Mixture
from mogul.statistics import Statistics
from mogul.uncertainty.parameters import Parameters


def contrasts(n: int) -> FloatArray:
    """Return n - 1 orthonormal vectors whose entries sum to zero, as columns (n, n - 1) (Helmert)."""
    basis = np.zeros((n, max(n - 1, 0)))
    for j in range(1, n):
        basis[:j, j - 1] = 1.0
        basis[j, j - 1] = -float(j)
        basis[:, j - 1] /= np.sqrt(j * (j + 1.0))
    return basis


@dataclass(frozen=True, eq=False)
class AbstractShapeChart(ABC):
    """Shape and orientation of K covariances (K, D, D), volumes left alone. `own`: each component, or all alike."""

    covariances: FloatArray

    @property
    def n_components(self) -> int:
        """K."""
        return len(self.covariances)

    @property
    def n_features(self) -> int:
        """D."""
        return int(self.covariances.shape[1])

    @property
    @abstractmethod
    def n_coordinates(self) -> int:
        """How many coordinates there are."""

    @abstractmethod
    def moved(self, coordinates: FloatArray) -> FloatArray:
        """Return the covariances (C, K, D, D) at coordinates (C, p)."""

    def _spread(self, coordinates: FloatArray, own: bool) -> FloatArray:
        """Return coordinates (C, p) as (C, K, p / K), or (C, 1, p) for all components."""
        return coordinates.reshape(len(coordinates), self.n_components if own else 1, -1)

    def _stretches(self, coordinates: FloatArray, own: bool) -> FloatArray:
        """Return factors (C, K or 1, D) for the variances along axes, their product one."""
        result: FloatArray = np.exp(self._spread(coordinates, own) @ contrasts(self.n_features).T)
        return result


@final
@dataclass(frozen=True, eq=False)
class Balls(AbstractShapeChart):
    """Nothing to move: letters II."""

    @property
    def n_coordinates(self) -> int:
        return 0

    def moved(self, coordinates: FloatArray) -> FloatArray:
        return np.broadcast_to(self.covariances, (len(coordinates), *self.covariances.shape))


@dataclass(frozen=True, eq=False)
class AbstractAlongFeatures(AbstractShapeChart):
    """Diagonal covariances."""

    own: ClassVar[bool]

    @property
    def n_coordinates(self) -> int:
        return (self.n_components if self.own else 1) * (self.n_features - 1)

    def moved(self, coordinates: FloatArray) -> FloatArray:
        stretches = self._stretches(coordinates, self.own)
        result: FloatArray = self.covariances * (stretches[..., None] * np.eye(self.n_features))
        return result


@final
@dataclass(frozen=True, eq=False)
class SharedAlongFeatures(AbstractAlongFeatures):
    """Letters EI."""

    own = False


@final
@dataclass(frozen=True, eq=False)
class OwnAlongFeatures(AbstractAlongFeatures):
    """Letters VI."""

    own = True


@dataclass(frozen=True, eq=False)
class AbstractTriangular(AbstractShapeChart):
    """Sigma_k = L_k T T' L_k', with T lower triangular and of determinant one."""

    own: ClassVar[bool]

    @property
    def n_coordinates(self) -> int:
        return (self.n_components if self.own else 1) * (self.n_features * (self.n_features + 1) // 2 - 1)

    def moved(self, coordinates: FloatArray) -> FloatArray:
        n_features = self.n_features
        each = self._spread(coordinates, self.own)
        diagonal, below = each[..., : n_features - 1], each[..., n_features - 1 :]
        turns = np.zeros((*each.shape[:2], n_features, n_features))
        places = np.arange(n_features)
        turns[..., places, places] = np.exp(diagonal @ contrasts(n_features).T)
        rows, columns = np.tril_indices(n_features, -1)
        turns[..., rows, columns] = below
        factors = np.linalg.cholesky(self.covariances) @ turns
        return symmetric(factors @ factors.swapaxes(-1, -2))


@final
@dataclass(frozen=True, eq=False)
class SharedTriangular(AbstractTriangular):
    """Letters EE."""

    own = False


@final
@dataclass(frozen=True, eq=False)
class OwnTriangular(AbstractTriangular):
    """Letters VV."""

    own = True


@dataclass(frozen=True, eq=False)
class AbstractTurned(AbstractShapeChart):
    """Sigma_k = Q_k diag(b_k) Q_k', of which either the axes or the shapes are those of all components."""

    own_shapes: ClassVar[bool]
    own_axes: ClassVar[bool]

    @abstractmethod
    def axes(self) -> FloatArray:
        """Return the axes (K, D, D) of the covariances, as columns."""

    @property
    def n_coordinates(self) -> int:
        n_components, n_features = self.n_components, self.n_features
        shapes = (n_components if self.own_shapes else 1) * (n_features - 1)
        return shapes + (n_components if self.own_axes else 1) * n_features * (n_features - 1) // 2

    def moved(self, coordinates: FloatArray) -> FloatArray:
        end = (self.n_components if self.own_shapes else 1) * (self.n_features - 1)
        first = self.axes()
        variances = np.einsum("kji,kjl,kli->ki", first, self.covariances, first)
        variances = variances * self._stretches(coordinates[:, :end], self.own_shapes)
        axes = first @ _rotations(self._spread(coordinates[:, end:], self.own_axes), self.n_features)
        return symmetric((axes * variances[..., None, :]) @ axes.swapaxes(-1, -2))


@final
@dataclass(frozen=True, eq=False)
class SharedAxes(AbstractTurned):
    """Letters VE."""

    own_shapes, own_axes = True, False

    def axes(self) -> FloatArray:
        axes = common_axes(self.covariances)
        if axes is None:
            raise ParameterError("The covariances have no axes in common, as those of this family must. Fit it first.")
        return np.broadcast_to(axes, self.covariances.shape)


@final
@dataclass(frozen=True, eq=False)
class OwnAxes(AbstractTurned):
    """Letters EV."""

    own_shapes, own_axes = False, True

    def axes(self) -> FloatArray:
        return np.linalg.eigh(self.covariances)[1].astype(np.float64, copy=False)


def _rotations(angles: FloatArray, n_features: int) -> FloatArray:
    """Return Cayley's rotations (..., D, D) of the entries of skew matrices below the diagonal."""
    skew = np.zeros((*angles.shape[:-1], n_features, n_features))
    rows, columns = np.tril_indices(n_features, -1)
    skew[..., rows, columns] = angles / 2
    skew[..., columns, rows] = -angles / 2
    one = np.eye(n_features)
    return np.linalg.solve(one - skew, one + skew).astype(np.float64, copy=False)


_SHAPES: dict[str, type[AbstractShapeChart]] = {
    "II": Balls,
    "EI": SharedAlongFeatures,
    "VI": OwnAlongFeatures,
    "EE": SharedTriangular,
    "VV": OwnTriangular,
    "VE": SharedAxes,
    "EV": OwnAxes,
}


@final
@dataclass(frozen=True, eq=False)
class Chart:
    """Return coordinates of the mixtures of a family around a mixture, which has coordinates zero.

    In order: contrasts of the logarithms of the weights, K - 1 unless all weights are equal; means in units of the
    factors of their covariances, K D; logarithms of volumes, and what `shapes` holds.
    """

    mixture: Mixture
    n_weights: int
    n_volumes: int
    shapes: AbstractShapeChart

    @classmethod
    def of(cls, family: AbstractFamily, mixture: Mixture) -> Chart:
        """Return the chart of a family around a mixture of it.

        Raises
        ------
        ParameterError
            If there is none for the family, or the mixture does not belong to it, or a component has no weight.
        """
        n_components, n_features = mixture.means.shape
        letters = family.name
        if len(letters) != 3 or letters[0] not in "EV" or letters[1:] not in _SHAPES:
            raise ParameterError(
                f"There are no coordinates for the covariance family {letters!r}, so that its information matrix is "
                "not known. Use mogul.bootstrap, which needs none."
            )
        if family.log_prior(mixture) != 0:
            raise ParameterError(
                "The mixture was fitted with a prior, so that it is no maximum of the likelihood alone. Use "
                "mogul.bootstrap, which fits each sample with the same prior."
            )
        if not (mixture.weights > 0).all():
            k = int((mixture.weights <= 0).argmax())
            raise ParameterError(f"Component {k} has no weight, so that nothing is known of it. Remove it first.")
        require_member(family, mixture)
        n_weights, n_volumes = family.n_weights(n_components), n_components if letters[0] == "V" else 1
        chart = cls(mixture, n_weights, n_volumes, _SHAPES[letters[1:]](mixture.covariances.dense()))
        n_free = family.n_free(n_components, n_features)
        if chart.n_coordinates != n_free or n_weights not in (0, n_components - 1):
            raise ParameterError(
                f"The family {letters} has further constraints: {n_free} free parameters, {chart.n_coordinates} "
                "without them. Use mogul.bootstrap, which knows any constraint."
            )
        return chart

    @property
    def n_coordinates(self) -> int:
        """The number of free parameters."""
        return self.mixture.means.size + self.n_weights + self.n_volumes + self.shapes.n_coordinates

    def parameters(self, coordinates: FloatArray) -> Parameters:
        """Return the parameters at coordinates (C, p), with a leading axis C."""
        mixture = self.mixture
        n_components, n_features = mixture.means.shape
        ends = np.cumsum([self.n_weights, n_components * n_features, self.n_volumes])
        shares, places, volumes, shapes = np.split(coordinates, ends, axis=1)
        weights = mixture.weights * np.exp(shares @ contrasts(n_components)[:, : self.n_weights].T)
        weights = weights / weights.sum(axis=1, keepdims=True)
        steps = places.reshape(-1, n_components, n_features)
        factors = np.linalg.cholesky(mixture.covariances.dense())
        means = mixture.means + np.einsum("kij,ckj->cki", factors, steps)
        covariances = self.shapes.moved(shapes) * np.exp(volumes)[:, :, None, None]
        return Parameters(weights, means, covariances)

    def jacobian(self, at: FloatArray, step: float = 1e-4) -> FloatArray:
        """Return how all parameters (P,) change with the coordinates, at coordinates (p,): shape (P, p)."""
        moves = step * np.eye(len(at))
        ahead, back = (self.parameters(at + sign * moves).vectors() for sign in (1.0, -1.0))
        result: FloatArray = (ahead - back).T / (2 * step)
        return result


def require_member(family: AbstractFamily, mixture: Mixture) -> None:
    """Raise ParameterError if the covariances do not obey the family's constraint.

    The M-step of a family leaves covariances that belong to it as they are.
    """
    counts, covariances = mixture.weights * 1.0, mixture.covariances.dense()
    moments = family.moments
    second = moments.of_full(counts[:, None, None] * covariances)
    statistics = Statistics(0.0, counts, np.zeros_like(mixture.means), second, mixture.means, moments)
    kept = family.covariances(statistics, mixture).dense()
    scale = np.sqrt(np.einsum("kii->ki", covariances))
    off = np.abs(kept - covariances) / scale[:, :, None] / scale[:, None, :]
    if off.max() > 1e-5:
        k = int(off.max(axis=(1, 2)).argmax())
        raise ParameterError(
            f"The covariance of component {k} does not obey the constraint of the family {family.name}. Name the "
            "family that the mixture was fitted with."
        )
