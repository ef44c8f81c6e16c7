"""The Kullback-Leibler divergence of mixtures without draws: an approximation, and bounds that hold."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul.distances.pairwise import pairwise_kl
from mogul.mixture import Mixture
from mogul.mixture.between import log_products, log_sum, log_weights


def kl_variational(first: Mixture, second: Mixture) -> float:
    """Return Hershey and Olsen's variational approximation of the Kullback-Leibler divergence, in nats.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    ``sum_k w_k log( sum_j w_j exp(-KL(k || j)) / sum_l v_l exp(-KL(k || l)) )`` with components j and k of the first
    and l of the second. Exact for single Gaussians, 0 for equal mixtures; it is no bound. Cost: O(K (K + L) D^3).

    References
    ----------
    Hershey and Olsen (2007), Approximating the Kullback Leibler divergence between Gaussian mixture models, eq. 18.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [2.0])
    >>> round(mogul.distances.kl_variational(pair, one), 4)
    0.1253
    """
    within = log_sum(log_weights(first.weights) - pairwise_kl(first, first))
    across = log_sum(log_weights(second.weights) - pairwise_kl(first, second))
    return float(first.weights @ (within - across))


def kl_bounds(first: Mixture, second: Mixture) -> tuple[float, float]:
    """Return (lower, upper) bounds of the Kullback-Leibler divergence of the first mixture from the second, in nats.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    The mean of ``log q`` under component k of p is at least ``log sum_l v_l exp(-KL(k || l)) - h_k`` (variational,
    h_k the entropy of the component), and at most ``log sum_l v_l integral(p_k q_l)`` (Jensen); likewise the mean of
    ``log p``. The divergence lies between the differences of these. The upper bound is the lesser of that and of
    Hershey and Olsen's, which splits the components of both to match one another. Exact for single Gaussians from
    above. Cost: O(K (K + L) D^3).

    References
    ----------
    Durrieu, Thiran and Kelly (2012), Lower and upper bounds for approximation of the Kullback-Leibler divergence
    between Gaussian mixture models, theorems 2 and 3. Hershey and Olsen (2007), eqs 19 to 22.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [2.0])
    >>> lower, upper = mogul.distances.kl_bounds(pair, one)
    >>> lower < float(mogul.distances.kl(pair, one)) < upper
    True
    """
    divergences = pairwise_kl(first, second)
    entropies = _entropies(first)
    lower_p, upper_p = _mean_log(first, first, pairwise_kl(first, first), entropies)
    lower_q, upper_q = _mean_log(first, second, divergences, entropies)
    upper = min(float(first.weights @ (upper_p - lower_q)), _matched(first.weights, second.weights, divergences))
    lower = max(0.0, float(first.weights @ (lower_p - upper_q)))
    return lower, max(lower, upper)


def _entropies(mixture: Mixture) -> FloatArray:
    """Return the entropy of each component, (K,), in nats: half of log |2 pi e S_k|."""
    log_determinants = np.linalg.slogdet(mixture.covariances.dense())[1]
    result: FloatArray = 0.5 * (log_determinants + mixture.n_features * np.log(2 * np.pi * np.e))
    return result


def _mean_log(
    first: Mixture, second: Mixture, divergences: FloatArray, entropies: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return a lower and an upper bound of the mean of log second under each component of the first, each (K,)."""
    logs = log_weights(second.weights)
    products = log_products(first.means, first.covariances.dense(), second.means, second.covariances.dense())
    return log_sum(logs - divergences) - entropies, log_sum(logs + products)


def _matched(weights: FloatArray, other_weights: FloatArray, divergences: FloatArray) -> float:
    """Return Hershey and Olsen's upper bound: the divergence of the pairs (component, component), made least.

    The weights of each mixture are split over pairs, phi and psi; given one, the best other is in closed form.
    """
    used, other_used = weights > 0, other_weights > 0
    w, v, d = weights[used], other_weights[other_used], divergences[used][:, other_used]
    log_phi = log_weights(np.outer(w, v))
    value = np.inf
    for _ in range(200):
        log_psi = log_phi - log_sum(log_phi, axis=0) + np.log(v)
        tilted = log_psi - d
        log_phi = tilted - log_sum(tilted, axis=1)[:, None] + np.log(w)[:, None]
        # With the best phi for this psi, phi / psi is exp(-d) times a factor of the row.
        new = float(w @ (np.log(w) - log_sum(tilted, axis=1)))
        if value - new < 1e-12:
            return new
        value = new
    return value
