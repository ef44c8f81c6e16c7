"""Statistics from given labels or responsibilities: the M-step's way in without a mixture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import canonical_order
from mogul.statistics import AbstractMoments, Statistics

# Of one component: which rows, and their responsibilities times their weights.
_Part = tuple[Array | slice, FloatArray]


def statistics_of_labels(
    rows: Array, row_weights: FloatArray, labels: Array, n_components: int, moments: AbstractMoments
) -> Statistics:
    """Return the statistics of rows (N, D) whose component is given, as an integer below K each."""
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(n_components + 1))
    groups = (order[edges[k] : edges[k + 1]] for k in range(n_components))
    return _statistics(rows, ((group, row_weights[group]) for group in groups), moments)


def statistics_of_responsibilities(
    rows: Array, row_weights: FloatArray, responsibilities: FloatArray, moments: AbstractMoments
) -> Statistics:
    """Return the statistics of rows (N, D) whose responsibilities (N, K) are given."""
    parts = ((slice(None), r * row_weights) for r in responsibilities.T)
    return _statistics(np.ascontiguousarray(rows, dtype=np.float64), parts, moments)


def _statistics(rows: Array, parts: Iterator[_Part], moments: AbstractMoments) -> Statistics:
    """Return statistics about the means that the parts imply. A component without rows sits at the first row."""
    counts, origins, firsts, seconds, kinds = [], [], [], [], []
    origin = rows[0].astype(np.float64)
    for which, r in parts:
        count = float(r.sum())
        away = np.ascontiguousarray(rows[which], dtype=np.float64) - origin
        shift = r @ away / count if count > 0 else np.zeros(rows.shape[1])
        away = away - shift
        counts.append(count)
        origins.append(origin + shift)
        firsts.append(r @ away)
        kinds.append(moments.facing(away, r))
        seconds.append(kinds[-1].of_rows(away, r))
    held, places = np.array(counts), np.array(origins)
    second = np.array(seconds)
    if moments.pooled:
        second = second[canonical_order(held, places)].sum(axis=0)  # whatever the numbering of the components
    return Statistics(np.nan, held, np.array(firsts), second, places, moments.joined(kinds))


def shared(statistics: Statistics) -> Statistics:
    """Return the statistics with every empty component given half of what the heaviest one has."""
    counts, first, origin = statistics.counts.copy(), statistics.first.copy(), statistics.origin.copy()
    second, numbers = statistics.second.copy(), np.arange(len(counts))
    for empty in np.flatnonzero(counts == 0):
        donor = int(counts.argmax())
        numbers[empty] = numbers[donor]
        arrays = [counts, first] if statistics.moments.pooled else [counts, first, second]
        for array in arrays:
            array[donor] /= 2
            array[empty] = array[donor]
        origin[empty] = origin[donor]
    moments = statistics.moments.selected(numbers)
    return replace(statistics, counts=counts, first=first, second=second, origin=origin, moments=moments)


def shrunk(statistics: Statistics, rows_worth: float) -> Statistics:
    """Return the statistics with scatters of few rows drawn towards the average one, as by `rows_worth` further rows.

    A component that starts from a handful of rows would otherwise start as a needle, and stay one. Those of four
    times `rows_worth` or more are left alone.
    """
    if statistics.moments.pooled:
        return statistics
    n_features = statistics.first.shape[1]
    scatter, counts = statistics.scatter(), statistics.counts
    order = canonical_order(counts, statistics.origin)
    moments = statistics.moments.selected(order)
    average = moments.shared_average(scatter[order], counts)
    average = average if len(average) == 1 else average[np.argsort(order)]
    added = np.where(counts < 4 * rows_worth, rows_worth, 0.0)
    shape = (-1,) + (1,) * (scatter.ndim - 1)
    second = (scatter + added.reshape(shape) * average) * (counts / (counts + added)).reshape(shape)
    origin, first = statistics.means(), np.zeros((len(counts), n_features))
    return replace(statistics, first=first, second=second, origin=origin)
