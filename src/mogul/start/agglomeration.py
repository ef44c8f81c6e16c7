"""Model-based agglomeration: one hierarchy of a sample, in which partitions for every K are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.family import Symmetry
from mogul.start.hierarchy import Hierarchy
from mogul.start.sample import StartSample

_Merging = Callable[[Array, FloatArray, int], tuple[Array, FloatArray]]

AFFORDABLE = 1e10
"""Operations that a hierarchy may cost, of which about half a second is made."""

MOST_ROWS = 2048
"""How many rows take part in a hierarchy at most, unless the user asks for more."""


@final
@dataclass(frozen=True)
class Criterion:
    """What merging two clusters should raise as little as possible: minus twice a classification log-likelihood."""

    name: str
    symmetry: Symmetry
    """The maps that it does not notice, if rows are taken in units of this symmetry."""
    merge_all: _Merging
    row_power: int
    feature_power: int
    """Operations grow as ``M ** row_power * D ** feature_power`` in the worst case."""
    is_squared: bool = False
    """Whether costs are in the square of the unit of the rows; those of the others have none."""

    def affordable_rows(self, n_features: int) -> int:
        """Return how many rows a hierarchy is made of by default."""
        affordable = (AFFORDABLE / n_features**self.feature_power) ** (1 / self.row_power)
        return int(min(max(affordable, 2), MOST_ROWS))


CRITERIA = {
    each.name: each
    for each in (
        Criterion("EII", Symmetry.ROTATION, core.agglomerate_eii, 2, 1, is_squared=True),
        Criterion("VII", Symmetry.ROTATION, core.agglomerate_vii, 2, 1),
        Criterion("EEE", Symmetry.AFFINE, core.agglomerate_eee, 3, 1),
        Criterion("VVV", Symmetry.AFFINE, core.agglomerate_vvv, 2, 3),
    )
}
"""Names to criteria."""


def agglomerated(sample: StartSample, criterion: Criterion) -> Hierarchy:
    """Return the hierarchy of the rows of a sample, by a criterion in the sample's units.

    Weights count by their ratio to the average: all of them times a number changes nothing.
    """
    if sample.n_distinct == 1:
        return Hierarchy(np.empty((0, 2), dtype=np.int64), np.empty(0), np.zeros(1, dtype=np.int64))
    average = sample.weights.sum() / sample.n_distinct
    merges, costs = criterion.merge_all(sample.points, sample.weights / average, thread_count())
    return Hierarchy(merges, costs * average, np.arange(sample.n_distinct))
