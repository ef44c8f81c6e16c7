"""How far data reach, in which directions: the units that a fit lives in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import BoolArray, FloatArray
from mogul._numerics import freeze

NULL = 2.0**-40
"""Eigenvalues of a correlation matrix up to this are zero for floating point: the columns are linearly dependent."""


@final
@dataclass(frozen=True, eq=False)
class Spread:
    """Return the spread of data: standard deviations of the columns and, if known, their correlations.

    The correlation matrix is V diag(eigenvalues) V', V = `axes`. A constant column has a stand-in for its standard
    deviation and is correlated with no other.
    """

    deviations: FloatArray
    """Standard deviation of each column, (D,); positive."""
    constant: BoolArray
    """Whether each column is constant, (D,)."""
    axes: FloatArray | None = None
    """V, (D, D); None if the correlations were not asked for."""
    eigenvalues: FloatArray | None = None
    """Variances along the axes in units of `deviations`, ascending, (D,)."""

    @classmethod
    def of_variances(cls, variances: FloatArray, magnitudes: FloatArray) -> Self:
        """Return the spread without correlations.

        `variances` (D,) are those of the columns, exactly zero for a constant one; `magnitudes` (D,) the largest
        absolute values, from which the stand-in for the spread of a constant column is made.
        """
        constant = variances == 0
        deviations = np.sqrt(variances)
        typical = deviations.max(initial=0.0) or 1.0
        # The floor (see Floor) of a constant column c is then a standard deviation of 2^-26 |c|.
        stand_in = np.where(magnitudes > 0, magnitudes * 2.0**-11, typical)
        return cls(freeze(np.where(constant, stand_in, deviations)), constant)

    @classmethod
    def of_covariance(cls, covariance: FloatArray, magnitudes: FloatArray) -> Self:
        """Return the spread with correlations, from the covariance (D, D) of the data."""
        simple = cls.of_variances(np.diag(covariance).copy(), magnitudes)
        correlation = covariance / simple.deviations / simple.deviations[:, None]
        np.fill_diagonal(correlation, 1.0)
        eigenvalues, axes = np.linalg.eigh(correlation)
        return cls(simple.deviations, simple.constant, freeze(axes), freeze(eigenvalues))

    @property
    def null(self) -> BoolArray:
        """Along which axes the data do not vary, (D,); constant columns are among them."""
        if self.axes is None or self.eigenvalues is None:
            return self.constant
        along_constant: BoolArray = (self.axes[self.constant] ** 2).sum(axis=0) > 0.5
        return (self.eigenvalues <= NULL) | along_constant

    def nil_axes(self) -> FloatArray:
        """Return the axes along which the data do not vary, constant columns left out, (D, any)."""
        if self.axes is None or self.eigenvalues is None:
            return np.empty((len(self.deviations), 0))
        return self.axes[:, self.null & (self.eigenvalues <= NULL)]

    @property
    def dependent(self) -> bool:
        """Whether columns that are not constant are linearly dependent."""
        return int(self.null.sum()) > int(self.constant.sum())

    @property
    def mean_variance(self) -> float:
        """The average variance of the columns that vary."""
        varying = self.deviations if self.constant.all() else np.where(self.constant, 0.0, self.deviations)
        return float((varying**2).mean())

    def principal_variances(self) -> FloatArray:
        """Return the variances along the axes of the covariance, in squared units of the data, ascending.

        Directions in which the data do not vary are left out, unless there is no other.
        """
        varying = self.deviations if self.constant.all() else np.where(self.constant, 0.0, self.deviations)
        if self.axes is None or self.eigenvalues is None:
            variances = np.sort(varying**2)
        else:
            root = varying[:, None] * self.axes * np.sqrt(np.maximum(self.eigenvalues, 0.0))
            variances = np.maximum(np.linalg.eigvalsh(root @ root.T), 0.0)
        n_null = 0 if self.constant.all() else int(self.null.sum())
        return variances[n_null:]

    def whitening(self) -> FloatArray:
        """Return T, (D, D - nulls), such that rows times T are uncorrelated and of variance one."""
        if self.axes is None or self.eigenvalues is None:
            return np.diag(1 / self.deviations)[:, ~self.constant]
        varying = ~self.null
        return self.axes[:, varying] / np.sqrt(self.eigenvalues[varying]) / self.deviations[:, None]
