"""What is odd about data or about a fit, in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.errors import (
    ConstantColumnWarning,
    DegenerateWarning,
    DistinctRowsWarning,
    MogulWarning,
    PrecisionWarning,
    RangeError,
    RankWarning,
)
from mogul.fitting import moments_of_data
from mogul.source import ArraySource
from mogul.statistics import Floor, Spread

_FEW_ULPS = 8.0
_LARGEST = 2.0**1000
_LOG2_SQUARES = 1020.0
_NIL = 2.0**-40
_SMALLEST = 2.0**-505


@final
class NotConvergedWarning(MogulWarning, ConvergenceWarning):
    """EM was stopped before little was left to gain."""

    code = "NOTCONV"


@final
@dataclass(frozen=True, eq=False)
class DataReport:
    """Return what one look at all rows tells before a fit."""

    spread: Spread
    precision: FloatArray
    """Standard deviations of the columns in units in the last place of their largest entry, (D,)."""
    low: FloatArray
    """The least entry of each column, (D,)."""
    high: FloatArray
    """The greatest, (D,)."""
    is_dependent: bool
    """Whether columns that vary are linearly dependent."""

    @cached_property
    def floor(self) -> Floor:
        """The floor of families that have directions of their own."""
        return Floor(self.spread)

    @cached_property
    def round_floor(self) -> Floor:
        """The floor of the others."""
        return Floor(self.spread, is_round=True)

    def warnings(self) -> list[MogulWarning]:
        """Return what users should know about these data, whatever the model."""
        found: list[MogulWarning] = []
        constant = np.flatnonzero(self.spread.constant)
        coarse = np.flatnonzero((self.precision < _FEW_ULPS) & ~self.spread.constant)
        if len(coarse):
            column = int(coarse[0])
            found.append(
                PrecisionWarning(
                    f"Column {column} has a standard deviation of {self.precision[column]:.2g} units in the last place "
                    "of its values: its spread is mostly rounding. Subtract a constant before the numbers are stored, "
                    "or use float64."
                )
            )
        if 0 < len(constant) < len(self.spread.constant):
            found.append(
                ConstantColumnWarning(
                    f"Column {', '.join(map(str, constant))} is constant: it tells nothing about components. "
                    "Drop it, or add its noise."
                )
            )
        if self.is_dependent:
            rank = int((~self.spread.null).sum())
            found.append(
                RankWarning(
                    f"The {len(self.spread.constant)} columns span only {rank} dimensions: the data do not determine a "
                    "covariance, and the floor fills in the rest. Drop dependent columns, or use a family with fewer "
                    "parameters (e.g. 'diag')."
                )
            )
        return found


def examined(source: ArraySource, *, correlations: bool) -> DataReport:
    """Return the report on the rows of a source, all finite.

    Raises
    ------
    RangeError
        If squares of the differences between rows would overflow or vanish.
    """
    low, high, _, _ = core.scan(source.rows, n_threads=thread_count())
    magnitudes = np.maximum(np.abs(low), np.abs(high))
    with np.errstate(over="ignore"):
        extent = high - low
    _refuse_overflow(extent, magnitudes, source.n_rows)
    statistics = moments_of_data(source, correlations=correlations)
    average = statistics.averages()[0]
    variances = np.diag(average).copy() if correlations else average
    # A variance of rounding errors only is none.
    variances[variances <= 0] = 0.0
    _refuse_underflow(source, variances, extent)
    build = Spread.of_covariance if correlations else Spread.of_variances
    spread = build(average if correlations else variances, magnitudes)
    # A constant column has no spread to be lost: it may be all zeros, whose last place is no unit.
    shown = np.where(spread.constant, spread.deviations, magnitudes)
    unit = np.spacing(shown.astype(source.rows.dtype))
    is_dependent = spread.dependent and _is_dependent(source, spread)
    return DataReport(spread, spread.deviations / unit.astype(np.float64), low, high, is_dependent)


def _is_dependent(source: ArraySource, spread: Spread) -> bool:
    """Return whether rows really do not leave the axes along which their variance is nil.

    A single outlier can make a correlation one to rounding while the other rows vary freely.
    """
    rows, _ = source.sample_rows(1024, np.random.default_rng(0))
    units = np.abs(rows) / spread.deviations
    along = (rows - rows[0]) / spread.deviations @ spread.nil_axes()
    return bool((np.abs(along).max(axis=1) <= _NIL * (units.max(axis=1) + units[0].max())).all())


def _refuse_overflow(extent: FloatArray, magnitudes: FloatArray, n_rows: int) -> None:
    with np.errstate(divide="ignore"):
        squares = 2 * np.log2(extent) + np.log2(n_rows)
    wide = np.flatnonzero(~(squares < _LOG2_SQUARES) & (extent > 0) | (magnitudes > _LARGEST))
    if len(wide):
        column = int(wide[0])
        raise RangeError(
            f"Column {column} has entries of magnitude {magnitudes[column]:.3g}, too large for squares of float64. "
            "Rescale it: divide the column by a power of ten."
        )


def _refuse_underflow(source: ArraySource, variances: FloatArray, extent: FloatArray) -> None:
    narrow = np.flatnonzero((extent > 0) & (variances < _SMALLEST**2))
    for column in narrow:
        entries = source.rows[:, column] if source.row_weights is None else source.rows[source.row_weights > 0, column]
        if entries.min() < entries.max():
            raise RangeError(
                f"Column {column} spreads over {extent[column]:.3g}, too small for squares of float64 (underflow). "
                "Rescale it: multiply the column by a power of ten."
            )


def fewer_distinct(n_distinct: int, n_components: int) -> MogulWarning:
    """Return the warning for data with fewer distinct rows than components."""
    return DistinctRowsWarning(
        f"There are {n_distinct} distinct rows for {n_components} components, so some components are copies of others. "
        f"Use n_components={n_distinct} or fewer."
    )


def degenerate(components: Array, all_equal: bool) -> MogulWarning:
    """Return the warning for components that the floor holds up, or that had to be placed anew."""
    if all_equal:
        return DegenerateWarning("All rows are equal: the covariance is the floor. Use data that vary.")
    numbers = ", ".join(map(str, components[:10])) + (", ..." if len(components) > 10 else "")
    if len(components):
        return DegenerateWarning(
            f"Component {numbers} sits at the variance floor: it has collapsed onto a few rows, or onto rows that "
            "are equal in some direction. Use fewer components, a family with fewer parameters (e.g. 'tied'), or set "
            "reg_covar."
        )
    return DegenerateWarning(
        "A component had lost all its rows and was placed anew on the row that the others explain least. Use starting "
        "values inside the data, or fewer components."
    )


def collapsed(n_iterations: int) -> MogulWarning:
    """Return the warning for a fit without a floor that ended because a component collapsed."""
    return DegenerateWarning(
        f"A component collapsed onto rows that are equal in some direction at iteration {n_iterations}, and nothing "
        "holds it: the mixture before that is kept. Set reg_covar=None for a relative floor or to a positive number, "
        "or use fewer components."
    )


def not_converged(n_iterations: int) -> MogulWarning:
    """Return the warning for a fit that ended at the limit of iterations."""
    return NotConvergedWarning(
        "Best performing initialization did not converge. Try different init parameters, or increase max_iter, tol, or "
        f"check for degenerate data. EM was stopped after {n_iterations} iterations, with more to gain."
    )
