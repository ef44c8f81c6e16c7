"""Which component of one mixture is which of another."""

from __future__ import annotations

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import ShapeError
from mogul.mixture import Mixture
from mogul.uncertainty.parameters import Parameters


def match(reference: Mixture, other: Mixture) -> Array:
    """Return the order in which the components of `other` resemble those of `reference`.

    Parameters
    ----------
    reference : Mixture
        K components in D features.
    other : Mixture
        J components in the same features.

    Returns
    -------
    shape (K,) of integers
        Number ``order[k]`` of `other` is the partner of number k of `reference`: ``other.permuted(order)`` is numbered
        like `reference`. If J < K, components without a partner get -1.

    Raises
    ------
    ShapeError
        If the mixtures differ in their number of features.

    Notes
    -----
    Of all pairings the one with the least sum of ``B(N_k, N_j) + (sqrt(w_k) - sqrt(w_j))^2`` is taken, by the
    Hungarian method, with the Bhattacharyya distance of two Gaussians, S = (S_k + S_j) / 2::

        B = (m_k - m_j)' S^-1 (m_k - m_j) / 8 + log(|S| / sqrt(|S_k| |S_j|)) / 2

    It is free of units, and grows with distance, so that components that lie far apart are paired by how far. Cost:
    O(K J D^3).

    References
    ----------
    Kuhn (1955), The Hungarian method for the assignment problem, Naval Research Logistics Quarterly 2, 83-97.

    Examples
    --------
    >>> import mogul
    >>> before = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    >>> after = mogul.Mixture.univariate([0.65, 0.35], [2.2, -1.1], [1.1, 0.4])
    >>> mogul.match(before, after)
    array([1, 0])
    >>> after.permuted(mogul.match(before, after)).weights
    array([0.35, 0.65])
    """
    if reference.n_features != other.n_features:
        raise ShapeError(
            f"The mixtures have {reference.n_features} and {other.n_features} features; to compare them, use marginals "
            "of the same features."
        )
    parameters = Parameters.of(other)
    each = (part[None] for part in (parameters.weights, parameters.means, parameters.covariances))
    result: Array = orders(reference, Parameters(*each))[0]
    return result


def orders(reference: Mixture, others: Parameters) -> Array:
    """Return what `match` says of each of C mixtures, whose parameters have a leading axis: shape (C, K)."""
    own = np.sqrt(reference.weights)[:, None] - np.sqrt(others.weights)[:, None, :]
    costs = bhattacharyya(reference, others) + own**2  # (C, K, J)
    best: Array = costs.argmin(axis=2)
    if costs.shape[1] <= costs.shape[2]:
        # Where each component has a nearest partner of its own, no other pairing can cost less.
        settled = (np.diff(np.sort(best, axis=1), axis=1) > 0).all(axis=1)
    else:
        settled = np.zeros(len(costs), dtype=bool)
    for number in np.flatnonzero(~settled).tolist():
        best[number] = _assigned(costs[number])
    return best


def _assigned(costs: FloatArray) -> Array:
    """Return for each row (K,) the column that the cheapest assignment gives it, or -1."""
    from scipy.optimize import linear_sum_assignment

    order = np.full(len(costs), -1)
    mine, theirs = linear_sum_assignment(costs)
    order[mine] = theirs
    return order


def bhattacharyya(one: Mixture, others: Parameters) -> FloatArray:
    """Return the distance of each Gaussian of a mixture to each of C others, (C, K, J)."""
    distances = []
    log_determinants = np.linalg.slogdet(others.covariances)[1]  # (C, J)
    # A component at a time: never K C J matrices at once.
    for k, (mean, matrix) in enumerate(zip(one.means, one.covariances.dense(), strict=True)):
        # In units of the component's own deviations nothing overflows, whatever the units of the features.
        scale = np.sqrt(np.diag(matrix))
        halfway = (matrix + others.covariances) / 2 / scale / scale[:, None]
        away = (others.means - mean) / scale
        squares = (away * np.linalg.solve(halfway, away[..., None])[..., 0]).sum(axis=-1)
        volume = np.linalg.slogdet(halfway)[1] + 2 * np.log(scale).sum()
        own = (one.covariances.log_determinants[k] + log_determinants) / 2
        distances.append(squares / 8 + (volume - own) / 2)
    return np.stack(distances, axis=1)
