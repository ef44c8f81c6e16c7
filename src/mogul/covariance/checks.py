"""Checks that forms share: numbers in, or the exact complaint."""

from __future__ import annotations

from typing import Any

import numpy as np

from mogul._kernels import FloatArray, core
from mogul._numerics import freeze, sealed, symmetric
from mogul.errors import NonFiniteError, NotPositiveDefiniteError, ShapeError


def checked_array(array: Any, n_axes: int, shape: str) -> FloatArray:
    """Return `array` as a frozen float64 array of `n_axes` axes, all entries finite."""
    values = freeze(array)
    if values.ndim != n_axes or 0 in values.shape:
        raise ShapeError(f"covariances must have shape {shape}, got {values.shape}.")
    if not np.isfinite(values).all():
        component = int(np.argwhere(~np.isfinite(values))[0][0]) if n_axes != 2 or "K" in shape else 0
        raise NonFiniteError(f"The covariance of component {component} contains NaN or infinity.")
    return values


def checked_variances(array: Any, n_axes: int, shape: str) -> FloatArray:
    """Return variances, all positive."""
    values = checked_array(array, n_axes, shape)
    require_positive(values)
    return values


def require_positive(values: FloatArray) -> None:
    """Raise if a variance is not positive."""
    if values.min() <= 0:
        component, *feature = np.argwhere(values <= 0)[0].tolist()
        where = f" for feature {feature[0]}" if feature else ""
        raise NotPositiveDefiniteError(
            f"The covariance of component {component} is not positive definite: its variance{where} is "
            f"{values[component, *feature]:g}."
        )


def symmetrised(matrices: FloatArray) -> FloatArray:
    """Return K matrices (K, D, D) exactly symmetric, or raise if they are not symmetric to rounding."""
    transposed = matrices.swapaxes(1, 2)
    if np.array_equal(matrices, transposed):
        return matrices
    scale = np.sqrt(np.abs(np.einsum("kii->ki", matrices)))
    far = np.abs(matrices - transposed) > 1e-8 * scale[:, :, None] * scale[:, None, :]
    if far.any():
        k, i, j = np.argwhere(far)[0]
        raise NotPositiveDefiniteError(
            f"The covariance of component {k} is not symmetric: entry ({i}, {j}) is {matrices[k, i, j]:g}, "
            f"entry ({j}, {i}) is {matrices[k, j, i]:g}."
        )
    return freeze(symmetric(matrices))


def factorised(matrices: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (factors, whitening, log_determinants) of K matrices, or name the one that is not positive definite."""
    factors, whitening, log_determinants, failed = core.factorise(matrices)
    if failed >= 0:
        smallest = np.linalg.eigvalsh(matrices[failed])[0]
        raise NotPositiveDefiniteError(
            f"The covariance of component {failed} is not positive definite: its smallest eigenvalue is {smallest:g}."
        )
    return sealed(factors), sealed(whitening), sealed(log_determinants)


def require_same(what: str, given: int, wanted: int) -> None:
    """Raise if a form has another number of components or features than its mixture."""
    if given != wanted:
        raise ShapeError(f"The covariances have {given} {what}, but the weights and means have {wanted}.")
