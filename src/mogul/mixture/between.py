"""What two Gaussians share: the integral of the product of their densities."""

from __future__ import annotations

import math

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import in_parts

_PAIRS = 1 << 18
"""Numbers D^2 of matrices that are held at once: a few megabytes."""


_ELIMINATED = 6
"""Features up to which many small matrices are eliminated at once: faster than to call LAPACK for each."""


def log_products(
    means: FloatArray, covariances: FloatArray, other_means: FloatArray, other_covariances: FloatArray
) -> FloatArray:
    """Return log of the integral of N_k(x) N_l(x) for each pair, shape (K, L).

    The integral is N(means[k] | other_means[l], covariances[k] + other_covariances[l]), the density of a sum of two
    independent variables. Means are (K, D) and (L, D), covariances (K, D, D) and (L, D, D).
    """
    n_components, n_features = means.shape
    result = np.empty((n_components, len(other_means)))

    def fill(part: slice) -> None:
        result[part] = log_normal(means[part, None] - other_means, covariances[part, None] + other_covariances)

    in_parts(n_components, max(1, _PAIRS // (len(other_means) * n_features**2)), fill)
    return result


def log_normal(vectors: FloatArray, covariances: FloatArray) -> FloatArray:
    """Return log N(v | 0, C) of vectors (..., D) and covariances (..., D, D), shape (...)."""
    n_features = vectors.shape[-1]
    if n_features > _ELIMINATED:
        factors = np.linalg.cholesky(covariances)
        z = np.linalg.solve(factors, vectors[..., None])[..., 0]
        squared = np.einsum("...i,...i->...", z, z)
        log_determinant = 2 * np.log(np.einsum("...ii->...i", factors)).sum(axis=-1)
    else:
        squared, log_determinant = _eliminated(vectors, covariances)
    result: FloatArray = -0.5 * (squared + log_determinant + n_features * math.log(2 * math.pi))
    return result


def _eliminated(vectors: FloatArray, covariances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return v' C^-1 v and log |C|, by Gaussian elimination of many small matrices at once."""
    n_features = vectors.shape[-1]
    rest = {(i, j): covariances[..., i, j] for i in range(n_features) for j in range(i + 1)}
    left = [vectors[..., i] for i in range(n_features)]
    squared: Array | float = 0.0
    log_determinant: Array | float = 0.0
    for p in range(n_features):
        pivot = rest[p, p]
        squared = squared + left[p] ** 2 / pivot
        log_determinant = log_determinant + np.log(pivot)
        for i in range(p + 1, n_features):
            ratio = rest[i, p] / pivot
            left[i] = left[i] - ratio * left[p]
            for j in range(p + 1, i + 1):
                rest[i, j] = rest[i, j] - ratio * rest[j, p]
    return np.asarray(squared), np.asarray(log_determinant)


def log_sum(values: FloatArray, axis: int = -1) -> FloatArray:
    """Return log sum exp along an axis; minus infinity where all are."""
    largest = values.max(axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(np.exp(values - largest).sum(axis=axis)) + np.squeeze(largest, axis)
    return result


def log_weights(weights: FloatArray) -> FloatArray:
    """Return the logarithms of weights, minus infinity for zero."""
    with np.errstate(divide="ignore"):
        return np.log(weights)
