"""Distances of mixtures that have a closed form: those made of integrals of products."""

from __future__ import annotations

import math

import numpy as np

from mogul.distances.checks import require_same_features
from mogul.mixture import Mixture
from mogul.mixture.between import log_products, log_sum, log_weights


def log_inner_product(first: Mixture, second: Mixture) -> float:
    """Return the logarithm of the integral of the product of two densities, exactly.

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
    The integral is ``sum_kl first.weights[k] second.weights[l] N(m_k | m_l, S_k + S_l)``, in units of one over those
    of the data to the power D. Cost: O(K L D^3).

    Examples
    --------
    >>> import mogul
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> round(mogul.distances.log_inner_product(one, one), 6)  # log 1 / (2 sqrt(pi))
    -1.265512
    """
    require_same_features(first, second)
    products = log_products(first.means, first.covariances.dense(), second.means, second.covariances.dense())
    joint = log_weights(first.weights)[:, None] + log_weights(second.weights) + products
    return float(log_sum(joint.ravel()))


def integrated_squared_error(first: Mixture, second: Mixture) -> float:
    """Return the integral of the squared difference of two densities, exactly.

    Raises
    ------
    ShapeError
        If the mixtures differ in the number of features.

    Notes
    -----
    ``(p - q)^2 = p^2 - 2 p q + q^2``, integrated by `log_inner_product`. Weights are subtracted where both mixtures
    share a component, so that what they have in common does not cancel; else the error is 1e-16 of the integrals of
    p^2 and q^2.

    References
    ----------
    Williams and Maybeck (2003), Cost-function-based Gaussian mixture reduction for target tracking, eqs 14 to 19.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> far = mogul.Mixture.univariate([1.0], [9.0], [1.0])
    >>> round(mogul.distances.integrated_squared_error(near, far), 6)  # 1 / sqrt(pi), all but apart
    0.56419
    """
    require_same_features(first, second)
    means = np.concatenate([first.means, second.means])
    covariances = np.concatenate([first.covariances.dense(), second.covariances.dense()])
    keys = np.concatenate([means, covariances.reshape(len(means), -1)], axis=1)
    _, kept, place = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    signed = np.bincount(place.ravel(), np.concatenate([first.weights, -second.weights]), len(kept))
    kept, signed = kept[signed != 0], signed[signed != 0]
    if not len(kept):
        return 0.0
    products = np.exp(log_products(means[kept], covariances[kept], means[kept], covariances[kept]))
    return max(0.0, float(signed @ products @ signed))


def l2(first: Mixture, second: Mixture) -> float:
    """Return the L2 distance of two densities: the square root of `integrated_squared_error`.

    Raises
    ------
    ShapeError
        If the mixtures differ in the number of features.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> far = mogul.Mixture.univariate([1.0], [9.0], [1.0])
    >>> round(mogul.distances.l2(near, far), 6)
    0.751126
    """
    return math.sqrt(integrated_squared_error(first, second))


def cauchy_schwarz(first: Mixture, second: Mixture) -> float:
    """Return the Cauchy-Schwarz divergence of two densities, exactly: 0 if they are equal, else positive, in nats.

    Raises
    ------
    ShapeError
        If the mixtures differ in the number of features.

    Notes
    -----
    ``-log( <p, q> / sqrt(<p, p> <q, q>) )`` with the integrals of `log_inner_product`; it does not depend on the
    units of the data.

    References
    ----------
    Kampa, Hasanbelliu and Principe (2011), Closed-form Cauchy-Schwarz pdf divergence for mixture of Gaussians, eq. 7.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> far = mogul.Mixture.univariate([1.0], [2.0], [1.0])
    >>> round(mogul.distances.cauchy_schwarz(near, far), 6)  # (2 - 0)^2 / 4
    1.0
    """
    both = log_inner_product(first, second)
    alone = (log_inner_product(first, first) + log_inner_product(second, second)) / 2
    return max(0.0, alone - both)
