"""The user's data and choice of features, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points, real_array
from mogul._kernels import FloatArray
from mogul.errors import EmptyDataError, NonFiniteError, ParameterError, ShapeError

_SEED = 0


def data_rows(data: Any, n_features: int) -> FloatArray | None:
    """Return data as finite rows (N, D), or None for None."""
    if data is None:
        return None
    array = real_array(data, "data")
    if array.size == 0:
        raise EmptyDataError(f"data has shape {array.shape}: there is nothing to draw. Leave data out.")
    width = 1 if array.ndim == 1 else array.shape[-1]
    if array.ndim not in (1, 2) or width != n_features:
        raise ShapeError(f"data has shape {array.shape}, but the mixture has {n_features} features: (N, {n_features}).")
    rows = points(array, n_features)[0].astype(np.float64, copy=False)
    finite = np.isfinite(rows).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise NonFiniteError(f"Row {row} of data contains NaN or infinity. Remove such rows: data[finite rows].")
    return rows


def names_of(n_features: int, feature_names: Sequence[str] | None, data: Any = None) -> list[str]:
    """Return the names of all features: as given, as the columns of a table, or x0, x1, ... (x for a single one)."""
    if feature_names is None:
        columns = getattr(data, "columns", None)
        feature_names = getattr(data, "column_names", None) if columns is None else columns
    # A pyarrow table keeps arrays, not names, in `columns`.
    if feature_names is not None and not all(isinstance(name, str) for name in feature_names):
        feature_names = getattr(data, "column_names", None)
    if feature_names is None:
        return ["x"] if n_features == 1 else [f"x{d}" for d in range(n_features)]
    names = [str(name) for name in feature_names]
    if len(names) != n_features:
        raise ShapeError(f"feature_names has {len(names)} names, but the mixture has {n_features} features.")
    return names


def chosen_features(features: Sequence[int | str] | None, names: Sequence[str], most: int, why: str) -> list[int]:
    """Return the numbers of the features to draw, given by number or name; all if `features` is None."""
    n_features = len(names)
    numbers = list(range(n_features)) if features is None else [_number_of(f, names) for f in features]
    if len(numbers) > most:
        given = f"The mixture has {n_features} features" if features is None else f"features names {len(numbers)}"
        raise ParameterError(f"{given}; {why} shows at most {most}. Choose some, e.g. features={numbers[:2]}.")
    if not numbers or len(set(numbers)) < len(numbers):
        raise ParameterError(f"features {features} must name one or more features, each once.")
    return numbers


def _number_of(feature: int | str, names: Sequence[str]) -> int:
    if isinstance(feature, str):
        if feature not in names:
            raise ParameterError(f"There is no feature {feature!r}; the features are: {', '.join(names)}.")
        return names.index(feature)
    if not 0 <= feature < len(names):
        raise ParameterError(f"There is no feature {feature}; the features are 0 to {len(names) - 1}.")
    return int(feature)


def thinned(rows: FloatArray, most: int) -> FloatArray:
    """Return at most `most` rows, in order: the same random choice each time."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(np.random.default_rng(_SEED).choice(len(rows), most, replace=False))]


def histogram(values: FloatArray, bins: int | ArrayLike | None, deviation: float) -> tuple[FloatArray, FloatArray]:
    """Return (densities, edges) of a histogram of area one; `deviation` is a typical one within a component."""
    if bins is None:
        edges = _edges(values, deviation)
    elif isinstance(bins, int | np.integer):
        if bins < 1:
            raise ParameterError(f"bins is {bins}; it must be 1 or more, or the edges.")
        low, high = float(values.min()), float(values.max())
        edges = np.linspace(low, high, bins + 1) if low < high else low + deviation * np.linspace(-0.5, 0.5, bins + 1)
    else:
        edges = np.asarray(bins, dtype=float)
    # Data that differ by little more than rounding give the same edge twice.
    edges = np.unique(edges)
    counts = np.histogram(values, edges)[0]
    if len(edges) < 2 or not counts.any():
        raise ParameterError("bins leaves out all data: give edges that enclose them, or a number.")
    return counts / counts.sum() / np.diff(edges), edges


def _edges(values: FloatArray, deviation: float) -> FloatArray:
    """Return the edges of at most 200 bins of width 2.7 s N^(-1/3) (Freedman and Diaconis, 1981), 2.7 s being 2 IQR.

    The scale s is that of the data or, if smaller, the typical one of a component: of several humps, the spread of
    all says little. Values on a lattice, as measurements that were rounded, get bins of whole steps, between whose
    edges equally many possible values lie.
    """
    low, high = float(values.min()), float(values.max())
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    iqr = float(three_quarters - quarter)
    width = 2 * min(iqr if iqr > 0 else np.inf, 1.349 * deviation) / len(values) ** (1 / 3)
    width = max(width, (high - low) / 200)
    step = _lattice(values)
    if step > width / 20:
        width, low = step * max(1, round(width / step)), low - step / 2
    n_bins = max(1, math.ceil((high - low) / width + 1e-9))
    edges: FloatArray = low + width * np.arange(n_bins + 1)
    return edges


def _lattice(values: FloatArray) -> float:
    """Return the step of the lattice that values lie on, some of them together, or 0 for none."""
    some = thinned(values, 2000)
    gaps = np.diff(np.unique(some))
    # Decimal fractions are no exact multiples; gaps of rounding only are no steps.
    gaps = gaps[gaps > 64 * np.spacing(np.abs(some).max())]
    if not 0 < len(gaps) < len(some) - 1:
        return 0.0
    step = float(gaps.min())
    return step if (np.abs(gaps / step - np.round(gaps / step)) < 0.01).all() else 0.0
