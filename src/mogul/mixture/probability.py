"""Probabilities under a mixture: of what lies below a point, in a box, on one side of a plane."""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points, real_array
from mogul._kernels import FloatArray
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.boxes import log_boxes
from mogul.mixture.gaussian import log_one_minus
from mogul.mixture.line import Line

_N_POINTS = 2048


class AbstractProbability(AbstractMixture):
    """The distribution function and what follows from it."""

    def cdf(self, x: ArrayLike, *, rng: Rng = 0, n_points: int = _N_POINTS) -> FloatArray:
        """Return the probability that no feature exceeds its value in x.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, any shape
            Points; infinite entries are no limit.
        rng : numpy.random.Generator, int or None, default 0
            For D > 1 and dependent features: the shifts of the lattice that the integral is taken on. With an integer,
            the same call gives the same number.
        n_points : int, default 2048
            For the same: points of the lattice, which is shifted eight times. Errors are about 1e-5 by default;
            `probability` returns them.

        Returns
        -------
        shape (N,), or a number for one point
            For D = 1 and for components with independent features, to rounding, in the far tails too.

        References
        ----------
        Genz (1992), Numerical computation of multivariate normal probabilities, J. Comput. Graph. Statist. 1, 141-149.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.5, 0.5], [0.0, 4.0], [1.0, 1.0])
        >>> pair.cdf([-30.0, 2.0])
        array([2.45335696e-198, 5.00000000e-001])
        """
        rows, shape = points(x, self.n_features)
        if self.n_features == 1:
            return Line.of(self).cdf(rows[:, 0].astype(float)).reshape(shape)[()]
        return np.exp(self._log_box_below(rows, rng, n_points)).reshape(shape)[()]

    def logcdf(self, x: ArrayLike, *, rng: Rng = 0, n_points: int = _N_POINTS) -> FloatArray:
        """Return the logarithm of `cdf`, same shapes, where that would vanish too.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).logcdf(-1e4).round(3)
        np.float64(-50000010.129)
        """
        rows, shape = points(x, self.n_features)
        if self.n_features == 1:
            return Line.of(self).logcdf(rows[:, 0].astype(float)).reshape(shape)[()]
        return self._log_box_below(rows, rng, n_points).reshape(shape)[()]

    def ccdf(self, x: ArrayLike, *, rng: Rng = 0, n_points: int = _N_POINTS) -> FloatArray:
        """Return ``1 - cdf(x)``, same shapes, for D = 1 without cancellation.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).ccdf([0.0, 30.0])
        array([5.00000000e-001, 4.90671393e-198])
        """
        rows, shape = points(x, self.n_features)
        if self.n_features == 1:
            return Line.of(self).mirrored().cdf(-rows[:, 0].astype(float)).reshape(shape)[()]
        return np.exp(log_one_minus(self._log_box_below(rows, rng, n_points))).reshape(shape)[()]

    def logccdf(self, x: ArrayLike, *, rng: Rng = 0, n_points: int = _N_POINTS) -> FloatArray:
        """Return the logarithm of `ccdf`, same shapes.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).logccdf(40.0).round(6)
        np.float64(-804.608442)
        """
        rows, shape = points(x, self.n_features)
        if self.n_features == 1:
            return Line.of(self).mirrored().logcdf(-rows[:, 0].astype(float)).reshape(shape)[()]
        return log_one_minus(self._log_box_below(rows, rng, n_points)).reshape(shape)[()]

    def _log_box_below(self, rows: FloatArray, rng: Rng, n_points: int) -> FloatArray:
        rows = rows.astype(float)
        return log_boxes(self, np.full(rows.shape, -np.inf), rows, rng, n_points)[0]

    # ------------------------------------------------------------------------------------------ boxes, half-spaces

    @overload
    def probability(
        self,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        with_error: Literal[False] = ...,
        rng: Rng = ...,
        n_points: int = ...,
    ) -> FloatArray: ...
    @overload
    def probability(
        self, lower: ArrayLike, upper: ArrayLike, *, with_error: Literal[True], rng: Rng = ..., n_points: int = ...
    ) -> tuple[FloatArray, FloatArray]: ...
    def probability(
        self,
        lower: ArrayLike,
        upper: ArrayLike,
        *,
        with_error: bool = False,
        rng: Rng = 0,
        n_points: int = _N_POINTS,
    ) -> FloatArray | tuple[FloatArray, FloatArray]:
        """Return the probability that every feature lies between its two limits.

        Parameters
        ----------
        lower, upper : shape (N, D), (D,) or, if D = 1, any shape; they are broadcast
            In the units of the data; -inf and inf are no limits.
        with_error : bool, default False
            Whether to return the standard error too.
        rng, n_points
            As in `cdf`.

        Returns
        -------
        array
            Shape (N,), or a number for one box; and, if asked for, the standard errors: zero where the probability is
            exact, which it is for D = 1 and for components with independent features.

        Raises
        ------
        ParameterError
            If a lower limit is above the upper one.
        ShapeError
            If limits have another number of features.

        Notes
        -----
        Exact probabilities are differences taken on the side where they are small, or, for close limits, integrals of
        the density, so nothing cancels: not in the tails, and not in thin boxes.

        Examples
        --------
        >>> import mogul
        >>> one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
        >>> one.probability([-1.0, 30.0], [1.0, 31.0])
        array([6.82689492e-001, 4.90671393e-198])
        >>> tilted = mogul.Mixture([1.0], [[0.0, 0.0]], [[[2.0, 1.0], [1.0, 2.0]]])
        >>> value, error = tilted.probability([0.0, 0.0], [float("inf"), float("inf")], with_error=True)
        >>> bool(abs(value - 1 / 3) < 4 * error + 1e-9), bool(error < 1e-4)
        (True, True)
        """
        log_p, relative = self._log_probability(lower, upper, rng, n_points)
        value: FloatArray = np.exp(log_p)[()]
        return (value, (value * relative)[()]) if with_error else value

    def logprobability(
        self, lower: ArrayLike, upper: ArrayLike, *, rng: Rng = 0, n_points: int = _N_POINTS
    ) -> FloatArray:
        """Return the logarithm of `probability`, same shapes, where that would vanish too.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).logprobability(100.0, 101.0).round(6)
        np.float64(-5005.524209)
        """
        return self._log_probability(lower, upper, rng, n_points)[0][()]

    def _log_probability(
        self, lower: ArrayLike, upper: ArrayLike, rng: Rng, n_points: int
    ) -> tuple[FloatArray, FloatArray]:
        """Return log-probabilities of boxes and their relative errors."""
        ends: list[Any] = [real_array(lower, "lower").astype(float), real_array(upper, "upper").astype(float)]
        try:
            ends = list(np.broadcast_arrays(*ends))
        except ValueError as error:
            raise ShapeError(f"lower {ends[0].shape} and upper {ends[1].shape} do not go together.") from error
        (low, shape), (high, _) = (points(end, self.n_features) for end in ends)
        if (low > high).any():
            row, feature = np.argwhere(low > high)[0]
            raise ParameterError(
                f"The lower limit {low[row, feature]:g} of feature {feature} is above the upper limit "
                f"{high[row, feature]:g}. Exchange them."
            )
        if self.n_features == 1:
            log_p = np.minimum(Line.of(self).log_between(low[:, 0], high[:, 0]), 0.0)
            return log_p.reshape(shape), np.zeros(shape)
        log_p, errors = log_boxes(self, low, high, rng, n_points)
        return log_p.reshape(shape), errors.reshape(shape)

    def half_space_probability(self, direction: ArrayLike, offset: ArrayLike) -> FloatArray:
        """Return the probability that ``direction . x <= offset``, exact in any D.

        Parameters
        ----------
        direction : shape (D,)
            Normal to the plane, of any length.
        offset : number or any shape
            One for each of parallel half-spaces.

        Returns
        -------
        In the shape of `offset`.

        Raises
        ------
        ShapeError
            If the direction has another number of features.

        Notes
        -----
        The projection is a mixture of one feature, of means ``direction . m_k`` and variances
        ``|L_k' direction|^2`` with ``Sigma_k = L_k L_k'``.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 1.0]))
        >>> pair.half_space_probability([1.0, 1.0], [2.0, -50.0])
        array([5.00000000e-001, 2.07504314e-274])
        """
        normal = real_array(direction, "direction").astype(float)
        if normal.shape != (self.n_features,):
            raise ShapeError(f"direction has shape {normal.shape}, but the mixture has {self.n_features} features.")
        if not (np.isfinite(normal).all() and normal.any()):
            raise ParameterError(f"direction {normal.tolist()} must be finite and not zero.")
        offsets = real_array(offset, "offset").astype(float)
        order = self.order[self.weights[self.order] > 0]
        deviations = np.linalg.norm(np.einsum("i,kij->kj", normal, factors_of(self)[order]), axis=1)
        line = Line(self.weights[order], self.means[order] @ normal, deviations)
        return line.cdf(offsets.reshape(-1)).reshape(offsets.shape)[()]


def factors_of(mixture: AbstractMixture) -> FloatArray:
    """Return L_k with ``Sigma_k = L_k L_k'``, shape (K, D, D), for any form."""
    columns = [
        mixture.covariances.coloured_vectors(np.tile(unit, (mixture.n_components, 1)))
        for unit in np.eye(mixture.n_features)
    ]
    return np.stack(columns, axis=2)


def whitenings_of(mixture: AbstractMixture) -> FloatArray:
    """Return P_k with ``Sigma_k^-1 = P_k' P_k``, shape (K, D, D), for any form."""
    columns = [
        mixture.covariances.whitened_vectors(np.tile(unit, (mixture.n_components, 1)))
        for unit in np.eye(mixture.n_features)
    ]
    return np.stack(columns, axis=2)
