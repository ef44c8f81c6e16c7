"""What one pass over rows leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import exact_sum
from mogul.statistics.floor import Floor
from mogul.statistics.moments import AbstractMoments


@final
@dataclass(frozen=True, eq=False)
class Statistics:
    """Return the sums over rows from which the next mixture is made.

    With v_n the row weights, r_nk the responsibilities and m_k = `origin[k]`::

        log_likelihood = sum_n v_n (log p(x_n) - log_unit)
        counts[k]      = sum_n v_n r_nk                                      (K,)
        first[k]       = sum_n v_n r_nk (x_n - m_k)                          (K, D)
        second         = sum_n v_n r_nk (x_n - m_k)(x_n - m_k)', or part of it: see `moments`

    with `log_unit` that of the mixture (see `Mixture.exponent`). The origin is the means used in the pass: then parts
    add exactly, and nothing cancels for data far from zero.
    """

    log_likelihood: float
    counts: FloatArray
    first: FloatArray
    second: FloatArray
    origin: FloatArray
    moments: AbstractMoments

    def __add__(self, other: Self) -> Self:
        """Return the statistics of the rows of both; their origins must be the same."""
        if self.origin is not other.origin and not np.array_equal(self.origin, other.origin):
            raise ValueError("Statistics about different origins do not add: move one with moved_to(origin) first.")
        return replace(
            self,
            log_likelihood=self.log_likelihood + other.log_likelihood,
            counts=self.counts + other.counts,
            first=self.first + other.first,
            second=self.second + other.second,
        )

    def permuted(self, order: Array) -> Self:
        """Return the same statistics with the components numbered anew: the k-th is what was number ``order[k]``."""
        second = self.second if self.moments.pooled else self.second[order]
        counts, first, origin = self.counts[order], self.first[order], self.origin[order]
        moments = self.moments.selected(order)
        return replace(self, counts=counts, first=first, second=second, origin=origin, moments=moments)

    @property
    def total(self) -> float:
        """The sum of the row weights."""
        return exact_sum(self.counts)

    def weights(self) -> FloatArray:
        """Return counts[k] / total, the share of each component."""
        return self.counts / self.total

    def means(self) -> FloatArray:
        """Return origin[k] + first[k] / counts[k]."""
        return self.origin + self.first / self.counts[:, None]

    def scatter(self) -> FloatArray:
        """Return the second moments about the new means, in the layout of `moments`.

        sum r (x - mean)(x - mean)' = second - counts shift shift', with shift = mean - origin.
        """
        return self.second - self.moments.of_vectors(self.counts, self.first / self.counts[:, None])

    def averages(self) -> FloatArray:
        """Return the scatter per row and direction: (K, D, D), (D, D), (K, D) or (K,), by `moments`."""
        return self.moments.averaged(self.scatter(), self.counts, self.first.shape[1])

    def raised(self, floor: Floor) -> Self:
        """Return statistics whose averages are nowhere below `floor`, and otherwise the same.

        Of all covariances not below the floor, the raised averages are those of the greatest likelihood: for a
        family without further constraints this is its exact M-step under the floor.
        """
        n_features = self.first.shape[1]
        averages = self.moments.raised(self.averages(), floor)
        second = self.moments.summed(averages, self.counts, n_features)
        return replace(self, first=np.zeros_like(self.first), second=second, origin=self.means())

    def about(self, means: FloatArray) -> Self:
        """Return statistics whose means are those given (K, D), and whose scatter is that of the rows about them."""
        return replace(self.moved_to(means), first=np.zeros_like(self.first))

    def widened(self, variance: float) -> Self:
        """Return the statistics of the same rows, each blurred by `variance` in every direction."""
        blur = self.moments.of_variance(self.counts, variance, self.first.shape[1])
        return replace(self, second=self.second + blur)

    def moved_to(self, origin: FloatArray) -> Self:
        """Return the same statistics about other origins (K, D), exactly but for rounding."""
        move = self.origin - origin
        vectors = self.moments.of_vectors
        # (x - new) = (x - old) + move: the square is completed about the mean, where the cross term vanishes.
        shift = self.first / np.where(self.counts > 0, self.counts, 1)[:, None]
        second = self.second - vectors(self.counts, shift) + vectors(self.counts, shift + move)
        return replace(self, first=self.first + self.counts[:, None] * move, second=second, origin=origin)
