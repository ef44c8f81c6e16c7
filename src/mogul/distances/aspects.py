"""What a drift test looks at: functions of a row whose means under the model are known, or told by draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import in_parts
from mogul.mixture import Mixture

NAMES = ("density", "law", "weights", "means", "covariances")

BINS = 16
"""Parts of equal probability into which the log-density is cut."""

_AT_ONCE = 1 << 20
"""Numbers that are held at once, a few megabytes."""


@final
@dataclass(frozen=True, eq=False)
class Aspects:
    """Return functions of a row in five groups, with mean and standard deviation of each under the model.

    density: the log-density. law: in which of BINS parts of its law it lies. weights: the responsibilities.
    means: the residuals of each component, whitened, times its responsibility. covariances: products of these
    residuals, over all components. The last three are the directions in which parameters may move: their means vanish
    under the model, since the expected gradient of a log-likelihood does.
    """

    mixture: Mixture
    edges: FloatArray
    deviations: FloatArray

    @classmethod
    def of(cls, mixture: Mixture, rows: FloatArray) -> Self:
        """Return the aspects of a mixture, their edges and scales taken from rows (N, D) that it generated."""
        edges = np.quantile(mixture.logpdf(rows), np.arange(1, BINS) / BINS)
        aspects = cls(mixture, edges, np.ones(1))
        deviations = aspects.table(rows).std(axis=0)
        # What does not vary, as the only responsibility of a single component, cannot drift.
        return cls(mixture, edges, np.where(deviations > 1e-9, deviations, np.inf))

    @property
    def groups(self) -> Array:
        """The group of each function, a number into NAMES, shape (P,)."""
        n_components, n_features = self.mixture.n_components, self.mixture.n_features
        sizes = (1, BINS, n_components, n_components * n_features, n_features * (n_features + 1) // 2)
        return np.repeat(np.arange(len(NAMES)), sizes)

    def table(self, rows: FloatArray) -> FloatArray:
        """Return all functions at all rows, (N, P), each in units of its standard deviation."""
        size = self.mixture.n_components * self.mixture.n_features
        parts = in_parts(len(rows), max(1, _AT_ONCE // size), lambda part: self._of_part(rows[part]))
        return np.concatenate(parts) / self.deviations

    def _of_part(self, rows: FloatArray) -> FloatArray:
        mixture, n_rows = self.mixture, len(rows)
        scores = mixture._scores(rows, responsibilities=(mixture.n_components,), log_density=())
        logs, shares = scores["log_density"], scores["responsibilities"]
        z = mixture.covariances.whitened(rows, mixture.means)  # (N, K, D)
        lower = np.tril_indices(mixture.n_features)
        weighted = shares[:, :, None] * z
        products = np.einsum("nki,nkj->nij", weighted, z)[:, lower[0], lower[1]] - (lower[0] == lower[1])
        bins = np.searchsorted(self.edges, logs)[:, None] == np.arange(BINS)
        return np.concatenate([logs[:, None], bins, shares, weighted.reshape(n_rows, -1), products], axis=1)

    def sizes(self, differences: FloatArray) -> FloatArray:
        """Return the summed squares in each group, (..., 5), of mean differences (..., P)."""
        starts = np.flatnonzero(np.diff(self.groups, prepend=-1))
        result: FloatArray = np.add.reduceat(differences**2, starts, axis=-1)
        return result
