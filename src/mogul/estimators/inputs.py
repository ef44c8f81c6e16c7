"""What users of estimators hand over: tables of rows, and parameters of the constructor."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
from sklearn.utils.validation import validate_data

from mogul._kernels import Array, core, thread_count
from mogul.errors import (
    DataTypeError,
    EmptyDataError,
    NonFiniteError,
    ParameterError,
    ShapeError,
    SparseDataError,
    TooFewRowsError,
)
from mogul.source import ArraySource


def checked_rows(estimator: Any, X: Any, *, reset: bool, min_rows: int = 1) -> Array:
    """Return X as (N, D) float32 or float64, all finite, without a copy where that is possible.

    On `reset` the estimator learns the number and names of the features, otherwise they must agree with it.
    """
    _refuse_wrong_kinds(X)
    if isinstance(X, np.ndarray) and X.dtype.newbyteorder("=") == np.float32:
        X = X.astype(np.float32, copy=False)  # the other byte order stays single precision too
    rows = _as_rows(estimator, X, reset)
    n_rows, n_features = rows.shape
    if n_features == 0:
        raise EmptyDataError(
            f"Found array with 0 feature(s) (shape={rows.shape}) while a minimum of 1 is required: X is empty. "
            "Use at least one column."
        )
    if n_rows == 0:
        raise EmptyDataError(
            f"Found array with 0 sample(s) (shape={rows.shape}) while a minimum of {min_rows} is required: X is empty. "
            "Use at least one row."
        )
    if n_rows < min_rows:
        raise TooFewRowsError(
            f"Found array with {n_rows} sample(s) (shape={rows.shape}) while a minimum of {min_rows} is required: "
            "a spread cannot be told from fewer rows. Use more rows."
        )
    refuse_non_finite(rows)
    return rows


def _as_rows(estimator: Any, X: Any, reset: bool) -> Array:
    """Return X as scikit-learn takes it, with our names for what it refuses."""
    if _is_plain(X) and (reset or _knows_as_many(estimator, X)):
        if reset:
            estimator.n_features_in_ = X.shape[1]
            vars(estimator).pop("feature_names_in_", None)
        plain: Array = X
        return plain
    try:
        rows: Array = validate_data(
            estimator,
            X,
            reset=reset,
            dtype=[np.float64, np.float32],
            ensure_all_finite=False,
            ensure_min_samples=0,
            ensure_min_features=0,
        )
    except (ValueError, TypeError) as error:
        if "feature" in str(error):
            raise ShapeError(f"{error} Use the columns that the estimator was fitted to.") from error
        raise DataTypeError(f"{error} Convert X to a table of numbers first.") from error
    return rows if rows.flags.aligned else np.require(rows, requirements="A")


def _is_plain(X: Any) -> bool:
    """Return whether X is an array as kernels take it: scikit-learn's look at it would cost more than a small fit."""
    return type(X) is np.ndarray and X.ndim == 2 and X.dtype in _KERNEL_DTYPES and X.flags.aligned


_KERNEL_DTYPES = (np.dtype(np.float64), np.dtype(np.float32))


def _knows_as_many(estimator: Any, X: Array) -> bool:
    """Return whether the estimator was fitted to columns without names, as many as X has."""
    return getattr(estimator, "n_features_in_", None) == X.shape[1] and not hasattr(estimator, "feature_names_in_")


def refuse_non_finite(rows: Array) -> None:
    """Raise NonFiniteError with the place of the first entry that is NaN or infinite."""
    _, _, row, column = core.scan(rows, n_threads=thread_count())
    if row >= 0:
        what = "NaN" if np.isnan(rows[row, column]) else "infinity"
        raise NonFiniteError(
            f"Input X contains {what}: first in row {row}, column {column}. "
            "Remove such rows, or fill them in, before fitting or scoring."
        )


def refuse_too_few(source: ArraySource, n_components: int) -> None:
    """Raise TooFewRowsError if fewer rows than components have any weight."""
    n_rows = source.n_rows if source.row_weights is None else int((source.row_weights > 0).sum())
    if n_rows < n_components:
        raise TooFewRowsError(
            f"Expected n_samples >= n_components but got n_components = {n_components}, n_samples = {n_rows}. "
            "Use fewer components or more rows."
        )


def _refuse_wrong_kinds(X: Any) -> None:
    if X is None or isinstance(X, list | tuple | str | int | float):
        X = _from_lists(X)
    if scipy.sparse.issparse(X):
        raise SparseDataError(
            f"Sparse data was passed for X (a {type(X).__name__}), but dense data is required. "
            "Use X.toarray() to convert it."
        )
    dtype, shape = getattr(X, "dtype", None), getattr(X, "shape", None)
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise NonFiniteError(
            f"Input X contains NaN: it is a masked array with {int(X.mask.sum())} missing entries. Remove those rows, "
            "or fill them in with X.filled(...)."
        )
    if isinstance(dtype, np.dtype) and dtype.kind in "mM":
        raise DataTypeError(f"X has dtype {dtype}: dates are not numbers. Convert them, e.g. to seconds since a day.")
    if isinstance(dtype, np.dtype) and dtype.kind == "c":
        raise DataTypeError(
            f"Complex data not supported: X has dtype {dtype}. Use its real and imaginary parts as columns."
        )
    if shape is not None and len(shape) == 1:
        raise ShapeError(
            f"Expected 2D array, got 1D array instead: X has shape {tuple(shape)}. Reshape your data using "
            "X.reshape(-1, 1) if it holds one feature, or X.reshape(1, -1) if it holds one row."
        )
    if shape is not None and len(shape) not in (0, 2):
        raise ShapeError(
            f"Found array with dim {len(shape)}, while dim <= 2 is required: X must have two axes "
            f"(n_rows, n_features), got shape {tuple(shape)}. Reshape it to one row a line."
        )


def _from_lists(X: Any) -> Array:
    """Return nested lists as an array, whatever its entries."""
    try:
        array: Array = np.asarray(X)
    except ValueError as error:
        raise DataTypeError(f"X could not be made an array: {error}. Use rows of equal length.") from error
    if array.size == 0 and array.ndim == 1:
        raise EmptyDataError("Found array with 0 sample(s): X is empty. Use at least one row.")
    if array.ndim == 0:
        raise ShapeError(f"Expected 2D array, got scalar array instead: X is {X!r}. Use a table of rows and columns.")
    return array


OWNER = "GaussianMixture"
"""Whose parameters are checked, unless somebody else is named."""


def require_integer(name: str, value: Any, least: int, owner: str = OWNER) -> int:
    """Return an integer parameter, or say what it must be."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool) and value >= least:
        return int(value)
    raise ParameterError(
        f"The {name!r} parameter of {owner} must be an int in the range [{least}, inf). Got {value!r} instead. "
        f"Set it to {max(least, 1)} or more."
    )


def require_real(name: str, value: Any, owner: str = OWNER) -> float:
    """Return a number of at least 0, or say what the parameter must be."""
    if (
        isinstance(value, int | float | np.integer | np.floating)
        and not isinstance(value, bool)
        and 0 <= value < np.inf
    ):
        return float(value)
    raise ParameterError(
        f"The {name!r} parameter of {owner} must be a float in the range [0.0, inf). Got {value!r} instead. "
        "Use a small number that is not negative."
    )


def require_one_of(name: str, value: Any, allowed: list[str], owner: str = OWNER) -> str:
    """Return a word, or list those that may be used."""
    if isinstance(value, str) and value in allowed:
        return value
    raise ParameterError(
        f"The {name!r} parameter of {owner} must be a str among {allowed}. Got {value!r} instead. Use one of these."
    )
