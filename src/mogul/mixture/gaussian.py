"""Probabilities of the standard normal distribution, on the scale of logarithms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from mogul._kernels import FloatArray

LOG_ROOT_2_PI = 0.5 * math.log(2 * math.pi)
# Between thin limits the density is exp of a parabola of at most 1/2: ten nodes integrate it to the last bit.
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(10)


def log_interval(lower: FloatArray, upper: FloatArray, middle: FloatArray, width: FloatArray) -> FloatArray:
    """Return ``log P(lower < Z <= upper)`` of standard normal Z, without cancellation; arrays of one shape.

    `middle` and `width` of the interval are given too, because who knows the limits in other units knows them better
    than their standardised values tell.
    """
    # P(lower < Z <= upper) = P(-upper <= Z < -lower): the side on which probabilities are small, and exact.
    right = middle > 0
    low, high = np.where(right, -upper, lower), np.where(right, -lower, upper)
    with np.errstate(all="ignore"):
        thin = width * (1 + np.abs(middle)) <= 1
        wide, thin = ~thin, thin & (width > 0)
        result = np.full(np.shape(middle), -np.inf)
        result[thin] = _log_thin(middle[thin], width[thin])
        result[wide] = _log_difference(low[wide], high[wide])
    return result


def _log_thin(middle: FloatArray, width: FloatArray) -> FloatArray:
    """Return log of ``phi(middle) width`` times the mean of ``phi / phi(middle)``, by Gauss's rule."""
    mean = np.zeros(np.shape(middle))
    for node, weight in zip(_NODES, _NODE_WEIGHTS, strict=True):
        away = width * (node / 2)
        mean += weight / 2 * np.exp(-away * (middle + away / 2))
    result: FloatArray = np.log(mean) + np.log(width) - middle * middle / 2 - LOG_ROOT_2_PI
    return result


def _log_difference(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return ``log(Phi(high) - Phi(low))``."""
    from scipy.special import log_ndtr

    below, whole = log_ndtr(low), log_ndtr(high)
    return np.where(whole == -np.inf, -np.inf, whole + np.log1p(-np.exp(below - whole)))


def log_sum(terms: FloatArray, axis: int = -1) -> FloatArray:
    """Return ``log sum exp(terms)`` along an axis; minus infinity where all terms are."""
    top = terms.max(axis=axis, keepdims=True)
    top = np.where(np.isneginf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(np.exp(terms - top).sum(axis=axis)) + np.squeeze(top, axis=axis)
    return result


def log_one_minus(log_p: Any) -> FloatArray:
    """Return ``log(1 - p)`` of ``log p``, with the relative accuracy of either tail.

    References
    ----------
    Maechler (2012), Accurately computing log(1 - exp(-|a|)), eq. 7.
    """
    p = np.asarray(log_p, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = np.where(p > -math.log(2), np.log(-np.expm1(p)), np.log1p(-np.exp(p)))
    return result
