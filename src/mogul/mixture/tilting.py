"""Exact draws from Gaussians within a box, however little of them lies there: minimax tilting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture.interval import drawn_within, log_probability


class Proposals(NamedTuple):
    """Proposed draws (B, D), and the logarithms of the probabilities (B,) with which to accept them."""

    draws: FloatArray
    log_acceptance: FloatArray


@final
@dataclass(frozen=True, eq=False)
class Tilted:
    """K Gaussians, each with a law that is easy to draw from and lies over it within the box.

    The features of a Gaussian are drawn in turn, each within its interval given those before: with L the factor of the
    covariance and x = m + L z, feature j asks z_j to lie between

        l_j(z) = (low_j - m_j - sum_{i<j} L_ji z_i) / L_jj   and   u_j(z), alike.

    z_j is drawn from N(mu_j, 1) between these. The density of z over that of the proposal is exp(psi(z)), with

        psi(z) = sum_j mu_j^2 / 2 - mu_j z_j + log P(l_j(z) - mu_j < Z < u_j(z) - mu_j),

    which is concave in z. mu is chosen so that the greatest value of psi, the bound, is least. A component is then
    drawn with weight w_k exp(bound_k), a proposal from it, and accepted with probability exp(psi(z) - bound_k): what
    is accepted has the density of the mixture within the box, exactly, and no probability of a box is needed.

    References
    ----------
    Botev (2017), The normal law under linear restrictions: simulation and estimation via minimax tilting, JRSS B 79,
    125-148, eqs 8-13; the order of the features: Gibson, Glasbey and Elston (1994).
    """

    means: FloatArray
    """(K, D), as all that follow, with the features of each component in its own order."""
    orders: Array
    """Which feature comes when, (K, D)."""
    deviations: FloatArray
    """L_jj, (K, D)."""
    ties: FloatArray
    """L_ji / L_jj for i < j, else zero, (K, D, D)."""
    low: FloatArray
    """(low_j - m_j) / L_jj, (K, D)."""
    high: FloatArray
    """(high_j - m_j) / L_jj, (K, D)."""
    tilts: FloatArray
    """mu, (K, D)."""
    bounds: FloatArray
    """The greatest psi of each component, (K,)."""

    @classmethod
    def of(cls, means: FloatArray, covariances: FloatArray, low: FloatArray, high: FloatArray) -> Self:
        """Return K Gaussians (K, D), (K, D, D), prepared for the box from `low` to `high`, (D,)."""
        parts = [
            _prepared(covariance, low - mean, high - mean) for mean, covariance in zip(means, covariances, strict=True)
        ]
        orders, deviations, ties, lower, upper, tilts, bounds = (
            np.array(column) for column in zip(*parts, strict=True)
        )
        ordered = np.take_along_axis(means, orders, axis=1)
        return cls(ordered, orders, deviations, ties, lower, upper, tilts, bounds)

    def proposed(self, labels: Array, uniform: FloatArray) -> Proposals:
        """Return proposals from the components `labels` (B,), made of uniform numbers (B, D)."""
        n_draws, n_features = uniform.shape
        z, log_ratio = np.zeros((n_draws, n_features)), np.zeros(n_draws)
        ordered = np.empty((n_draws, n_features))
        for j in range(n_features):
            mu = self.tilts[labels, j]
            ahead = np.einsum("bi,bi->b", self.ties[labels, j, :j], z[:, :j])
            low, high = self.low[labels, j] - ahead - mu, self.high[labels, j] - ahead - mu
            z[:, j] = mu + drawn_within(uniform[:, j], low, high)
            log_ratio += 0.5 * mu**2 - mu * z[:, j] + log_probability(low, high)
            ordered[:, j] = self.means[labels, j] + self.deviations[labels, j] * (ahead + z[:, j])
        draws = np.empty_like(ordered)
        np.put_along_axis(draws, self.orders[labels], ordered, axis=1)
        return Proposals(draws, log_ratio - self.bounds[labels])


Prepared = tuple[Array, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, float]


def _prepared(covariance: FloatArray, low: FloatArray, high: FloatArray) -> Prepared:
    """Return (order, deviations, ties, low, high, tilts, bound) of one Gaussian about zero."""
    order, factor = _ordered_factor(covariance, low, high)
    deviations = np.diag(factor).copy()
    ties = np.tril(factor / deviations[:, None], -1)
    lower, upper = low[order] / deviations, high[order] / deviations
    tilts, bound = _tilted(ties, lower, upper)
    return order, deviations, ties, lower, upper, tilts, bound


def _ordered_factor(covariance: FloatArray, low: FloatArray, high: FloatArray) -> tuple[Array, FloatArray]:
    """Return (order, factor): the features that are least likely within their interval come first.

    A feature is judged given that those before it stand at their expectation.
    """
    n_features = len(low)
    order: Array = np.arange(n_features)
    rest, factor = covariance.copy(), np.zeros((n_features, n_features))
    expected, least = np.zeros(n_features), np.finfo(np.float64).eps * np.diag(covariance)
    for j in range(n_features):
        # What is left of the variances and of the way to the ends, for the features not yet placed.
        here = order[j:]
        deviations = np.sqrt(np.maximum(np.diag(rest), least)[here])
        ahead = factor[j:, :j] @ expected[:j]
        chances = log_probability((low[here] - ahead) / deviations, (high[here] - ahead) / deviations)
        best = j + int(chances.argmin())
        order[[j, best]], factor[[j, best]] = order[[best, j]], factor[[best, j]]
        feature, later = order[j], order[j + 1 :]
        factor[j, j] = np.sqrt(max(rest[feature, feature], least[feature]))
        factor[j + 1 :, j] = rest[later, feature] / factor[j, j]
        rest[np.ix_(later, later)] -= np.outer(factor[j + 1 :, j], factor[j + 1 :, j])
        ahead = factor[j, :j] @ expected[:j]
        ends = (low[feature] - ahead) / factor[j, j], (high[feature] - ahead) / factor[j, j]
        expected[j] = _tails(np.array(ends[0]), np.array(ends[1]))[0]
    # The order is all that is wanted of the differences above; the factor itself is taken afresh.
    lower: FloatArray = np.asarray(np.linalg.cholesky(covariance[np.ix_(order, order)]), dtype=np.float64)
    return order, lower


def _tails(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the first two derivatives of log P(low - t < Z < high - t) by t, at zero. The first is the mean of Z."""
    log_mass = log_probability(low, high)
    ends = []
    with np.errstate(all="ignore"):
        for end in (low, high):
            share = np.exp(-0.5 * end**2 - 0.5 * np.log(2 * np.pi) - log_mass)
            ends.append((np.where(np.isinf(end), 0.0, share), np.where(np.isinf(end), 0.0, end * share)))
    (low_share, low_end), (high_share, high_end) = ends
    first = low_share - high_share
    return first, low_end - high_end - first**2


