"""What a covariance family is: a constraint, and the M-step that obeys it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import final

import numpy as np
from scipy.optimize import linear_sum_assignment

from mogul._kernels import Array, FloatArray
from mogul.covariance import AbstractCovariance
from mogul.errors import DegenerateComponentError
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, Floor, Statistics


class Symmetry(Enum):
    """Which linear maps of the data map every fit of a family to a fit of the same family."""

    AFFINE = "every invertible map"
    COLUMNS = "scaling of columns"
    ROTATION = "rotation and scaling of everything"
    SCALE = "scaling of everything"

    @property
    def is_common(self) -> bool:
        """Whether all directions must share one unit."""
        return self in (Symmetry.ROTATION, Symmetry.SCALE)


@final
class Constraint(IntEnum):
    """What a kernel makes of average scatters, by its number in cpp/kernels/constraint.hpp."""

    NONE = 0
    EII = 1
    EEI = 2
    EVI = 3
    VEI = 4
    VEE = 5
    EVE = 6
    VVE = 7
    EEV = 8
    EVV = 9
    VEV = 10


@final
@dataclass(frozen=True, eq=False)
class Averaging:
    """Return how covariances of a form follow from average scatters: none is below the floor, or all are widened."""

    form: type[AbstractCovariance]
    floor: Floor | None = None
    widening: float = 0.0
    constraint: Constraint = Constraint.NONE

    @property
    def is_plain(self) -> bool:
        """Whether the covariances are the average scatters themselves."""
        return self.floor is None and self.widening == 0


@final
@dataclass(frozen=True)
class Conjugacy:
    """Return how the conjugate prior of a family's covariances is counted, as rows that were seen before."""

    is_shared: bool = False
    """Whether there is one covariance for all components, and so one prior."""
    has_axes: bool = False
    """Whether covariances are matrices, of an inverse Wishart prior; else variances, of an inverse gamma one."""
    is_round: bool = False
    """Whether one variance serves all features."""


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
        that obey the family's constraint and, if one is given, lie nowhere below the floor. The means of the
        statistics are those of the mixture to be made. `previous` warms the start of a family whose M-step is itself
        iterative.
        """

    @property
    def averaging(self) -> Averaging | None:
        """How the covariances follow from average scatters, if they are these and nothing else."""
        return None

    @property
    def climbing(self) -> Averaging | None:
        """How a kernel makes the covariances from average scatters in whole rounds, if one can."""
        return self.averaging

    @property
    def conjugacy(self) -> Conjugacy | None:
        """How a conjugate prior enters the M-step, if the family has one."""
        return None

    @property
    @abstractmethod
    def scout(self) -> AbstractFamily:
        """The family of the same moments that leaves its covariances free: a kernel makes its rounds.

        Where it gets far from, this one is likely to do so too.
        """

    @property
    def extrapolates(self) -> bool:
        """Whether mixtures on the way of others of the family belong to it too, so that slow runs may jump ahead."""
        return self.averaging is not None

    @property
    def is_exact(self) -> bool:
        """Whether the M-step is the greatest expected likelihood, not only a greater one than before."""
        return True

    # ------------------------------------------------------------------------------------------ what wrappers change

    def weights(self, statistics: Statistics) -> FloatArray:
        """Return the weights (K,) that maximise the expected log-likelihood."""
        return statistics.weights()

    def means(self, statistics: Statistics, previous: Mixture | None) -> FloatArray:
        """Return the means (K, D) that do."""
        return statistics.means()

    def log_prior(self, mixture: Mixture) -> float:
        """Return what the objective of a fit has beside the log-likelihood, up to a constant."""
        return 0.0

    def admitted(self, mixture: Mixture) -> Mixture:
        """Return a mixture like this one that a fit may begin with: within the constraints of every wrapper."""
        return mixture

    @property
    def tells_apart(self) -> bool:
        """Whether components are told apart by their numbers, as they are where something is said of one of them."""
        return False

    def permuted(self, order: Array) -> AbstractFamily:
        """Return the family that says of the k-th component what this one says of number ``order[k]``."""
        return self

    def misfit(self, mixture: Mixture) -> FloatArray:
        """Return how badly each component of a mixture (columns) would serve as each of the family's (rows), (K, K)."""
        return np.zeros((mixture.n_components, mixture.n_components))

    def placed(self, mixture: Mixture) -> Mixture:
        """Return a mixture with its components numbered as the family tells them apart, and admitted."""
        return self.admitted(mixture.permuted(self.numbering(mixture))) if self.tells_apart else mixture

    def numbering(self, mixture: Mixture) -> Array:
        """Return which component of a mixture would best serve as each of the family's, (K,)."""
        costs = self.misfit(mixture)
        # Where nothing is said, numbers stay.
        stay = 1e-9 * (1 + costs.max(initial=0.0)) * (1 - np.eye(len(costs)))
        order: Array = linear_sum_assignment(costs + stay)[1]
        return order

    @property
    def bare(self) -> AbstractFamily:
        """The family of the same moments without its wrappers."""
        return self

    def n_weights(self, n_components: int) -> int:
        """Return the number of free parameters of K weights."""
        return n_components - 1

    def n_means(self, n_components: int, n_features: int) -> int:
        """Return the number of free parameters of K means in D features."""
        return n_components * n_features

    def n_free(self, n_components: int, n_features: int) -> int:
        """Return the number of free parameters of a mixture: weights, means and covariances."""
        of_places = self.n_weights(n_components) + self.n_means(n_components, n_features)
        return of_places + self.n_parameters(n_components, n_features)

    # ------------------------------------------------------------------------------------------ the M-step

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
        means = self.means(statistics, previous)
        if not np.array_equal(means, statistics.means()):
            statistics = statistics.about(means)
        return Mixture(self.weights(statistics), means, self.covariances(statistics, previous))
