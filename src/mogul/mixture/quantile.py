"""Quantiles of many mixtures of normals at once."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray

STEPS = 200
"""More than a bisection from any bracket to neighbouring numbers can take."""


def quantiles_of_normals(
    probability: float, weights: FloatArray, means: FloatArray, deviations: FloatArray
) -> FloatArray:
    """Return y with ``sum_k weights_k Phi((y - means_k) / deviations_k) = probability``, for arrays of mixtures.

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    weights, means, deviations : shapes that broadcast to (..., K)

    Returns
    -------
    shape (...)
    """
    from scipy.special import ndtr, ndtri

    # Of the smaller tail, which keeps its relative accuracy: for the upper one, everything is mirrored.
    sign = 1.0 if probability < 0.5 else -1.0
    tail = min(probability, 1 - probability)
    weights, means, deviations = np.broadcast_arrays(weights, sign * means, deviations)
    shape = means.shape[:-1]
    weights, means, deviations = (array.reshape(-1, array.shape[-1]) for array in (weights, means, deviations))
    # The quantile lies between the least and the greatest of those of the components.
    ends = means + ndtri(tail) * deviations
    low = np.where(weights > 0, ends, np.inf).min(axis=1)
    high = np.where(weights > 0, ends, -np.inf).max(axis=1)
    y = np.clip((weights * ends).sum(axis=1) / weights.sum(axis=1), low, high)
    going = np.flatnonzero(high > low)
    for _ in range(STEPS):
        if not len(going):
            break
        w, s, at = weights[going], deviations[going], y[going]
        z = (at[:, None] - means[going]) / s
        below = (w * ndtr(z)).sum(axis=1)
        density = (w / s * np.exp(-0.5 * z * z)).sum(axis=1) / np.sqrt(2 * np.pi)
        low[going] = np.where(below <= tail, at, low[going])
        high[going] = np.where(below >= tail, at, high[going])
        with np.errstate(all="ignore"):
            step = below / density * np.log(below / tail)
        new = at - step
        inside = (new >= low[going]) & (new <= high[going])
        new = np.where(inside, new, 0.5 * (low[going] + high[going]))
        y[going] = new
        least = 4 * np.spacing(np.maximum(np.abs(new), s.min(axis=1)))
        going = going[(np.abs(new - at) > least) & (high[going] > low[going])]
    result: FloatArray = sign * y.reshape(shape)
    return result
