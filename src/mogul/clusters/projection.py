"""Directions along which the components of a mixture differ most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points
from mogul._kernels import FloatArray
from mogul._numerics import sealed, symmetric
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture

NIL = 1e-9
"""Eigenvalues up to this share of the largest show nothing."""


@final
@dataclass(frozen=True, eq=False)
class Projection:
    """Return directions that show the clusters. Made by `mogul.projection`.

    Attributes
    ----------
    mixture : Mixture
        K components in D features.
    directions : shape (D, Q)
        One direction a column, the most telling one first; ``directions.T @ Sigma @ directions`` is the identity, Sigma
        the covariance of the whole mixture.
    eigenvalues : shape (Q,)
        How much each direction tells.
    of_means : shape (Q,)
        The part of each eigenvalue that differences of means make up; the rest is that of covariances.
    feature_names : Q strings
    """

    mixture: Mixture
    directions: FloatArray
    eigenvalues: FloatArray
    of_means: FloatArray
    feature_names: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in ("directions", "eigenvalues", "of_means"):
            sealed(getattr(self, name))

    @property
    def n_directions(self) -> int:
        """Q."""
        return len(self.eigenvalues)

    def transform(self, X: ArrayLike, n_directions: int | None = None) -> FloatArray:
        """Return the coordinates of rows (N, D) along the first directions, shape (N, n_directions), mean zero."""
        rows, _ = points(X, self.mixture.n_features)
        result: FloatArray = (rows - self.mixture.mean()) @ self.directions[:, : self._checked(n_directions)]
        return result

    def projected(self, n_directions: int | None = None) -> Mixture:
        """Return the mixture along the first directions: the distribution of `transform`'s coordinates."""
        matrix = self.directions[:, : self._checked(n_directions)].T
        return self.mixture.transform(matrix, -matrix @ self.mixture.mean())

    def _checked(self, n_directions: int | None) -> int:
        number = self.n_directions if n_directions is None else n_directions
        if not 1 <= number <= self.n_directions:
            raise ParameterError(
                f"n_directions is {number}; {self.n_directions} directions tell components apart. Use at most those."
            )
        return number

    def __str__(self) -> str:
        width = max(len("of means"), *map(len, self.feature_names))
        shares = 100 * self.eigenvalues / self.eigenvalues.sum()
        means = 100 * self.of_means / self.eigenvalues
        lines = [" " * width + "".join(f"{f'dir {q}':>10}" for q in range(self.n_directions))]
        lines += [
            f"{name:<{width}}" + "".join(f"{value:>10.4g}" for value in row)
            for name, row in zip(self.feature_names, self.directions, strict=True)
        ]
        for name, values, suffix in (("tells", shares, " %"), ("of means", means, " %")):
            lines.append(f"{name:<{width}}" + "".join(f"{f'{value:.1f}{suffix}':>10}" for value in values))
        return "\n".join(lines)


def projection(mixture: Mixture, *, feature_names: Sequence[str] | None = None) -> Projection:
    """Return the directions along which the components of a mixture differ most, in means or in covariances.

    Parameters
    ----------
    mixture : Mixture
        At least two components in D features.
    feature_names : D strings, optional

    Returns
    -------
    Projection
        At most D directions, with ``transform(X)`` and ``projected()``; `mogul.plot.ProjectionDisplay` draws the first
        two. Prints as a table.

    Raises
    ------
    ParameterError
        If there is one component only, or all are the same.

    Notes
    -----
    With m the mean and Sigma the covariance of the whole mixture, S the average of the S_k::

        M_means = sum_k w_k (m_k - m)(m_k - m)'
        M       = M_means Sigma^-1 M_means + sum_k w_k (S_k - S) Sigma^-1 (S_k - S)

    the directions v solve ``M v = l Sigma v``, v' Sigma v = 1. If all covariances are equal they are those of linear
    discriminant analysis, at most K - 1; scaling a feature, or any linear map, changes nothing of what they show.

    References
    ----------
    Scrucca (2010), Dimension reduction for model-based clustering, Statistics and Computing 20, 471-484, eqs 4 to 6.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [3.0, 3.0]], mogul.SphericalCovariance([1.0, 1.0]))
    >>> mogul.projection(pair).directions.ravel().round(3)
    array([0.302, 0.302])
    """
    n_components, n_features = mixture.means.shape
    if feature_names is not None and len(feature_names) != n_features:
        raise ShapeError(f"feature_names has {len(feature_names)} names, but the mixture has {n_features} features.")
    names = [f"x{d}" for d in range(n_features)] if feature_names is None else [str(name) for name in feature_names]
    if n_components < 2:
        raise ParameterError(
            "One component is no cluster among others: there is nothing to tell apart. Use two or more."
        )
    covariances, weights = mixture.covariances.dense(), mixture.weights
    # In units in which the whole mixture has the covariance 1, M = B B + sum_k w_k (S_k - S)^2.
    scale = np.sqrt(np.diag(mixture.covariance()))
    inward = np.linalg.inv(np.linalg.cholesky(mixture.covariance() / scale / scale[:, None])) / scale
    away = (mixture.means - mixture.mean()) @ inward.T
    between = (weights[:, None] * away).T @ away
    inner = inward @ covariances @ inward.T
    unlike = inner - np.tensordot(weights, inner, 1)
    of_means = between @ between
    kernel = symmetric(of_means + np.einsum("k,kij,kjl->il", weights, unlike, unlike))
    values, axes = np.linalg.eigh(kernel)
    values, axes = values[::-1], axes[:, ::-1]
    if values[0] <= 1e-12:
        raise ParameterError("All components are the same: no direction tells them apart. Use fewer of them.")
    kept = values > NIL * values[0]
    directions = inward.T @ axes[:, kept]
    # The sign is a matter of taste: the largest coefficient, in units of its feature, is positive.
    largest = np.abs(directions * scale[:, None]).argmax(axis=0)
    signs = np.sign(directions[largest, np.arange(directions.shape[1])])
    parts = np.einsum("iq,ij,jq->q", axes[:, kept], of_means, axes[:, kept])
    return Projection(mixture, np.ascontiguousarray(directions * signs), values[kept].copy(), parts, tuple(names))
