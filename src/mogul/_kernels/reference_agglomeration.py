"""What the kernels of agglomeration mean, in NumPy; see `reference`.

Every row begins as a cluster of its own. Again and again the two clusters are merged whose union raises a criterion
least, until one is left. Of clusters i and j, with weights n_i, means m_i and scatters W_i about them, the union has

    n = n_i + n_j     W = W_i + W_j + c d d'     d = m_i - m_j     c = n_i n_j / n

and the criteria are, with a = tr(W of all rows) / (N D), N the weight of all,

    EII   sum_k tr W_k
    VII   sum_k n_k log((tr W_k + a) / n_k)
    EEE   N log|sum_k W_k + a I|
    VVV   sum_k n_k log(|W_k / n_k| + (tr W_k + a) / n_k), without the determinant, which is 0, up to D rows

a, the scatter that one row brings on average, keeps them finite while clusters have few rows.

Banfield and Raftery (1993), Model-based Gaussian and non-Gaussian clustering, Biometrics 49, 803-821; Fraley (1998),
Algorithms for model-based Gaussian hierarchical clustering, SIAM J. Sci. Comput. 20, 270-281, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels.types import Array, FloatArray


@final
@dataclass(eq=False)
class _Clusters:
    """Clusters 0 to M - 1 are the rows, M + t is what merge t made."""

    sizes: Array
    """How many rows each has, (2 M - 1,)."""
    counts: FloatArray
    """Their weight."""
    means: FloatArray
    scatters: FloatArray
    average: float
    """a above."""

    @classmethod
    def of(cls, rows: Array, row_weights: FloatArray) -> Self:
        n_rows, n_features = rows.shape
        sizes, counts = np.ones(2 * n_rows - 1, dtype=int), np.ones(2 * n_rows - 1)
        means, scatters = np.zeros((2 * n_rows - 1, n_features)), np.zeros((2 * n_rows - 1, n_features, n_features))
        counts[:n_rows], means[:n_rows] = row_weights, rows
        away = rows - np.average(rows, axis=0, weights=row_weights)
        total = np.einsum("n,nd,nd->", row_weights, away, away)
        return cls(sizes, counts, means, scatters, float(total / (row_weights.sum() * n_features)) or 1.0)

    def unions(self, i: int, others: Array) -> tuple[FloatArray, FloatArray]:
        """Return the weights and the scatters of the unions of cluster i with each of the others."""
        counts = self.counts[i] + self.counts[others]
        d = self.means[others] - self.means[i]
        c = self.counts[i] * self.counts[others] / counts
        return counts, self.scatters[i] + self.scatters[others] + np.einsum("p,pi,pj->pij", c, d, d)

    def merge(self, i: int, j: int, into: int) -> None:
        counts, scatters = self.unions(i, np.array([j]))
        self.sizes[into] = self.sizes[i] + self.sizes[j]
        self.counts[into], self.scatters[into] = counts[0], scatters[0]
        self.means[into] = self.means[i] + (self.counts[j] / counts[0]) * (self.means[j] - self.means[i])


# (clusters, i, others, W) to the cost of merging i with each of the others; W: the sum of all scatters.
_Cost = Callable[[_Clusters, int, Array, FloatArray], FloatArray]


def _cost_eii(clusters: _Clusters, i: int, others: Array, within: FloatArray) -> FloatArray:
    d = clusters.means[others] - clusters.means[i]
    c = clusters.counts[i] * clusters.counts[others] / (clusters.counts[i] + clusters.counts[others])
    result: FloatArray = c * np.einsum("pd,pd->p", d, d)
    return result


def _cost_eee(clusters: _Clusters, i: int, others: Array, within: FloatArray) -> FloatArray:
    # |W + a I + c d d'| = |W + a I| (1 + c d' (W + a I)^-1 d)
    widened = within + clusters.average * np.eye(len(within))
    d = clusters.means[others] - clusters.means[i]
    c = clusters.counts[i] * clusters.counts[others] / (clusters.counts[i] + clusters.counts[others])
    total = clusters.counts[: (len(clusters.counts) + 1) // 2].sum()
    result: FloatArray = total * np.log1p(c * np.einsum("pd,dp->p", d, np.linalg.solve(widened, d.T)))
    return result


def _cost_vii(clusters: _Clusters, i: int, others: Array, within: FloatArray) -> FloatArray:
    def terms(counts: FloatArray, scatters: FloatArray) -> FloatArray:
        trace: FloatArray = np.einsum("pdd->p", scatters)
        result: FloatArray = counts * np.log((trace + clusters.average) / counts)
        return result

    alone = terms(clusters.counts, clusters.scatters)
    result: FloatArray = terms(*clusters.unions(i, others)) - alone[i] - alone[others]
    return result


def _cost_vvv(clusters: _Clusters, i: int, others: Array, within: FloatArray) -> FloatArray:
    def terms(sizes: Array, counts: FloatArray, scatters: FloatArray) -> FloatArray:
        determinants = np.linalg.det(scatters / counts[:, None, None])
        trace = (np.einsum("pdd->p", scatters) + clusters.average) / counts
        result: FloatArray = counts * np.log(np.where(sizes > scatters.shape[1], determinants, 0.0) + trace)
        return result

    pair = np.append(others, i)
    alone = terms(clusters.sizes[pair], clusters.counts[pair], clusters.scatters[pair])
    sizes = clusters.sizes[others] + clusters.sizes[i]
    cost: FloatArray = terms(sizes, *clusters.unions(i, others)) - alone[-1] - alone[:-1]
    return cost


def _agglomerate(
    rows: Array, row_weights: FloatArray, cost: _Cost, is_global: bool = False
) -> tuple[Array, FloatArray]:
    """Return (merges, costs); `is_global`: every merge changes what all others cost."""
    n_rows, points = len(rows), rows.astype(float)
    clusters, within = _Clusters.of(points, row_weights), np.zeros((rows.shape[1], rows.shape[1]))
    merges, paid = np.empty((n_rows - 1, 2), dtype=np.int64), np.empty(n_rows - 1)
    living = np.arange(n_rows)
    table = np.full((2 * n_rows - 1, 2 * n_rows - 1), np.inf)  # of a pair at [later, earlier]

    def look(numbers: Array) -> None:
        for i in numbers:
            table[i, living[living < i]] = cost(clusters, i, living[living < i], within)

    look(living)
    for t in range(n_rows - 1):
        j, i = np.unravel_index(table.argmin(), table.shape)
        merges[t], paid[t] = (i, j), table[j, i]
        within -= clusters.scatters[i] + clusters.scatters[j]
        clusters.merge(int(i), int(j), n_rows + t)
        within += clusters.scatters[n_rows + t]
        table[[i, j]] = table[:, [i, j]] = np.inf
        living = np.append(living[(living != i) & (living != j)], n_rows + t)
        look(living if is_global else living[-1:])
    return merges, paid


def agglomerate_eii(rows: Array, row_weights: FloatArray, n_threads: int = 1) -> tuple[Array, FloatArray]:
    """Return (merges, costs) of M rows: merge t joins clusters merges[t], the lower first, to cluster M + t.

    merges (M - 1, 2) int64 ; costs (M - 1,): by how much each merge raises the criterion. Of pairs that cost the same,
    the one whose later cluster comes first, then whose earlier one does.
    """
    return _agglomerate(rows, row_weights, _cost_eii)


def agglomerate_vii(rows: Array, row_weights: FloatArray, n_threads: int = 1) -> tuple[Array, FloatArray]:
    """As `agglomerate_eii`, for balls of different volume."""
    return _agglomerate(rows, row_weights, _cost_vii)


def agglomerate_eee(rows: Array, row_weights: FloatArray, n_threads: int = 1) -> tuple[Array, FloatArray]:
    """As `agglomerate_eii`, for clusters of one scatter."""
    return _agglomerate(rows, row_weights, _cost_eee, is_global=True)


def agglomerate_vvv(rows: Array, row_weights: FloatArray, n_threads: int = 1) -> tuple[Array, FloatArray]:
    """As `agglomerate_eii`, for clusters of any scatter."""
    return _agglomerate(rows, row_weights, _cost_vvv)
