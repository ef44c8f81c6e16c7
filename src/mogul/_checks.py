"""User input to arrays, or the exact complaint."""

from __future__ import annotations

from typing import Any

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import exact_sum, freeze
from mogul.errors import DataTypeError, NonFiniteError, ParameterError, RowWeightsError, ShapeError


def real_array(values: Any, what: str) -> Array:
    """Return `values` as a float32 or float64 array; any other real dtype becomes float64."""
    array = np.asarray(values)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "biufO":
        raise DataTypeError(f"{what} has dtype {array.dtype}, which is not real numbers. Convert it to float64 first.")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataTypeError(f"{what} could not be converted to float64: {error}. Use numbers only.") from error


def points(x: Any, n_features: int) -> tuple[Array, tuple[int, ...]]:
    """Return (rows, shape): points as rows (N, D), and the shape that values at these points shall have.

    One feature: an array of any shape is that many points; a last axis of length one may hold the feature.
    More: the last axis holds the features; a single point may come as a vector.
    """
    array = real_array(x, "x")
    if n_features == 1 and not (array.ndim >= 2 and array.shape[-1] == 1):
        if array.ndim >= 2:
            raise ShapeError(f"x has {array.shape[-1]} features, but the mixture has 1.")
        return array.reshape(-1, 1), array.shape
    if array.ndim == 0 or array.shape[-1] != n_features:
        given = "one number" if array.ndim == 0 else f"{array.shape[-1]} features"
        raise ShapeError(f"x has {given}, but the mixture has {n_features} features.")
    return array.reshape(-1, n_features), array.shape[:-1]


def component_weights(weights: Any) -> FloatArray:
    """Return component weights (K,), not negative, that sum to one."""
    values = freeze(weights)
    if values.ndim != 1 or not len(values):
        raise ShapeError(f"weights must have shape (K,), one for each component, got {values.shape}.")
    if not np.isfinite(values).all() or values.min() < 0:
        k = int(np.flatnonzero(~(np.isfinite(values) & (values >= 0)))[0])
        raise ParameterError(f"The weight of component {k} is {values[k]:g}; weights must lie between 0 and 1.")
    total = exact_sum(values)
    if abs(total - 1) > 1e-6:
        raise ParameterError(f"weights sum to {total:.6g}, not to 1. Divide them by their sum.")
    # Weights that sum to one but for rounding stay as they are, so that a copy of a mixture has its bits.
    return values if abs(total - 1) <= len(values) * 2.0**-52 else freeze(values / total)


def component_means(means: Any, n_components: int) -> FloatArray:
    """Return means (K, D), all finite."""
    values = freeze(means)
    if values.ndim != 2 or values.shape[0] != n_components or not values.shape[1]:
        raise ShapeError(f"means must have shape (K, D) with K = {n_components}, one row a weight, got {values.shape}.")
    if not np.isfinite(values).all():
        k = int(np.argwhere(~np.isfinite(values))[0][0])
        raise NonFiniteError(f"The mean of component {k} contains NaN or infinity.")
    return values


def row_weights(weights: Any, n_rows: int, name: str = "sample_weight") -> FloatArray | None:
    """Return row weights (N,) as contiguous float64, or None for None; not negative, not all zero."""
    if weights is None:
        return None
    if np.asarray(weights).dtype.kind not in "biufO":
        kind = np.asarray(weights).dtype
        raise RowWeightsError(f"{name} has dtype {kind}, which is not real numbers. Use one number a row.")
    try:
        values = np.ascontiguousarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise RowWeightsError(f"{name} could not be converted to float64: {error}. Use one number a row.") from error
    if values.ndim == 0:
        values = np.full(n_rows, float(values))
    if values.shape != (n_rows,):
        raise RowWeightsError(f"{name} must have shape ({n_rows},), one weight a row, got {np.shape(weights)}.")
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        row = int(wrong.argmax())
        raise RowWeightsError(
            f"{name}[{row}] is {values[row]:g}. Weights must be finite and not negative; remove or mend that row."
        )
    if not values.any():
        raise RowWeightsError(f"{name} sums to zero: every row would be ignored. Use positive weights.")
    return _in_range(values)


def _in_range(weights: FloatArray) -> FloatArray:
    """Return weights times a power of two, where their sums or shares would leave the range of floating point."""
    exponent = int(np.frexp(weights.max())[1])
    return weights if abs(exponent) < 500 else np.ldexp(weights, -exponent)
