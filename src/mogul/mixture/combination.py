"""Mixtures from several: sums of variables, products of densities, mixtures of mixtures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import component_weights
from mogul._kernels import Array
from mogul.covariance.algebra import alike
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.mixture import Mixture


def convolve(one: Mixture, other: Mixture) -> Mixture:
    """Return the distribution of the sum of two independent variables, one from each mixture.

    Parameters
    ----------
    one, other : Mixture
        K and L components in the same features; a Gaussian is a mixture of one component.

    Returns
    -------
    Mixture
        K L components: number k L + l is the sum of the k-th and the l-th.

    Raises
    ------
    ShapeError
        If the mixtures have different numbers of features.

    Notes
    -----
    The sum of N(m_k, S_k) and N(n_l, T_l) is N(m_k + n_l, S_k + T_l), with weight w_k v_l. Two mixtures of one form
    make one of that form, others a full one. Cost: O(K L D^2), and a factorisation of each sum.

    Examples
    --------
    >>> import mogul
    >>> signal = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [0.3, 0.3])
    >>> noise = mogul.Mixture.univariate([1.0], [0.0], [0.4])
    >>> mogul.convolve(signal, noise).covariances.dense().ravel()
    array([0.25, 0.25])
    """
    first, second = _pairs(one, other)
    mine, theirs = alike(one.covariances, other.covariances)
    form = mine.selected(first).plus(theirs.selected(second))
    return Mixture(one.weights[first] * other.weights[second], one.means[first] + other.means[second], form)


def product(one: Mixture, other: Mixture) -> tuple[Mixture, float]:
    """Return (mixture, log_normaliser) of the product of two densities, p(x) q(x).

    Parameters
    ----------
    one, other : Mixture
        K and L components in the same features: say, a prior and a likelihood, or what two sensors say.

    Returns
    -------
    mixture : Mixture
        K L components, number k L + l from the k-th and the l-th: p(x) q(x) divided by its integral.
    log_normaliser : float
        The logarithm of that integral, of p(x) q(x) over all x. It measures how well the two agree.

    Raises
    ------
    ShapeError
        If the mixtures have different numbers of features.
    ParameterError
        If the two lie so far apart that their product is zero to the range of floating point.

    Notes
    -----
    The product of N(x | m, S) and N(x | n, T) is z N(x | c, C) with

        C = (S^-1 + T^-1)^-1,   c = m + S (S + T)^-1 (n - m),   z = N(m | n, S + T)

    and the pair has the weight w_k v_l z, divided by the sum over pairs, which is the normaliser. Logarithms are kept
    throughout. Cost: O(K L D^3).

    References
    ----------
    Bishop (2006), Pattern Recognition and Machine Learning, eqs 2.113-2.117; Petersen and Pedersen (2012), The Matrix
    Cookbook, section 8.1.8.

    Examples
    --------
    >>> import mogul
    >>> prior = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    >>> measured = mogul.Mixture.univariate([1.0], [1.0], [1.0])
    >>> posterior, log_evidence = mogul.product(prior, measured)
    >>> posterior.means[:, 0], posterior.weights.round(3), round(log_evidence, 3)
    (array([-0.5,  1.5]), array([0.119, 0.881]), -2.082)
    """
    first, second = _pairs(one, other)
    mine, theirs = alike(one.covariances, other.covariances)
    mine, theirs = mine.selected(first), theirs.selected(second)
    away = other.means[second] - one.means[first]
    sums = mine.plus(theirs)
    means = one.means[first] + mine.applied(sums.solved(away))
    with np.errstate(over="ignore"):
        squares = (sums.whitened_vectors(away) ** 2).sum(axis=1)
    log_overlaps = -0.5 * (squares + sums.log_determinants + one.n_features * math.log(2 * math.pi))
    with np.errstate(divide="ignore"):
        log_weights = np.log(one.weights[first]) + np.log(other.weights[second]) + log_overlaps
    greatest = log_weights.max()
    if not np.isfinite(greatest):
        raise ParameterError(
            "The two mixtures lie so far apart that the product of their densities is zero everywhere. Bring them "
            "nearer to each other, in units of their standard deviations."
        )
    weights = np.exp(log_weights - greatest)
    total = float(weights.sum())
    return Mixture(weights / total, means, mine.fused(theirs)), float(greatest) + math.log(total)


def mix(mixtures: Sequence[Mixture], weights: ArrayLike) -> Mixture:
    """Return the mixture of mixtures: a draw comes from the j-th with probability ``weights[j]``.

    Parameters
    ----------
    mixtures : length J
        In the same features.
    weights : shape (J,)
        Not negative, summing to one.

    Returns
    -------
    Mixture
        The components of all, one mixture after the other, in the form that they share, else full.

    Raises
    ------
    ShapeError
        If the mixtures have different numbers of features, or there are not as many weights.
    ParameterError
        If there are no mixtures, or the weights do not sum to one.

    Examples
    --------
    >>> import mogul
    >>> day = mogul.Mixture.univariate([0.5, 0.5], [8.0, 18.0], [1.0, 2.0])
    >>> night = mogul.Mixture.univariate([1.0], [2.0], [3.0])
    >>> mogul.mix([day, night], [0.8, 0.2]).weights
    array([0.4, 0.4, 0.2])
    """
    if not len(mixtures):
        raise ParameterError("mixtures is empty. Give one mixture or more.")
    shares = component_weights(weights)
    if len(shares) != len(mixtures):
        raise ShapeError(f"There are {len(mixtures)} mixtures, but {len(shares)} weights. Give one weight a mixture.")
    for mixture in mixtures[1:]:
        _require_same_features(mixtures[0], mixture)
    form, *others = alike(*(mixture.covariances for mixture in mixtures))
    parts = [share * mixture.weights for share, mixture in zip(shares, mixtures, strict=True)]
    return Mixture(np.concatenate(parts), np.concatenate([mixture.means for mixture in mixtures]), form.joined(others))


def _pairs(one: Mixture, other: Mixture) -> tuple[Array, Array]:
    """Return the components of each in all pairs, (K L,), the second running faster."""
    _require_same_features(one, other)
    first, second = np.divmod(np.arange(one.n_components * other.n_components), other.n_components)
    return first, second


def _require_same_features(one: Mixture, other: Mixture) -> None:
    if one.n_features != other.n_features:
        raise ShapeError(
            f"One mixture has {one.n_features} features, the other {other.n_features}. Both need the same."
        )
