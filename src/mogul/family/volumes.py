"""Volumes lambda_k of K components that are else alike: Sigma_k = lambda_k C.

Given the volumes, ``C = M / n`` with ``M = sum_k W_k / lambda_k`` is best. What is left to minimise is, up to a
constant, a convex function of u = log lambda, the same for diagonal and for dense matrices::

    f(u) = n log|M| + D sum_k counts[k] u_k
    f'_k = D counts[k] - n t_k,                     t_k = tr(M^-1 W_k) / lambda_k
    f''_kl = n (t_k [k = l] - s_kl),                s_kl = tr(M^-1 W_k M^-1 W_l) / (lambda_k lambda_l)

Newton's steps take the place of the turns by Celeux and Govaert (1995), Pattern Recognition 28, 781-793, section 4,
whose fixed point is ``f' = 0``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray

STEPS = 100
"""The most steps."""

LARGEST = 2.0
"""The largest step of a logarithm: beyond, the quadratic model says little."""

SETTLED = 1e-8
"""Newton's steps square the error: after one as small as this there is nothing to add."""


@final
@dataclass(frozen=True, eq=False)
class Balance:
    """Return M for some volumes, and how f depends on them there."""

    matrix: FloatArray
    """M, (D, D), or its diagonal (D,)."""
    traces: FloatArray
    """t, (K,)."""
    products: FloatArray
    """s, (K, K)."""


def diagonal_balance(scatter: FloatArray, volumes: FloatArray) -> Balance:
    """Return the balance of diagonal scatters (K, D)."""
    scaled = scatter / volumes[:, None]
    matrix = scaled.sum(axis=0)
    shares = scaled / matrix
    return Balance(matrix, shares.sum(axis=1), shares @ shares.T)


def dense_balance(scatter: FloatArray, volumes: FloatArray) -> Balance:
    """Return the balance of scatters (K, D, D)."""
    scaled = scatter / volumes[:, None, None]
    matrix = scaled.sum(axis=0)
    shares = np.linalg.inv(matrix) @ scaled
    flat, turned = shares.reshape(len(shares), -1), shares.swapaxes(1, 2).reshape(len(shares), -1)
    return Balance(matrix, np.einsum("kii->k", shares), flat @ turned.T)


def balanced(
    counts: FloatArray, volumes: FloatArray, balance_of: Callable[[FloatArray], Balance]
) -> tuple[FloatArray, FloatArray]:
    """Return (volumes, C) that fit best, sought from the given volumes; only their products are determined.

    Volumes are zeros if there is no minimum: many rows of a component lie in too few dimensions.
    """
    try:
        with np.errstate(all="raise", under="ignore"):
            return _balanced(counts, volumes, balance_of)
    except (np.linalg.LinAlgError, FloatingPointError):
        return np.zeros_like(volumes), balance_of(np.ones_like(volumes)).matrix


def _balanced(
    counts: FloatArray, volumes: FloatArray, balance_of: Callable[[FloatArray], Balance]
) -> tuple[FloatArray, FloatArray]:
    total, n_components = counts.sum(), len(counts)
    here = balance_of(volumes)
    size = np.inf if n_components > 1 else 0.0
    for _ in range(STEPS):
        if size < SETTLED:
            return volumes, here.matrix / total
        n_features = len(here.matrix)
        wanted = n_features * counts / total
        slope = wanted - here.traces
        # Along equal changes of all logarithms nothing changes: any curvature will do there.
        curvature = np.diag(here.traces) - here.products + n_features / n_components**2
        step = -np.linalg.solve(curvature, slope)
        size = float(np.abs(step).max())
        if size > LARGEST:
            step, size = step * (LARGEST / size), LARGEST
        # f is convex: where its slope has not turned, or is half as steep, the step was not too long.
        steepness = -float(slope @ step)
        while True:
            there = balance_of(volumes * np.exp(step))
            if size < SETTLED or float((wanted - there.traces) @ step) <= 0.5 * steepness:
                break
            step, size = step / 2, size / 2
        volumes, here = volumes * np.exp(step), there
    raise np.linalg.LinAlgError("no minimum")
