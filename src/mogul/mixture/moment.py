"""Moments of Gaussians, of any order."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray


def gaussian_moments(means: FloatArray, covariances: FloatArray, powers: tuple[int, ...]) -> FloatArray:
    """Return E[x_1^p_1 ... x_d^p_d] of K Gaussians (K, d), (K, d, d), shape (K,).

    By parts, E[x_i f] = m_i E[f] + sum_j S_ij E[df / dx_j]. Each step takes a power from the first feature that has
    one left; moments of lower order are met many times, and kept.
    """
    known: dict[tuple[int, ...], FloatArray] = {(0,) * len(powers): np.ones(len(means))}
    waiting = [powers]
    while waiting:
        now = waiting[-1]
        terms = [] if now in known else _terms(now)
        missing = [lower for _, _, lower in terms if lower not in known]
        if missing:
            waiting.extend(missing)
            continue
        waiting.pop()
        if now in known:
            continue
        total = np.zeros(len(means))
        for i, j, lower in terms:
            factor = means[:, i] if j < 0 else covariances[:, i, j] * _power_left(now, i, j)
            total += factor * known[lower]
        known[now] = total
    return known[powers]


def _terms(powers: tuple[int, ...]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return triples (i, j, powers of a lower moment): j is the feature that was differentiated, or -1 for the mean."""
    i = next(i for i, power in enumerate(powers) if power)
    rest = _less(powers, i)
    return [(i, -1, rest)] + [(i, j, _less(rest, j)) for j, power in enumerate(rest) if power]


def _power_left(powers: tuple[int, ...], i: int, j: int) -> int:
    """Return the power of feature j after one of feature i was taken: the factor that its derivative brings."""
    return powers[j] - (i == j)


def _less(powers: tuple[int, ...], i: int) -> tuple[int, ...]:
    return (*powers[:i], powers[i] - 1, *powers[i + 1 :])
