"""Second moments along a few directions of each component: what factor analysis needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self, final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray
from mogul._numerics import exact_sum
from mogul.statistics.floor import NEAR, RELATIVE, Floor
from mogul.statistics.moments import AbstractMoments

ROUNDS = 3
"""How often directions are turned towards the widest ones, where rows are at hand."""


@final
@dataclass(frozen=True, eq=False)
class ProjectedMoments(AbstractMoments):
    """The diagonal, and the product with Q directions of each component, shape (K, D, 1 + Q).

    Of W_k = ``sum_n r_nk d_nk d_nk'`` it keeps diag(W_k) and W_k B_k, with B_k = `directions[k]`. As a kind of moments
    that a family asks for, it says Q alone; the directions are those of the mixture in the pass.
    """

    n_factors: int
    directions: FloatArray | None = None
    """B_k, (K, D, Q), in units of one over those of the data."""
    ridge: FloatArray | None = None
    """What the M-step adds to the diagonal of B_k' S_k B_k, (K, Q); see `family.factors`."""

    @property
    def known(self) -> tuple[FloatArray, FloatArray]:
        """Directions and ridge, or an error if they are not known yet."""
        if self.directions is None or self.ridge is None:
            raise ValueError("Projected moments have no directions until a mixture, or rows, give them some.")
        return self.directions, self.ridge

    def selected(self, components: Array) -> Self:
        directions, ridge = self.known
        return replace(self, directions=directions[components], ridge=ridge[components])

    def facing(self, away: FloatArray, r: FloatArray) -> Self:
        """Return the moments along the widest directions of the rows, columns by their own standard deviations.

        A few rounds of subspace iteration, from directions that are always the same. With no ridge, the M-step then
        takes the part of W_k that these directions span.
        """
        variances = r @ away**2
        units = np.where(variances > 0, 1 / np.sqrt(np.where(variances > 0, variances, 1.0)), 0.0)
        axes = _arbitrary(away.shape[1], self.n_factors)
        for _ in range(ROUNDS):
            along = away @ (units[:, None] * axes)
            axes = np.linalg.qr(units[:, None] * (away.T @ (r[:, None] * along)))[0]
        return replace(self, directions=(units[:, None] * axes)[None], ridge=np.zeros((1, self.n_factors)))

    def along(self, deviations: FloatArray) -> Self:
        """Return the moments along arbitrary directions, for a mixture that has none, of standard deviations (K, D)."""
        directions = _arbitrary(deviations.shape[1], self.n_factors) / deviations[:, :, None]
        return replace(self, directions=directions, ridge=np.zeros((len(deviations), self.n_factors)))

    def joined(self, kinds: Sequence[Self]) -> Self:
        known = [kind.known for kind in kinds]
        return replace(
            self,
            directions=np.concatenate([directions for directions, _ in known]),
            ridge=np.concatenate([ridge for _, ridge in known]),
        )

    def shared_average(self, scatter: FloatArray, counts: FloatArray) -> FloatArray:
        # Products with the directions of others say little: features are taken not to vary together.
        return self._of_diagonals((scatter[:, :, 0].sum(axis=0) / exact_sum(counts))[None])

    def _of_diagonals(self, variances: FloatArray) -> FloatArray:
        """Return the moments of diagonal scatters of these variances, (1 or K, D)."""
        directions, _ = self.known
        diagonal = np.broadcast_to(variances[:, :, None], (*directions.shape[:2], 1))
        return np.concatenate([diagonal, diagonal * directions], axis=2)

    def averaged(self, second: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return second / counts[:, None, None]

    def summed(self, average: FloatArray, counts: FloatArray, n_features: int) -> FloatArray:
        return average * counts[:, None, None]

    def raised(self, average: FloatArray, floor: Floor) -> FloatArray:
        lacking = np.maximum(floor.variances - average[:, :, 0], 0.0)
        result: FloatArray = average + self._of_diagonals(lacking)
        return result

    def floor_of(self, floor: Floor) -> FloatArray:
        return floor.variances

    def floors_above(self, variances: FloatArray) -> FloatArray:
        result: FloatArray = RELATIVE * variances
        return result

    def clear(self, averages: FloatArray, floor: Floor) -> bool:
        return bool((averages[..., 0] > NEAR * floor.variances).all())

    def at_floor(self, average: FloatArray, floor: Floor) -> BoolArray:
        """Return which components have more features without noise than factors to make up for it."""
        held = (average[:, :, 0] <= NEAR * floor.variances) & ~floor.spread.constant
        result: BoolArray = held.sum(axis=1) > average.shape[2] - 1
        return result

    def of_rows(self, away: FloatArray, r: FloatArray) -> FloatArray:
        directions, _ = self.known
        products = away.T @ (r[:, None] * (away @ directions[0]))
        return np.concatenate([(r @ away**2)[:, None], products], axis=1)

    def of_full(self, second: FloatArray) -> FloatArray:
        directions, _ = self.known
        return np.concatenate([np.einsum("kdd->kd", second)[:, :, None], second @ directions], axis=2)

    def of_vectors(self, counts: FloatArray, vectors: FloatArray) -> FloatArray:
        directions, _ = self.known
        along = np.einsum("kd,kdq->kq", vectors, directions)
        together = np.concatenate([vectors[:, :, None] ** 2, vectors[:, :, None] * along[:, None, :]], axis=2)
        result: FloatArray = counts[:, None, None] * together
        return result

    def of_variance(self, counts: FloatArray, variance: float, n_features: int) -> FloatArray:
        result: FloatArray = counts[:, None, None] * self._of_diagonals(np.full((1, n_features), variance))
        return result


def _arbitrary(n_features: int, n_factors: int) -> FloatArray:
    """Return directions (D, Q) that are always the same, and not those of any data."""
    directions: FloatArray = np.random.default_rng(0).standard_normal((n_features, n_factors)) / np.sqrt(n_features)
    return directions
