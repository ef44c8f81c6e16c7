"""Climbing to the modes of a mixture of several features."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.abstract import AbstractMixture

_MOST_ROUNDS = 500
_MOST_PAIRS = 2000
_BLOCK = 1 << 21


def starts(mixture: AbstractMixture) -> FloatArray:
    """Return where climbs begin: all means that have weight, and the midpoints of pairs of them, nearest first."""
    means = mixture.means[mixture.order[mixture.weights[mixture.order] > 0]]
    first, second = np.triu_indices(len(means), 1)
    distance = np.linalg.norm(means[first] - means[second], axis=1)
    nearest = np.argsort(distance, kind="stable")[:_MOST_PAIRS]
    return np.concatenate([means, means[first[nearest]] / 2 + means[second[nearest]] / 2])


def derivatives(
    mixture: AbstractMixture, precisions: FloatArray, x: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradient (S, D) and the Hessian (S, D, D) of the log-density at S points, and the metric (S, D, D).

    With u_k = Sigma_k^-1 (m_k - x): gradient ``g = sum_k r_k u_k``, metric ``M = sum_k r_k Sigma_k^-1``, Hessian
    ``sum_k r_k u_k u_k' - M - g g'``.
    """
    shares = mixture.responsibilities(x)
    pull = np.einsum("kij,skj->ski", precisions, mixture.means - x[:, None])
    gradient = np.einsum("sk,ski->si", shares, pull)
    metric = np.einsum("sk,kij->sij", shares, precisions)
    spread = pull - gradient[:, None]
    hessian = np.einsum("sk,ski,skj->sij", shares, spread, spread) - metric
    return gradient, hessian, metric


def climbed(mixture: AbstractMixture, precisions: FloatArray, x: FloatArray) -> FloatArray:
    """Return the stationary point that each of S points climbs to, shape (S, D).

    A round is Newton's step on the log-density where that is concave and the step rises, and else a step of mean
    shift, ``x + M^-1 gradient``, which always rises. It ends when the gradient is zero to rounding.
    """
    x = x.copy()
    active = np.arange(len(x))
    height = mixture.logpdf(x)
    for _ in range(_MOST_ROUNDS):
        if not len(active):
            break
        here = x[active]
        gradient, hessian, metric = derivatives(mixture, precisions, here)
        shift = np.linalg.solve(metric, gradient[..., None])[..., 0]
        concave = np.linalg.eigvalsh(hessian).max(axis=1) < 0
        newton = shift.copy()
        newton[concave] = np.linalg.solve(-hessian[concave], gradient[concave][..., None])[..., 0]
        rises = mixture.logpdf(here + newton)
        good = concave & (rises >= height[active])
        step = np.where(good[:, None], newton, shift)
        x[active] = here + step
        height[active] = np.where(good, rises, mixture.logpdf(x[active]))
        # The squared length of the step in units of the spread around it.
        length = np.einsum("si,sij,sj->s", step, metric, step)
        active = active[length > 1e-26 + (2.0**-52 * _size(here, metric)) ** 2]
    return x


def _size(x: FloatArray, metric: FloatArray) -> FloatArray:
    """Return the distance of points from the origin, in units of the spread around them."""
    size: FloatArray = np.sqrt(np.einsum("si,sij,sj->s", x, metric, x))
    return size


def off_saddles(hessian: FloatArray, metric: FloatArray, x: FloatArray) -> FloatArray:
    """Return two points beside each stationary point that is no mode, along the direction in which it bends up most."""
    values, vectors = np.linalg.eigh(hessian)
    bent = values[:, -1] >= 0
    away = vectors[bent, :, -1]
    scale = np.sqrt(np.einsum("si,sij,sj->s", away, metric[bent], away))
    step = 0.1 * away / scale[:, None]
    return np.concatenate([x[bent] + step, x[bent] - step])


def distinct(x: FloatArray, height: FloatArray, metric: FloatArray) -> FloatArray:
    """Return the indices of points of which none is within 1e-4 of its spread of another; the highest of each."""
    kept: list[int] = []
    for i in np.argsort(-height, kind="stable"):
        away = x[kept] - x[i]
        if not len(kept) or (np.einsum("si,ij,sj->s", away, metric[i], away) > 1e-8).all():
            kept.append(int(i))
    return np.array(kept, dtype=int)
