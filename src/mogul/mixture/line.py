"""A mixture of one feature, as three arrays: its density, its distribution function, and their inverses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.gaussian import LOG_ROOT_2_PI, log_interval, log_one_minus, log_sum
from mogul.mixture.roots import Values, bracketed_roots

_EPSILON = 2.0**-52
_BLOCK = 1 << 20
"""How many pairs of a point and a component are worked upon at once."""


@final
@dataclass(frozen=True, eq=False)
class Line:
    """K Gaussians of one feature, none without weight, in the canonical order of their mixture.

    Methods take points x of any shape and return values of that shape.
    """

    weights: FloatArray
    means: FloatArray
    deviations: FloatArray

    @classmethod
    def of(cls, mixture: AbstractMixture) -> Self:
        """Return a mixture of one feature as a line."""
        order = mixture.order[mixture.weights[mixture.order] > 0]
        deviations = np.sqrt(mixture.covariances.dense()[order, 0, 0])
        return cls(mixture.weights[order], mixture.means[order, 0], deviations)

    def mirrored(self) -> Line:
        """Return the distribution of -x."""
        return Line(self.weights, -self.means, self.deviations)

    # ------------------------------------------------------------------------------------------ forwards

    def standardised(self, x: FloatArray) -> FloatArray:
        """Return ``(x - means) / deviations``, shape (..., K)."""
        with np.errstate(over="ignore"):
            return (x[..., None] - self.means) / self.deviations

    def joint(self, x: FloatArray) -> FloatArray:
        """Return ``log w_k N(x | m_k, s_k^2)``, shape (..., K)."""
        z = self.standardised(x)
        with np.errstate(over="ignore"):
            return np.log(self.weights / self.deviations) - LOG_ROOT_2_PI - z * z / 2

    def logpdf(self, x: FloatArray) -> FloatArray:
        return log_sum(self.joint(x))

    def slopes(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return log p(x), its first and its second derivative.

        With u_k = (m_k - x) / s_k^2 and responsibilities r_k, they are ``sum_k r_k u_k`` and
        ``sum_k r_k (u_k^2 - 1 / s_k^2)`` less the square of the first.
        """
        joint = self.joint(x)
        log_density = log_sum(joint)
        shares = np.exp(joint - np.where(np.isneginf(log_density), 0.0, log_density)[..., None])
        pull = -self.standardised(x) / self.deviations
        first = (shares * pull).sum(axis=-1)
        second = (shares * ((pull - first[..., None]) ** 2 - self.deviations**-2)).sum(axis=-1)
        return log_density, first, second

    def cdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import ndtr

        result: FloatArray = np.asarray(ndtr(self.standardised(x)) @ self.weights)
        # Before the result leaves the range of floating point, components of it do.
        tiny = result < 1e-200
        result[tiny] = np.exp(self.logcdf(x[tiny]))
        # Weights sum to one but for rounding; a probability does not exceed it.
        return np.minimum(result, 1.0)

    def logcdf(self, x: FloatArray) -> FloatArray:
        from scipy.special import log_ndtr

        small = log_sum(np.log(self.weights) + log_ndtr(self.standardised(x)))
        # Near one, the logarithm is that of what is missing.
        large = small > -np.log(2)
        if large.any():
            other = log_sum(np.log(self.weights) + log_ndtr(-self.standardised(x[large])))
            small[large] = np.log1p(-np.exp(np.minimum(other, 0.0)))
        return small

    def log_between(self, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """Return the logarithm of the probability between two limits, the lower not above the upper."""
        return log_sum(np.log(self.weights) + self.log_between_each(lower, upper))

    def log_between_each(self, lower: FloatArray, upper: FloatArray) -> FloatArray:
        """Return what `log_between` is for each component, shape (..., K)."""
        with np.errstate(invalid="ignore", over="ignore"):
            middle = np.nan_to_num(lower / 2 + upper / 2, nan=0.0, posinf=np.inf, neginf=-np.inf)
            width = np.where(lower == upper, 0.0, upper - lower)
            return log_interval(
                self.standardised(lower),
                self.standardised(upper),
                self.standardised(middle),
                width[..., None] / self.deviations,
            )

    # ------------------------------------------------------------------------------------------ backwards

    def quantiles(self, log_p: FloatArray) -> FloatArray:
        """Return x with ``logcdf(x) = log_p``, shape (N,): not a number where log_p is above zero or none."""
        x = np.full(log_p.shape, np.nan)
        x[log_p == -np.inf], x[log_p == 0] = -np.inf, np.inf
        # Each half is solved where its probability is the small one: there its logarithm resolves it.
        lower = np.flatnonzero((log_p <= -np.log(2)) & (log_p > -np.inf))
        upper = np.flatnonzero((log_p > -np.log(2)) & (log_p < 0))
        x[lower] = self._lower_quantiles(log_p[lower])
        x[upper] = self.upper_quantiles(log_one_minus(log_p[upper]))
        return x

    def upper_quantiles(self, log_p: FloatArray) -> FloatArray:
        """Return x of which ``P(X > x) = p``, for p of at most about a half."""
        return -self.mirrored()._lower_quantiles(log_p)

    def _lower_quantiles(self, log_p: FloatArray) -> FloatArray:
        from scipy.special import log_ndtr

        x = np.empty(len(log_p))
        step = max(1, _BLOCK // len(self.weights))
        log_weights = np.log(self.weights)
        for first in range(0, len(log_p), step):
            wanted = log_p[first : first + step]

            def excess(points: FloatArray, places: Array, wanted: FloatArray = wanted) -> Values:
                goal = wanted[places]
                log_cdf = log_sum(log_weights + log_ndtr(self.standardised(points)))
                slopes = np.exp(self.logpdf(points) - log_cdf)
                return log_cdf - goal, slopes, 2 * _EPSILON * (1 + np.abs(goal))

            x[first : first + step] = bracketed_roots(excess, *self._bracket(wanted))
        return x

    def _bracket(self, log_p: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return limits that hold the quantile.

        Where every component's own distribution function is below p, so is that of the mixture; and the same above.
        And it is above p as soon as one ``w_k F_k`` is.
        """
        from scipy.special import ndtri_exp

        of_all = self.means + self.deviations * ndtri_exp(log_p[:, None])
        with np.errstate(invalid="ignore"):
            of_one = self.means + self.deviations * ndtri_exp(np.minimum(log_p[:, None] - np.log(self.weights), 0.0))
        low, high = of_all.min(axis=1), np.fmin(of_all.max(axis=1), of_one.min(axis=1))
        # Quantiles of components are rounded.
        slack = 1e-6 * self.deviations.max() + 1e-9 * np.maximum(np.abs(low), np.abs(high))
        return low - slack, high + slack
