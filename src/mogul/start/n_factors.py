"""How many factors the data call for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul.errors import MogulError
from mogul.family import AbstractFactors, Bounded, Symmetry
from mogul.fitting import maximised, moments_of_data, total_statistics
from mogul.source import ArraySource
from mogul.start.labels import shared, statistics_of_labels
from mogul.start.proposals import PROPOSALS
from mogul.start.sample import StartSample
from mogul.statistics import Floor, Spread

PER_COMPONENT, AT_LEAST, AT_MOST = 256, 2048, 4096
"""Rows of the sample: for each component, and of any."""

ROUNDS = 20
"""Rounds of EM for each number of factors that is tried."""


def chosen_n_factors(source: ArraySource, kind: type[AbstractFactors], n_components: int) -> int:
    """Return the number of factors Q of the least BIC that is found, for short fits to a sample of the rows.

    Q is doubled until the criterion gets worse; the gap around the best is then halved until it is closed.
    """
    most = source.n_features - 1
    if most < 2:
        return 1
    trial = _Trial(source, kind, n_components)
    best = 1
    while 2 * best <= most and trial.bic(2 * best) < trial.bic(best):
        best *= 2
    step = best // 2
    while step:
        around = [q for q in (best - step, best, best + step) if 1 <= q <= most]
        best = min(around, key=trial.bic)
        step //= 2
    return best


@final
@dataclass(frozen=True, eq=False)
class _Trial:
    """Short fits to a sample, begun with a partition by k-means."""

    source: ArraySource
    kind: type[AbstractFactors]
    n_components: int
    known: dict[int, float] = field(default_factory=dict)
    sample: ArraySource = field(init=False)
    labels: Array = field(init=False)
    spread: Spread = field(init=False)

    def __post_init__(self) -> None:
        n_rows = min(AT_MOST, max(AT_LEAST, PER_COMPONENT * self.n_components))
        rows, weights = self.source.sample_rows(n_rows, np.random.default_rng(0))
        data = moments_of_data(ArraySource(rows, weights), correlations=False)
        spread = Spread.of_variances(np.maximum(data.averages()[0], 0.0), np.abs(rows).max(axis=0))
        sample = StartSample.of(rows, weights, spread, Symmetry.COLUMNS)
        object.__setattr__(self, "sample", ArraySource(sample.rows, sample.weights))
        object.__setattr__(self, "labels", _parts(sample, self.n_components))
        object.__setattr__(self, "spread", spread)

    def bic(self, n_factors: int) -> float:
        """Return the criterion of all rows, estimated."""
        if n_factors not in self.known:
            self.known[n_factors] = self._fitted(n_factors)
        return self.known[n_factors]

    def _fitted(self, n_factors: int) -> float:
        free, sample = self.kind(n_factors), self.sample
        family = Bounded(free, Floor(self.spread, is_round=free.symmetry.is_common))
        weights = np.ones(sample.n_rows) if sample.row_weights is None else sample.row_weights
        given = sample.rows, weights, self.labels, self.n_components, family.moments
        try:
            mixture = family.mixture(shared(statistics_of_labels(*given)))
            for _ in range(ROUNDS):
                statistics = total_statistics(sample, mixture, family.moments)
                mixture = maximised(statistics, mixture, family)
        except MogulError:
            return np.inf
        mean = statistics.log_likelihood / sample.total_weight + mixture.log_unit
        total = self.source.total_weight
        n_free = family.n_free(self.n_components, self.source.n_features)
        # Parameters fit the sample better than other rows: each by about one in twice the log-likelihood.
        optimism = max(total / sample.total_weight - 1, 0.0)
        return float(-2 * total * mean + n_free * (np.log(max(total, 2.0)) + optimism))


def _parts(sample: StartSample, n_components: int) -> Array:
    """Return labels (M,) of k-means."""
    if n_components == 1:
        return np.zeros(sample.n_distinct, dtype=np.int64)
    return PROPOSALS["kmeans"](sample, n_components, np.random.default_rng(0))
