"""Numbers that describe a mixture: moments of all orders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points
from mogul._kernels import FloatArray
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.moment import gaussian_moments

KINDS = ("raw", "central", "standardized")


class AbstractNumbers(AbstractMixture):
    """Moments of a mixture."""

    def mean(self) -> FloatArray:
        """Return the mean of the whole mixture, shape (D,): ``sum_k weights[k] means[k]``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.25, 0.75], [0.0, 4.0], [1.0, 1.0]).mean()
        array([3.])
        """
        # In canonical order: the numbering of components changes no bit.
        result: FloatArray = self.weights[self.order] @ self.means[self.order]
        return result

    def covariance(self) -> FloatArray:
        """Return the covariance of the whole mixture, shape (D, D).

        Var(x) = E[Var(x|k)] + Var(E[x|k]) = sum_k w_k (Sigma_k + (m_k - m)(m_k - m)').

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).covariance()
        array([[2.]])
        """
        away = self.means - self.mean()
        within = np.einsum("k,kij->ij", self.weights, self.covariances.dense())
        result: FloatArray = within + (self.weights[:, None] * away).T @ away
        return result

    def variance(self) -> FloatArray:
        """Return the variance of each feature, shape (D,): the diagonal of `covariance`.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).variance()
        array([2.])
        """
        away = self.means - self.mean()
        return self.weights @ (self.covariances.variances_of_features() + away**2)

    def standard_deviation(self) -> FloatArray:
        """Return the standard deviation of each feature, shape (D,).

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-4.0, 4.0], [3.0, 3.0]).standard_deviation()
        array([5.])
        """
        return np.sqrt(self.variance())

    def correlation(self) -> FloatArray:
        """Return the correlations between the features, shape (D, D), ones on the diagonal.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture([1.0], [[0.0, 0.0]], [[[4.0, 1.0], [1.0, 1.0]]]).correlation()
        array([[1. , 0.5],
               [0.5, 1. ]])
        """
        covariance = self.covariance()
        deviations = np.sqrt(np.diag(covariance))
        result: FloatArray = covariance / deviations / deviations[:, None]
        np.fill_diagonal(result, 1.0)
        return result

    def skewness(self) -> FloatArray:
        """Return the skewness of each feature, shape (D,): its third standardized moment, 0 for a Gaussian.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.8, 0.2], [0.0, 3.0], [1.0, 1.0]).skewness().round(4)
        array([0.6801])
        """
        return self._of_features(3, "standardized")

    def kurtosis(self, *, convention: str = "non-excess") -> FloatArray:
        """Return the kurtosis of each feature, shape (D,): its fourth standardized moment.

        Parameters
        ----------
        convention : {'non-excess', 'excess'}, default 'non-excess'
            As in SciPy's distributions: 3 for a Gaussian, or 0.

        Raises
        ------
        ParameterError
            If the convention is another word.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [0.0, 0.0], [1.0, 3.0]).kurtosis()
        array([4.92])
        """
        if convention not in ("non-excess", "excess"):
            raise ParameterError(f"convention is {convention!r}; use 'non-excess' or 'excess'.")
        return self._of_features(4, "standardized") - (3.0 if convention == "excess" else 0.0)

    def moment(self, order: int | Sequence[int] = 1, kind: str = "raw") -> FloatArray:
        """Return a moment of any order.

        Parameters
        ----------
        order : int or length D, default 1
            One order for each feature by itself; or the power of every feature, for their joint moment:
            ``(2, 1, 0)`` is the expectation of ``x[0]**2 * x[1]``.
        kind : {'raw', 'central', 'standardized'}, default 'raw'
            About zero; about the mean; about the mean and in standard deviations, as in SciPy's distributions.

        Returns
        -------
        shape (D,), or a number for a joint moment

        Raises
        ------
        ParameterError
            If an order is negative or no whole number, or the kind is another word.
        ShapeError
            If there is not one power for each feature.

        Notes
        -----
        Of a Gaussian, moments follow from those of lower order,

            E[x_i f] = m_i E[f] + sum_j S_ij E[df / dx_j],

        and those of a mixture are the weighted sums of those of its components.

        References
        ----------
        Stein (1981), Estimation of the mean of a multivariate normal distribution, Annals of Statistics 9, lemma 2;
        Isserlis (1918), Biometrika 12, 134-139.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([1.0], [[0.0, 0.0]], [[[2.0, 1.0], [1.0, 1.0]]])
        >>> pair.moment(4), pair.moment((1, 1)), pair.moment((2, 2))
        (array([12.,  3.]), np.float64(1.0), np.float64(4.0))
        """
        if kind not in KINDS:
            raise ParameterError(f"kind is {kind!r}; use one of {', '.join(map(repr, KINDS))}.")
        powers = np.asarray(order)
        if powers.dtype.kind not in "iu" or (powers < 0).any():
            raise ParameterError(f"order is {order}; orders are whole numbers of at least 0.")
        if powers.ndim == 0:
            return self._of_features(int(powers), kind)
        if powers.shape != (self.n_features,):
            raise ShapeError(f"order must be one number, or {self.n_features} of them, a power a feature; got {order}.")
        used = np.flatnonzero(powers)
        if not len(used):
            return np.float64(1.0)  # type: ignore[return-value]
        some = self.marginal([int(feature) for feature in used])
        means, scale = some.means - (0 if kind == "raw" else some.mean()), np.ones(len(used))
        if kind == "standardized":
            scale = self.standard_deviation()[used]
        covariances = some.covariances.dense() / scale / scale[:, None]
        return some.weights @ gaussian_moments(means / scale, covariances, tuple(powers[used].tolist()))

    def _of_features(self, order: int, kind: str) -> FloatArray:
        """Return the moment of one order of each feature, (D,)."""
        means, scale = self.means - (0 if kind == "raw" else self.mean()), np.ones(self.n_features)
        if kind == "standardized":
            scale = self.standard_deviation()
        variances = self.covariances.variances_of_features() / scale**2
        means = (means / scale).ravel()[:, None]
        moments = gaussian_moments(means, variances.ravel()[:, None, None], (order,))
        return self.weights @ moments.reshape(self.means.shape)

    # ------------------------------------------------------------------------------------------ generating functions

    def logmgf(self, t: ArrayLike) -> FloatArray:
        """Return the logarithm of the moment-generating function, log E[exp(t'x)]: it generates cumulants.

        Parameters
        ----------
        t : shape (N, D), (D,) or, if D = 1, (N,)
            In one over the units of the data.

        Returns
        -------
        shape (N,), or a number for one t
            ``log sum_k weights[k] exp(t'means[k] + t'covariances[k] t / 2)``, through logarithms.

        Raises
        ------
        ShapeError
            If t has another number of features.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [3.0], [2.0]).logmgf([0.0, 1.0, 1000.0])
        array([0.000e+00, 5.000e+00, 2.003e+06])
        """
        linear, squares, shape = self._along(t)
        exponents = linear + 0.5 * squares
        top = exponents.max(axis=1, keepdims=True)
        result: FloatArray = (top[:, 0] + np.log(np.exp(exponents - top) @ self.weights)).reshape(shape)
        return result[()]

    def mgf(self, t: ArrayLike) -> FloatArray:
        """Return the moment-generating function, E[exp(t'x)].

        Parameters
        ----------
        t : shape (N, D), (D,) or, if D = 1, (N,)
            In one over the units of the data.

        Returns
        -------
        shape (N,), or a number for one t
            ``exp(logmgf(t))``; infinity where that leaves the range of floating point.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).mgf([0.0, 1.0]).round(4)
        array([1.    , 2.5441])
        """
        with np.errstate(over="ignore"):
            return np.exp(self.logmgf(t))

    def cf(self, t: ArrayLike) -> np.ndarray:
        """Return the characteristic function, E[exp(i t'x)], complex.

        Parameters
        ----------
        t : shape (N, D), (D,) or, if D = 1, (N,)
            In one over the units of the data.

        Returns
        -------
        shape (N,), or a number for one t
            ``sum_k weights[k] exp(i t'means[k] - t'covariances[k] t / 2)``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).cf([0.0, 2.0]).real.round(4)
        array([1.    , 0.1353])
        """
        linear, squares, shape = self._along(t)
        values: np.ndarray = (np.exp(1j * linear - 0.5 * squares) @ self.weights).reshape(shape)
        return values[()]

    def _along(self, t: ArrayLike) -> tuple[FloatArray, FloatArray, tuple[int, ...]]:
        """Return (t'm_k (N, K), t'S_k t (N, K), the shape of values at t)."""
        rows, shape = points(t, self.n_features)
        linear = rows @ self.means.T
        squares = np.einsum("ni,kij,nj->nk", rows, self.covariances.dense(), rows, optimize=True)
        return linear, squares, shape