def _tilted(ties: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, float]:
    """Return (mu, bound) with the least greatest value of psi, where the gradient by z and mu vanishes."""
    from scipy.optimize import root

    n_features = len(low)
    if not ties.any():  # Independent features: every proposal is a draw.
        return np.zeros(n_features), float(log_probability(low, high).sum())
    free = n_features - 1

    def gradient(unknown: FloatArray) -> tuple[FloatArray, FloatArray]:
        z, mu = np.append(unknown[:free], 0.0), np.append(unknown[free:], 0.0)
        ahead = ties @ z
        first, second = _tails(low - ahead - mu, high - ahead - mu)
        value = np.concatenate([(ties.T @ first - mu)[:free], (mu - z + first)[:free]])
        bent = second[:, None] * ties  # d first / d z
        across = (bent - np.eye(n_features))[:free, :free]
        jacobian = np.block([[(ties.T @ bent)[:free, :free], across.T], [across, np.diag(1 + second)[:free, :free]]])
        return value, jacobian

    with np.errstate(all="ignore"):
        found = root(gradient, np.zeros(2 * free), jac=True, options={"xtol": 1e-12})
        size = max(1.0, np.abs(found.x).max())
        solved = np.isfinite(found.x).all() and np.abs(gradient(found.x)[0]).max() < 1e-8 * size
    if solved:
        z, mu = np.append(found.x[:free], 0.0), np.append(found.x[free:], 0.0)
        ahead = ties @ z
        chances = log_probability(low - ahead - mu, high - ahead - mu)
        return mu, float((0.5 * mu**2 - mu * z + chances).sum())
    # Without a tilt, an interval is most probable in the middle: a bound that always holds, if a loose one.
    half = 0.5 * (high - low)
    return np.zeros(n_features), float(log_probability(low[:1], high[:1])[0] + log_probability(-half, half)[1:].sum())
