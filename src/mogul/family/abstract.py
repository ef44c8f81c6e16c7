"""What a covariance family is: a constraint, and the M-step that obeys it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import final

import numpy as np

from mogul.covariance import AbstractCovariance
from mogul.errors import DegenerateComponentError
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, Statistics


class Symmetry(Enum):
    """Which linear maps of the data map every fit of a family to a fit of the same family."""

    AFFINE = "every invertible map"
    COLUMNS = "scaling of columns"
    ROTATION = "rotation and scaling of everything"


@final
@dataclass(frozen=True, eq=False)
class Averaging:
    """Return how covariances of a form follow from average scatters: none is below the floor, or all are widened."""

    form: type[AbstractCovariance]
    floor: Floor | None = None
    widening: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether the covariances are the average scatters themselves."""
        return self.floor is None and self.widening == 0


class AbstractFamily(ABC):
    """A constraint on K covariance matrices. Frozen; holds no data."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The three letters of Celeux and Govaert: volume, shape, orientation."""

    @property
    @abstractmethod
    def moments(self) -> AbstractMoments:
        """Which second moments `covariances` needs."""

    @property
    @abstractmethod
    def symmetry(self) -> Symmetry:
        """The maps that the family does not notice: a start should not notice them either."""

    @abstractmethod
    def n_parameters(self, n_components: int, n_features: int) -> int:
        """Return the number of free parameters of K covariances in D features."""

    @abstractmethod
    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        """Return the covariances that maximise the expected log-likelihood: the M-step.

        They minimise ``sum_k counts[k] (log|Sigma_k| + tr(S_k Sigma_k^-1))``, S_k = scatter[k] / counts[k], among all
        that obey the family's constraint and, if one is given, lie nowhere below the floor. `previous` warms the start
        of a family whose M-step is itself iterative.
        """

    @property
    def averaging(self) -> Averaging | None:
        """How the covariances follow from average scatters, if they do so: a kernel can then make whole rounds."""
        return None

    @property
    @abstractmethod
    def scout(self) -> AbstractFamily:
        """The family of the same moments that leaves its covariances free: a kernel makes its rounds.

        Where it gets far from, this one is likely to do so too.
        """

    def mixture(self, statistics: Statistics, previous: Mixture | None = None) -> Mixture:
        """Return the mixture that maximises the expected log-likelihood.

        Raises
        ------
        DegenerateComponentError
            If a component has no rows, or collapsed and nothing holds its covariance.
        """
        empty = np.flatnonzero(statistics.counts <= 0)
        if len(empty):
            raise DegenerateComponentError(f"Component {empty[0]} has no rows: every responsibility for it is zero.")
        return Mixture(statistics.weights(), statistics.means(), self.covariances(statistics, previous))
