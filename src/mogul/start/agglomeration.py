"""Model-based agglomeration: one hierarchy of a sample, in which partitions for every K are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._kernels import reference_agglomeration as core
from mogul.family import Symmetry
from mogul.start.hierarchy import Hierarchy
from mogul.start.sample import StartSample

_Merging = Callable[[Array, FloatArray], tuple[Array, FloatArray]]


@final
@dataclass(frozen=True)
class Criterion:
    """What merging two clusters should raise as little as possible: minus twice a classification log-likelihood."""

    name: str
    symmetry: Symmetry
    """The maps that it does not notice, if rows are taken in units of this symmetry."""
    merge_all: _Merging
    is_squared: bool = False
    """Whether costs are in the square of the unit of the rows; those of the others have none."""


CRITERIA = {
    each.name: each
    for each in (
        Criterion("EII", Symmetry.ROTATION, core.agglomerate_eii, is_squared=True),
        Criterion("VII", Symmetry.ROTATION, core.agglomerate_vii),
        Criterion("EEE", Symmetry.AFFINE, core.agglomerate_eee),
        Criterion("VVV", Symmetry.AFFINE, core.agglomerate_vvv),
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
    merges, costs = criterion.merge_all(sample.points, sample.weights / average)
    return Hierarchy(merges, costs * average, np.arange(sample.n_distinct))
