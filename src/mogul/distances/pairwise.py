"""Distances between single Gaussians: each component of one mixture to each of another, in closed form."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance import FullCovariance
from mogul.distances.checks import require_same_features
from mogul.mixture import Mixture


def _seen_from(first: Mixture, second: Mixture) -> tuple[FloatArray, FloatArray]:
    """Return the components of the first in the units of those of the second: (ratios, shifts), each (K, L, D).

    Where component l of the second is the standard normal, along the right axes component k of the first has
    variances ratios[k, l] and mean shifts[k, l].
    """
    require_same_features(first, second)
    # Forms differ in which of all whitenings they use; factors and shifts must go through the same.
    dense = FullCovariance(second.covariances.dense())
    factors = FullCovariance(first.covariances.dense()).factors
    whitened_factors = dense.whitening[None] @ factors[:, None]
    ratios, axes = np.linalg.eigh(symmetric(whitened_factors @ whitened_factors.swapaxes(-1, -2)))
    shifts = np.einsum("klij,kli->klj", axes, dense.whitened(first.means, second.means))
    return np.maximum(ratios, np.finfo(float).tiny), shifts


def pairwise_kl(first: Mixture, second: Mixture) -> FloatArray:
    """Return the Kullback-Leibler divergence of each component of the first from each of the second, in nats.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D; their weights do not matter.

    Returns
    -------
    shape (K, L)
        ``KL(N(m_k, S_k) || N(m_l, S_l))``, first to second.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    ``(tr(S_l^-1 S_k) + (m_l - m_k)' S_l^-1 (m_l - m_k) - D + log |S_l| / |S_k|) / 2``, as a sum of
    ``ratio - 1 - log(ratio)`` over the eigenvalues of S_l^-1 S_k, so that it is accurate for Gaussians that are
    almost equal.

    References
    ----------
    Kullback (1959), Information Theory and Statistics, chapter 9, eq. 1.4.

    Examples
    --------
    >>> import mogul
    >>> narrow = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> wide = mogul.Mixture.univariate([1.0], [0.0], [2.0])
    >>> mogul.distances.pairwise_kl(narrow, wide).round(4), mogul.distances.pairwise_kl(wide, narrow).round(4)
    (array([[0.3181]]), array([[0.8069]]))
    """
    ratios, shifts = _seen_from(first, second)
    away = ratios - 1
    result: FloatArray = 0.5 * (away - np.log1p(away) + shifts**2).sum(axis=-1)
    return result


def pairwise_bhattacharyya(first: Mixture, second: Mixture) -> FloatArray:
    """Return the Bhattacharyya distance of each component of the first to each of the second, shape (K, L).

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D; their weights do not matter.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    ``-log integral sqrt(p q) = (m_k - m_l)' S^-1 (m_k - m_l) / 8 + log( |S| / sqrt(|S_k| |S_l|) ) / 2`` with S the
    mean of S_k and S_l.

    References
    ----------
    Fukunaga (1990), Introduction to Statistical Pattern Recognition, eq. 3.152.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [0.0, 2.0], [1.0, 1.0])
    >>> mogul.distances.pairwise_bhattacharyya(pair, pair)
    array([[0. , 0.5],
           [0.5, 0. ]])
    """
    ratios, shifts = _seen_from(first, second)
    roots = np.sqrt(ratios)
    spread = 0.5 * np.log1p((roots - 1) ** 2 / (2 * roots))
    result: FloatArray = (shifts**2 / (4 * (1 + ratios)) + spread).sum(axis=-1)
    return result


def pairwise_hellinger(first: Mixture, second: Mixture) -> FloatArray:
    """Return the Hellinger distance of each component of the first to each of the second, between 0 and 1, (K, L).

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D; their weights do not matter.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    ``sqrt(1 - exp(-b))`` with b of `pairwise_bhattacharyya`: the square is half the integral of
    ``(sqrt(p) - sqrt(q))^2``.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [0.0, 2.0], [1.0, 1.0])
    >>> mogul.distances.pairwise_hellinger(pair, pair).round(4)
    array([[0.    , 0.6273],
           [0.6273, 0.    ]])
    """
    return np.sqrt(-np.expm1(-pairwise_bhattacharyya(first, second)))


def pairwise_wasserstein(first: Mixture, second: Mixture) -> FloatArray:
    """Return the 2-Wasserstein distance of each component of the first to each of the second, shape (K, L).

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D; their weights do not matter.

    Returns
    -------
    shape (K, L)
        In the units of the data.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    The square is ``|m_k - m_l|^2 + tr(S_k + S_l - 2 (S_k^1/2 S_l S_k^1/2)^1/2)``. The trace is computed as
    ``|L_k - L_l Q|^2`` with factors S = L L' and the rotation Q that makes it least, so that it does not cancel.

    References
    ----------
    Dowson and Landau (1982), The Frechet distance between multivariate normal distributions, eq. 16. Bhatia, Jain and
    Lim (2019), On the Bures-Wasserstein distance between positive definite matrices, theorem 1.

    Examples
    --------
    >>> import mogul
    >>> narrow = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> wide = mogul.Mixture.univariate([1.0], [4.0], [4.0])
    >>> mogul.distances.pairwise_wasserstein(narrow, wide)  # sqrt(4^2 + 3^2)
    array([[5.]])
    """
    require_same_features(first, second)
    from_factors = FullCovariance(first.covariances.dense()).factors[:, None]
    to_factors = FullCovariance(second.covariances.dense()).factors[None]
    left, _, right = np.linalg.svd(to_factors.swapaxes(-1, -2) @ from_factors)
    apart = from_factors - to_factors @ (left @ right)
    means_apart = first.means[:, None] - second.means
    result: FloatArray = np.sqrt(
        np.einsum("klij,klij->kl", apart, apart) + np.einsum("kli,kli->kl", means_apart, means_apart)
    )
    return result
