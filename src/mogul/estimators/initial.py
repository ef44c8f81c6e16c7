"""Parameters that the user gives a fit to begin with, checked in scikit-learn's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.errors import ParameterError
from mogul.mixture import Mixture
from mogul.start import mixture_of
from mogul.training import Beginning, Training, proposed_start, symmetries


@final
@dataclass(frozen=True, eq=False)
class Given:
    """Return what the user gave a fit to begin with; None where nothing was."""

    weights: FloatArray | None
    means: FloatArray | None
    covariances: AbstractCovariance | None
    partition: Array | None

    @classmethod
    def checked(cls, estimator: Any, training: Training) -> Self:
        """Return the initial values of an estimator's constructor, or complain."""
        n_components, n_features = training.n_components, training.source.n_features
        given = estimator.weights_init, estimator.means_init, estimator.precisions_init, estimator.responsibilities_init
        weights, means, precisions, partition = given
        return cls(
            None if weights is None else checked_weights(weights, n_components),
            None if means is None else _checked("means", means, (n_components, n_features)),
            None
            if precisions is None
            else covariances_from_precisions(precisions, training.family.name, n_components, n_features),
            None if partition is None else checked_partition(partition, training.source.n_rows, n_components),
        )

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be found from data."""
        return self.weights is not None and self.means is not None and self.covariances is not None

    def applied_to(self, mixture: Mixture | None) -> Mixture:
        """Return the mixture with what was given in place of its own."""
        if mixture is not None and self.weights is None and self.means is None and self.covariances is None:
            return mixture
        return Mixture(
            self.weights if mixture is None or self.weights is not None else mixture.weights,  # type: ignore[arg-type]
            self.means if mixture is None or self.means is not None else mixture.means,  # type: ignore[arg-type]
            self.covariances if mixture is None or self.covariances is not None else mixture.covariances,  # type: ignore[arg-type]
        )

    def start(self, training: Training, init_params: str, rng: np.random.Generator) -> Beginning:
        """Return a start: what was given, completed from the data by the named method.

        Means that are given decide the rest: every row goes to the nearest one.
        """
        if self.partition is None and self.means is None:
            proposed = proposed_start(training, init_params, rng)
            return replace(proposed, mixture=self.applied_to(proposed.mixture))
        sample = training.sample(symmetries(training.family)[0], rng)
        if self.partition is not None:
            return Beginning(self.applied_to(training.mixture_of_partition(self.partition)), sample)
        labels = sample.nearest(self.means)  # type: ignore[arg-type]
        return Beginning(self.applied_to(mixture_of(sample, labels, training.n_components, training.held)), sample)


def checked_partition(value: Any, n_rows: int, n_components: int) -> Array:
    """Return `responsibilities_init` as responsibilities (N, K) or labels (N,), or complain."""
    array = np.asarray(value)
    if array.shape == (n_rows,) and array.dtype.kind in "iu":
        if array.min() < 0 or array.max() >= n_components:
            raise ParameterError(
                f"Labels in 'responsibilities_init' run from {array.min()} to {array.max()}. "
                f"Use integers from 0 to {n_components - 1}."
            )
        _refuse_empty(np.bincount(array, minlength=n_components))
        return array
    responsibilities = _checked("responsibilities_init", value, (n_rows, n_components))
    wrong = (responsibilities.min(axis=1) < 0) | (np.abs(responsibilities.sum(axis=1) - 1) > 1e-6)
    if wrong.any():
        row = int(wrong.argmax())
        raise ParameterError(
            f"Row {row} of 'responsibilities_init' is not a distribution: its sum is {responsibilities[row].sum():g}. "
            "Use numbers between 0 and 1 that sum to 1 in each row."
        )
    _refuse_empty(responsibilities.sum(axis=0))
    return responsibilities


def _refuse_empty(counts: Array) -> None:
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        raise ParameterError(
            f"'responsibilities_init' gives component {empty[0]} no row. Use fewer components, or give each a row."
        )


def _checked(name: str, value: Any, shape: tuple[int, ...]) -> FloatArray:
    try:
        array = np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"The parameter {name!r} could not be converted to numbers: {error}. Use an array."
        ) from error
    if array.shape != shape:
        raise ParameterError(
            f"The parameter {name!r} should have the shape of {shape}, but got {array.shape}. Use that shape."
        )
    if not np.isfinite(array).all():
        raise ParameterError(f"The parameter {name!r} contains NaN or infinity. Use finite numbers.")
    return array


def checked_weights(value: Any, n_components: int) -> FloatArray:
    """Return `weights_init`, or complain."""
    weights = _checked("weights", value, (n_components,))
    low, high = weights.min(), weights.max()
    if low < 0 or high > 1:
        # scikit-learn's message has the two numbers the wrong way round, and its tests hold it to that.
        raise ParameterError(
            f"The parameter 'weights' should be in the range [0, 1], but got max value {low:.5f}, min value {high:.5f} "
            f"(in scikit-learn's words, which swap the two: the least is {low:.5f}, the greatest {high:.5f}). "
            "Use weights that sum to 1."
        )
    if abs(1 - weights.sum()) > 1e-6:
        raise ParameterError(
            f"The parameter 'weights' should be normalized, but got sum(weights) = {weights.sum():.5f}. "
            "Divide them by their sum: use weights_init / weights_init.sum()."
        )
    return weights


def _full(value: Any, n_components: int, n_features: int) -> AbstractCovariance:
    precisions = _checked("full precision", value, (n_components, n_features, n_features))
    _require_positive_definite("full", precisions)
    return FullCovariance(_inverse(precisions))


def _tied(value: Any, n_components: int, n_features: int) -> AbstractCovariance:
    precision = _checked("tied precision", value, (n_features, n_features))
    _require_positive_definite("tied", precision[None])
    return TiedCovariance(_inverse(precision[None])[0], n_components)


def _diagonal(value: Any, n_components: int, n_features: int) -> AbstractCovariance:
    precisions = _checked("diag precision", value, (n_components, n_features))
    _require_positive("diag", precisions)
    return DiagonalCovariance(1 / precisions)


def _spherical(value: Any, n_components: int, n_features: int) -> AbstractCovariance:
    precisions = _checked("spherical precision", value, (n_components,))
    _require_positive("spherical", precisions)
    return SphericalCovariance(1 / precisions, n_features)


_BY_FAMILY: dict[str, Callable[[Any, int, int], AbstractCovariance]] = (
    dict.fromkeys(("EII", "VII"), _spherical) | dict.fromkeys(("EEI", "VEI", "EVI", "VVI"), _diagonal) | {"EEE": _tied}
)


def covariances_from_precisions(value: Any, family: str, n_components: int, n_features: int) -> AbstractCovariance:
    """Return the form that `precisions_init` describes, in the layout of the family."""
    return _BY_FAMILY.get(family, _full)(value, n_components, n_features)


def _require_positive(name: str, precisions: FloatArray) -> None:
    if (precisions <= 0).any():
        raise ParameterError(
            f"'{name} precision' should be positive, but its least entry is {precisions.min():g}. Use 1 / variance."
        )


def _require_positive_definite(name: str, precisions: FloatArray) -> None:
    for k, matrix in enumerate(precisions):
        scale = np.sqrt(np.abs(np.diag(matrix)))
        symmetric = (np.abs(matrix - matrix.T) <= 1e-6 * scale[:, None] * scale).all()
        if not symmetric or np.linalg.eigvalsh(matrix)[0] <= 0:
            raise ParameterError(
                f"'{name} precision' should be symmetric, positive-definite, but that of component {k} is not. "
                "Use the inverse of a covariance matrix."
            )


def _inverse(precisions: FloatArray) -> FloatArray:
    inverse = np.linalg.inv(precisions)
    return (inverse + inverse.swapaxes(1, 2)) / 2
