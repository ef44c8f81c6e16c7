"""Optimal transport between single Gaussians: maps, ways between, and barycentres; all in closed form but the last."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric

_ROUNDS = 500


def roots(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the symmetric square roots of matrices (..., D, D), and their inverses."""
    values, axes = np.linalg.eigh(matrices)
    sizes = np.sqrt(np.maximum(values, np.finfo(float).tiny))
    return _along(axes, sizes), _along(axes, 1 / sizes)


def _along(axes: FloatArray, values: FloatArray) -> FloatArray:
    """Return V diag(values) V', exactly symmetric."""
    return symmetric((axes * values[..., None, :]) @ axes.swapaxes(-1, -2))


def linear_maps(sources: FloatArray, targets: FloatArray) -> FloatArray:
    """Return the symmetric A with A S A = T that moves N(0, S) to N(0, T) at the least cost, shape (..., D, D).

    ``A = S^-1/2 (S^1/2 T S^1/2)^1/2 S^-1/2``, of covariances (..., D, D).
    """
    root, inverse = roots(sources)
    middle, _ = roots(symmetric(root @ targets @ root))
    return symmetric(inverse @ middle @ inverse)


def barycentric_covariances(covariances: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the covariance whose mean squared distance to J given ones is least, of each of many tuples.

    Covariances are (..., J, D, D), shares (J,). The fixed point of S = (mean of the maps from S) S (same), which gets
    nearer with every round.
    """
    middle: FloatArray = np.einsum("j,...jab->...ab", shares, covariances)
    for _ in range(_ROUNDS):
        maps = np.einsum("j,...jab->...ab", shares, linear_maps(middle[..., None, :, :], covariances))
        moved = symmetric(maps @ middle @ maps)
        change = np.abs(moved - middle).max(axis=(-1, -2)) / np.abs(moved).max(axis=(-1, -2))
        middle = moved
        if change.max() < 1e-14:
            break
    return middle
