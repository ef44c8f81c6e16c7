"""Coordinates of lower triangular matrices with a positive diagonal."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray


def triangular_coordinates(matrices: FloatArray) -> FloatArray:
    """Return the logarithms of the diagonals and what is below them, (K, D (D + 1) / 2); zero for the identity."""
    diagonals = np.einsum("kii->ki", matrices)
    rows, columns = np.tril_indices(matrices.shape[1], -1)
    return np.concatenate([np.log(diagonals), matrices[:, rows, columns]], axis=1)


def triangular_matrices(coordinates: FloatArray, n_features: int) -> FloatArray:
    """Return the matrices (K, D, D) with the given coordinates."""
    matrices = np.zeros((len(coordinates), n_features, n_features))
    diagonal = np.arange(n_features)
    rows, columns = np.tril_indices(n_features, -1)
    matrices[:, diagonal, diagonal] = np.exp(coordinates[:, :n_features])
    matrices[:, rows, columns] = coordinates[:, n_features:]
    return matrices
