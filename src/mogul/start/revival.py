"""New rows for components that lost all of theirs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import final

import numpy as np

from mogul.mixture import Mixture
from mogul.start.sample import StartSample
from mogul.statistics import Statistics

LARGEST_LOOK = 2e10
"""Operations that a look for rows may cost."""


@final
@dataclass(frozen=True, eq=False)
class Revival:
    """Places each empty component on the row of the sample that the mixture explains least.

    It gets that row's weight, and the average scatter of the components that have rows. `components` remembers which
    were placed, for the report.
    """

    sample: StartSample
    components: list[int] = field(default_factory=list)

    def __call__(self, statistics: Statistics, mixture: Mixture) -> Statistics:
        empty = np.flatnonzero(statistics.counts <= 0)
        self.components.extend(empty.tolist())
        # The sample is ordered by distance from its centre: any regular part of it reaches as far.
        some = slice(None, None, self._stride(len(empty), mixture))
        rows, weights = self.sample.rows[some], self.sample.weights[some]
        least = np.argsort(mixture.logpdf(rows), kind="stable")[: len(empty)]
        counts, origin, first = statistics.counts.copy(), statistics.origin.copy(), statistics.first.copy()
        counts[empty], origin[empty], first[empty] = weights[least], rows[least], 0.0
        second = statistics.second
        if not statistics.moments.pooled:
            living = statistics.counts > 0
            shift = np.where(living[:, None], statistics.first, 0.0) / np.where(living, statistics.counts, 1.0)[:, None]
            scatter = second - statistics.moments.of_vectors(statistics.counts, shift)
            held = np.where(living.reshape((-1,) + (1,) * (scatter.ndim - 1)), scatter, 0.0)
            average = statistics.moments.shared_average(held, statistics.counts)
            own = average if len(average) == 1 else average[empty]
            second = second.copy()
            second[empty] = counts[empty].reshape((-1,) + (1,) * (scatter.ndim - 1)) * own
        return replace(statistics, counts=counts, origin=origin, first=first, second=second)

    def _stride(self, n_wanted: int, mixture: Mixture) -> int:
        """Return the distance of the rows looked at: 1, unless all would cost more than seconds."""
        per_row = mixture.n_components * (mixture.n_features + 2.0) ** 2
        n_rows = max(4 * n_wanted, int(LARGEST_LOOK / per_row))
        return max(1, self.sample.n_distinct // n_rows)
