"""Components to clusters: those that overlap are merged, the pair first that leaves the least doubt.

Baudry, Raftery, Celeux, Lo and Gottardo (2010), Combining mixture components for clustering, Journal of Computational
and Graphical Statistics 19, 332-353.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points, row_weights
from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError
from mogul.mixture import Mixture

NEGLIGIBLE = 0.01
"""Share of the greatest possible entropy, log K a row, below which components are clusters already."""

ROUNDING = 1e-12
"""Entropy a row that rounding alone may leave."""


@final
@dataclass(frozen=True, eq=False)
class Merging:
    """Return how the K components of a mixture are merged into fewer and fewer clusters.

    Made by `mogul.merge_components`. Methods that take ``n_clusters`` use the proposed number where none is given.

    Attributes
    ----------
    mixture : Mixture
    maps : shape (K, K) of integers
        ``maps[c - 1]`` is the cluster of each component if there are c clusters. Clusters are numbered by their first
        components.
    entropies : shape (K,)
        ``entropies[c - 1]`` is the entropy of c clusters in nats: ``-sum_n sum_c t_nc log t_nc`` with t_nc the
        probability that row n belongs to cluster c.
    merged_rows : shape (K,)
        How many rows lie in the clusters that were merged so far, one merge after the other: ``merged_rows[c - 1]``
        for c clusters, 0 for K.
    n_clusters : int
        The proposed number; see `elbow`.
    """

    mixture: Mixture
    maps: Array
    entropies: FloatArray
    merged_rows: FloatArray
    n_clusters: int

    def clusters(self, n_clusters: int | None = None) -> Array:
        """Return the cluster of each component, shape (K,)."""
        result: Array = self.maps[self._checked(n_clusters) - 1]
        return result

    def members(self, n_clusters: int | None = None) -> list[list[int]]:
        """Return the components of each cluster."""
        clusters = self.clusters(n_clusters)
        return [np.flatnonzero(clusters == c).tolist() for c in range(clusters.max() + 1)]

    def mixtures(self, n_clusters: int | None = None) -> list[Mixture]:
        """Return the density of each cluster: the mixture of its components."""
        return [self.mixture.selected(members) for members in self.members(n_clusters)]

    def probabilities(self, X: ArrayLike, n_clusters: int | None = None) -> FloatArray:
        """Return the probability that each row (N, D) belongs to each cluster, shape (N, n_clusters)."""
        return self.mixture.responsibilities(X) @ _indicators(self.clusters(n_clusters))

    def labels(self, X: ArrayLike, n_clusters: int | None = None) -> Array:
        """Return the most probable cluster of each row (N, D), shape (N,)."""
        result: Array = self.probabilities(X, n_clusters).argmax(axis=-1)
        return result

    def _checked(self, n_clusters: int | None) -> int:
        number, most = self.n_clusters if n_clusters is None else n_clusters, len(self.entropies)
        if not 1 <= number <= most:
            raise ParameterError(f"n_clusters is {number}; there are {most} components. Use a number from 1 to {most}.")
        return int(number)

    def __str__(self) -> str:
        lines = ["clusters  entropy  components"]
        for c in range(len(self.entropies), 0, -1):
            groups = " ".join("{" + ",".join(map(str, each)) + "}" for each in self.members(c))
            mark = "  <- elbow" if c == self.n_clusters else ""
            lines.append(f"{c:>8}  {self.entropies[c - 1]:7.3g}  {groups}{mark}")
        return "\n".join(lines)


def _indicators(clusters: Array) -> FloatArray:
    """Return which component (K rows) lies in which cluster."""
    result: FloatArray = (clusters[:, None] == np.arange(clusters.max() + 1)).astype(np.float64)
    return result


def merge_components(mixture: Mixture, X: Any, *, sample_weight: ArrayLike | None = None) -> Merging:
    """Return the hierarchy in which components of a mixture are merged into clusters.

    A cluster that is not Gaussian is fitted by several components. This finds out which belong together.

    Parameters
    ----------
    mixture : Mixture
        Fitted to X, its K components as many as the density asks for, e.g. by BIC.
    X : shape (N, D)
    sample_weight : shape (N,), optional
        How often each row counts.

    Returns
    -------
    Merging
        For every number of clusters from K to 1, which components make them; with a proposal. Prints as a table;
        `mogul.plot.EntropyDisplay` draws it.

    Raises
    ------
    ShapeError, DataTypeError, RowWeightsError
        If the rows or their weights do not fit.

    Notes
    -----
    With t_nk the responsibilities, the pair (l, m) is merged that lowers the entropy most, that is, of the greatest
    ``sum_n h(t_nl + t_nm) - h(t_nl) - h(t_nm)``, h(t) = t log t. Cost: O(N K^2).

    References
    ----------
    Baudry et al. (2010), Combining mixture components for clustering, JCGS 19, 332-353, section 3.

    Examples
    --------
    >>> import mogul
    >>> cross = mogul.Mixture([0.3, 0.3, 0.4], [[0, 0], [0, 0], [9, 9]],
    ...                       [[[4, 0], [0, 0.1]], [[0.1, 0], [0, 4]], [[1, 0], [0, 1]]])
    >>> merging = mogul.merge_components(cross, cross.sample(500, rng=0))
    >>> merging.n_clusters, merging.members()
    (2, [[0, 1], [2]])
    """
    rows, _ = points(X, mixture.n_features)
    weights = row_weights(sample_weight, len(rows))
    counted = np.ones(len(rows)) if weights is None else weights
    shares = np.ascontiguousarray(mixture.responsibilities(rows).T)  # (K, N)
    parts = [_entropy(share, counted) for share in shares]
    pairs = {pair: _entropy(shares[list(pair)].sum(axis=0), counted) for pair in combinations(range(len(shares)), 2)}
    groups, columns = [[k] for k in range(len(shares))], dict(enumerate(shares))
    found = [(_map(groups), sum(parts), 0.0)]
    entropy, moved = dict(enumerate(parts)), 0.0
    while len(columns) > 1:
        # What merging a pair would lower the entropy by; of equal ones the first pair is taken.
        one, other = max(pairs, key=lambda pair: entropy[pair[0]] + entropy[pair[1]] - pairs[pair])
        columns[one] = columns[one] + columns.pop(other)
        entropy[one] = pairs[one, other]
        del entropy[other]
        pairs = {pair: value for pair, value in pairs.items() if other not in pair}
        for third in columns.keys() - {one}:
            pair = min(one, third), max(one, third)
            pairs[pair] = _entropy(columns[one] + columns[third], counted)
        groups[one] += groups[other]
        groups[other] = []
        moved += float(counted @ columns[one])
        found.append((_map(groups), sum(entropy.values()), moved))
    maps, entropies, merged = zip(*reversed(found), strict=True)
    values = np.array(entropies)
    values[values <= ROUNDING * counted.sum()] = 0.0
    n_clusters = elbow(values, float(counted.sum()))
    return Merging(mixture, np.array(maps), values, np.array(merged), n_clusters)


def _entropy(shares: FloatArray, weights: FloatArray) -> float:
    """Return ``-sum_n v_n t_n log t_n`` of probabilities t (N,)."""
    positive = shares > 0
    t = shares[positive]
    return -float(weights[positive] @ (t * np.log(t)))


def _map(groups: list[list[int]]) -> Array:
    """Return the number of the group of each component; groups that became empty have none."""
    clusters = np.empty(len(groups), dtype=np.int64)
    for c, members in enumerate(sorted(sorted(group) for group in groups if group)):
        clusters[members] = c
    return clusters


def elbow(entropies: FloatArray, total_weight: float) -> int:
    """Return the number of clusters from which on more of them leave ever more doubt.

    Of all numbers c between, the one is taken for which two straight lines, through the entropies of up to c clusters
    and of c or more, fit best (Baudry et al., 2010, section 4), if the second is the steeper one. Otherwise there is no
    elbow: all K remain clusters of their own. So they do if they overlap next to nowhere, or if there are two only.
    """
    n_components = len(entropies)
    if n_components < 3 or entropies[-1] <= NEGLIGIBLE * total_weight * np.log(n_components):
        return n_components
    fits = [two_lines(entropies, c) for c in range(2, n_components)]
    errors = [error for _, error in fits]
    best = int(np.argmin(errors))
    (before, after), _ = fits[best]
    return best + 2 if after[0] > before[0] else n_components


def two_lines(entropies: FloatArray, knot: int) -> tuple[tuple[FloatArray, FloatArray], float]:
    """Return ((line up to `knot` clusters, line from it), squared error), lines as (slope, intercept)."""
    numbers = np.arange(1, len(entropies) + 1, dtype=float)
    lines, error = [], 0.0
    for part in (slice(0, knot), slice(knot - 1, None)):
        line = np.polyfit(numbers[part], entropies[part], 1)
        error += float(((np.polyval(line, numbers[part]) - entropies[part]) ** 2).sum())
        lines.append(line)
    return (lines[0], lines[1]), error
