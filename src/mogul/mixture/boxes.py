"""Probabilities of boxes under mixtures of several features."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.gaussian import log_interval, log_sum

N_SHIFTS = 8
_BLOCK = 1 << 20


def log_boxes(
    mixture: AbstractMixture, lower: FloatArray, upper: FloatArray, rng: Rng, n_points: int
) -> tuple[FloatArray, FloatArray]:
    """Return ``log P(lower < x <= upper)`` of N boxes, and the standard errors of the probabilities relative to them.

    Components whose features are independent are exact: their probability is a product. The others are integrated by
    separation of variables: features are taken one after the other, each given those before it, which are drawn
    inside the box by points of a lattice, shifted at random `N_SHIFTS` times. The spread over shifts is the error.

    References
    ----------
    Genz (1992), Numerical computation of multivariate normal probabilities, J. Comput. Graph. Statist. 1, 141-149.
    Genz and Bretz (2009), Computation of Multivariate Normal and t Probabilities, sections 4.1 and 4.2.
    """
    order = mixture.order[mixture.weights[mixture.order] > 0]
    matrices = mixture.covariances.dense()[order]
    means, log_weights = mixture.means[order], np.log(mixture.weights[order])
    lattice = _lattice(mixture.n_features, n_points, np.random.default_rng(rng))
    totals = np.empty((len(lower), N_SHIFTS))
    step = max(1, _BLOCK // (lattice.shape[0] * lattice.shape[1]))
    marginal = _marginals(lower, upper, means, matrices)  # (N, K, D)
    each = np.repeat(marginal.sum(axis=2)[:, :, None], N_SHIFTS, axis=2)
    dependent = np.flatnonzero((matrices * (1 - np.eye(mixture.n_features)) != 0).any(axis=(1, 2)))
    for k in dependent:
        for first in range(0, len(lower), step):
            part = slice(first, first + step)
            limits = (lower[part] - means[k], upper[part] - means[k])
            each[part, k] = _log_dependent(*limits, matrices[k], marginal[part, k], lattice)
    totals = log_sum(log_weights[:, None] + each, axis=1)  # (N, N_SHIFTS)
    log_p = log_sum(totals) - np.log(N_SHIFTS)
    with np.errstate(invalid="ignore"):
        shares = np.nan_to_num(np.exp(totals - log_p[:, None]), nan=1.0)
    return np.minimum(log_p, 0.0), shares.std(axis=1, ddof=1) / np.sqrt(N_SHIFTS)


def _marginals(lower: FloatArray, upper: FloatArray, means: FloatArray, matrices: FloatArray) -> FloatArray:
    """Return the log-probability of each side of each box under each component, shape (N, K, D)."""
    deviations = np.sqrt(np.einsum("kii->ki", matrices))
    with np.errstate(invalid="ignore", over="ignore"):
        middle = np.nan_to_num(lower / 2 + upper / 2, nan=0.0, posinf=np.inf, neginf=-np.inf)
        width = np.where(lower == upper, 0.0, upper - lower)
        low, high, centre = ((place[:, None, :] - means) / deviations for place in (lower, upper, middle))
        return log_interval(low, high, centre, width[:, None, :] / deviations)


def _lattice(n_features: int, n_points: int, rng: np.random.Generator) -> FloatArray:
    """Return points of the unit cube, shape (N_SHIFTS, n_points, D - 1): Richtmyer's lattice, shifted and folded."""
    candidates = np.arange(2, 30 + 12 * n_features)
    primes = [p for p in candidates if (p % np.arange(2, p) != 0).all()][: n_features - 1]
    steps = np.arange(1, n_points + 1)[:, None] * np.sqrt(np.asarray(primes, dtype=float))
    shifted = (steps + rng.random((N_SHIFTS, 1, n_features - 1))) % 1.0
    # Folding makes the integrand periodic, for which a lattice is best.
    folded: FloatArray = np.abs(2 * shifted - 1)
    return folded


def _log_dependent(
    lower: FloatArray, upper: FloatArray, matrix: FloatArray, marginal: FloatArray, lattice: FloatArray
) -> FloatArray:
    """Return the log-probabilities of B boxes around the mean of one Gaussian, one for each shift, (B, N_SHIFTS)."""
    # The tightest sides first: they decide most, and the others then vary less.
    order = np.argsort(marginal, axis=1)  # (B, D)
    rows = np.arange(len(lower))[:, None]
    low, high = lower[rows, order], upper[rows, order]
    factors = np.linalg.cholesky(matrix[order[:, :, None], order[:, None, :]])
    log_p = np.zeros((len(lower), *lattice.shape[:2]))
    drawn: list[FloatArray] = []
    for i in range(lower.shape[1]):
        shift = sum((factors[:, i, j, None, None] * drawn[j] for j in range(i)), np.zeros(log_p.shape))
        scale = factors[:, i, i, None, None]
        with np.errstate(invalid="ignore", over="ignore"):
            below, above = (low[:, i, None, None] - shift) / scale, (high[:, i, None, None] - shift) / scale
            middle = np.nan_to_num(below / 2 + above / 2, nan=0.0, posinf=np.inf, neginf=-np.inf)
            width = ((high - low)[:, i, None, None] / scale) * np.ones(log_p.shape)
        log_p += log_interval(below, above, middle, width)
        if i + 1 < lower.shape[1]:
            drawn.append(_drawn_between(below, above, lattice[None, :, :, i]))
    result: FloatArray = log_sum(log_p) - np.log(lattice.shape[1])
    return result


def _drawn_between(low: FloatArray, high: FloatArray, share: FloatArray) -> FloatArray:
    """Return the quantiles of a standard normal variable between two limits."""
    from scipy.special import ndtr, ndtri

    right = low > 0
    near, far = np.where(right, -high, low), np.where(right, -low, high)
    part = np.where(right, 1 - share, share)
    mass_near, mass_far = ndtr(near), ndtr(far)
    with np.errstate(invalid="ignore"):
        z = ndtri(mass_near + part * (mass_far - mass_near))
        # Beyond 38 deviations all mass lies at the nearer limit.
        drawn = np.where(np.isfinite(z), np.clip(z, near, far), np.where(far < 0, far, np.maximum(near, 0.0)))
    return np.where(right, -drawn, drawn)
