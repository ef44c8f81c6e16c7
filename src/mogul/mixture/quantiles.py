"""Quantiles and intervals of a mixture of one feature."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import real_array
from mogul._kernels import FloatArray
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.gaussian import log_one_minus
from mogul.mixture.line import Line
from mogul.mixture.pieces import Pieces


class AbstractQuantiles(AbstractMixture):
    """Inverses of the distribution function, for D = 1."""

    def icdf(self, p: ArrayLike) -> FloatArray:
        """Return the quantile x of each probability: ``cdf(x) = p``.

        Parameters
        ----------
        p : any shape
            From 0 to 1; elsewhere the result is not a number, as in SciPy.

        Returns
        -------
        In the shape of p, in the units of the data.

        Raises
        ------
        ShapeError
            If D > 1: quantiles belong to a single feature, ``mixture.marginal([feature])``.

        Notes
        -----
        Solved on the logarithm of whichever of p and 1 - p is smaller, by Newton's method within brackets that the
        quantiles of the components give: as close as the spacing of floating-point numbers allows, for p down to the
        least positive number. Quantiles near p = 1 are limited by the spacing of p there; `iccdf` is not.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
        >>> pair.icdf([1e-300, 0.5]).round(6)
        array([-35.037474,   1.434052])
        """
        line, values, shape = self._on_a_line(p)
        with np.errstate(divide="ignore", invalid="ignore"):
            below = line.quantiles(np.log(values))
            above = -line.mirrored().quantiles(np.log(1 - values))
        return np.where(values <= 0.5, below, above).reshape(shape)[()]

    def iccdf(self, p: ArrayLike) -> FloatArray:
        """Return x with ``ccdf(x) = p``, same shapes as `icdf`.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).iccdf(1e-100).round(6)
        np.float64(21.273454)
        """
        line, values, shape = self._on_a_line(p)
        with np.errstate(divide="ignore", invalid="ignore"):
            above = -line.mirrored().quantiles(np.log(values))
            below = line.quantiles(np.log(1 - values))
        return np.where(values <= 0.5, above, below).reshape(shape)[()]

    def ilogcdf(self, log_p: ArrayLike) -> FloatArray:
        """Return x with ``logcdf(x) = log_p``, same shapes as `icdf`.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).ilogcdf(-1e6).round(3)
        np.float64(-1414.208)
        """
        line, values, shape = self._on_a_line(log_p)
        return line.quantiles(values).reshape(shape)[()]

    def ilogccdf(self, log_p: ArrayLike) -> FloatArray:
        """Return x with ``logccdf(x) = log_p``, same shapes as `icdf`.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).ilogccdf(-1e6).round(3)
        np.float64(1414.208)
        """
        line, values, shape = self._on_a_line(log_p)
        return -line.mirrored().quantiles(values).reshape(shape)[()]

    def median(self) -> float:
        """Return the point below which half of the mass lies: ``icdf(0.5)``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.9, 0.1], [0.0, 100.0], [1.0, 1.0]).median().__round__(4)
        0.1397
        """
        return float(self.icdf(0.5))

    def interval(self, mass: ArrayLike) -> FloatArray:
        """Return the central interval of a given mass: as much lies below as above.

        Parameters
        ----------
        mass : number or any shape
            Above 0 and below 1.

        Returns
        -------
        shape (2,), or (..., 2)
            The lower and the upper end, in the units of the data.

        Raises
        ------
        ParameterError
            If a mass is not between 0 and 1.
        ShapeError
            If D > 1; see `region`.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [10.0], [2.0]).interval(0.95).round(4)
        array([ 6.0801, 13.9199])
        """
        line, masses, shape = self._on_a_line(mass)
        log_tail = log_one_minus(np.log(checked_masses(masses))) - np.log(2)
        ends = line.quantiles(log_tail), -line.mirrored().quantiles(log_tail)
        return np.stack(ends, axis=-1).reshape(*shape, 2)

    def shortest_interval(self, mass: ArrayLike) -> FloatArray:
        """Return the shortest single interval of a given mass.

        Where the highest-density region of that mass is one interval, it is this; with several modes the region may
        be shorter, in several pieces: `region`.

        Parameters
        ----------
        mass : number or any shape
            Above 0 and below 1.

        Returns
        -------
        shape (2,), or (..., 2)

        Raises
        ------
        ParameterError, ShapeError
            As in `interval`.

        Notes
        -----
        The densities at both ends are equal. All intervals for which they are are compared.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [0.0, 3.0], [1.0, 3.0]).shortest_interval([0.5, 0.9]).round(3)
        array([[-1.12 ,  1.401],
               [-2.115,  6.259]])
        """
        line, masses, shape = self._on_a_line(mass)
        pieces = Pieces.of(line)
        ends = [pieces.shortest_interval(float(value)) for value in checked_masses(masses)]
        return np.array(ends).reshape(*shape, 2)

    def _on_a_line(self, values: ArrayLike) -> tuple[Line, FloatArray, tuple[int, ...]]:
        """Return the mixture as a line, values as a vector, and their shape."""
        require_one_feature(self)
        array = real_array(values, "p").astype(float)
        return Line.of(self), array.reshape(-1), array.shape


def require_one_feature(mixture: AbstractMixture) -> None:
    """Raise ShapeError if there are several features."""
    if mixture.n_features > 1:
        raise ShapeError(
            f"This is for one feature, but the mixture has {mixture.n_features}. "
            "Take one of them, mixture.marginal([feature]), or use mixture.region."
        )


def checked_masses(masses: FloatArray) -> FloatArray:
    """Return masses, or say which is not between 0 and 1."""
    wrong = ~((masses > 0) & (masses < 1))
    if wrong.any():
        raise ParameterError(f"The mass {masses[wrong][0]:g} must lie between 0 and 1, e.g. 0.95.")
    return masses
