"""Wrappers that constrain the weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul.family.abstract import AbstractFamily
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import Statistics


@final
@dataclass(frozen=True, eq=False)
class EqualWeights(AbstractWrapper):
    """Every component has the weight 1 / K: K - 1 parameters fewer.

    Given the responsibilities, means and covariances do not depend on the weights: their M-step is the inner one.
    """

    @property
    def scout(self) -> AbstractFamily:
        return self.inner.scout

    def weights(self, statistics: Statistics) -> FloatArray:
        return np.full(len(statistics.counts), 1 / len(statistics.counts))

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        return Mixture(np.full(inner.n_components, 1 / inner.n_components), inner.means, inner.covariances)

    def n_weights(self, n_components: int) -> int:
        return 0
