"""Wrappers that keep components from collapsing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from mogul.covariance import AbstractCovariance
from mogul.family.abstract import Averaging, Constraint
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import Floor, Statistics


@final
@dataclass(frozen=True, eq=False)
class Bounded(AbstractWrapper):
    """No covariance below `floor`. Far from the floor nothing changes at all.

    Every family makes its exact M-step under the constraint Sigma_k >= floor beside its own, so the likelihood itself
    never falls.
    """

    floor: Floor

    @property
    def averaging(self) -> Averaging | None:
        plain = self.plain_averaging
        return None if plain is None else replace(plain, floor=self.floor)

    @property
    def extrapolates(self) -> bool:
        return self.inner.extrapolates

    @property
    def climbing(self) -> Averaging | None:
        plain = self.plain_climbing
        # Kernels know the constraint in the units of the data; with other units in every direction it is another one.
        others = self.inner.symmetry.is_common and not self.floor.is_round
        if plain is None or (plain.constraint is not Constraint.NONE and others):
            return None
        return replace(plain, floor=self.floor)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return self.inner.covariances(statistics, previous, self.floor)


@final
@dataclass(frozen=True, eq=False)
class Widened(AbstractWrapper):
    """Every row is taken as blurred by `variance` in every direction: what scikit-learn's reg_covar does."""

    variance: float

    @property
    def averaging(self) -> Averaging | None:
        plain = self.plain_averaging
        return None if plain is None else replace(plain, widening=self.variance)

    @property
    def climbing(self) -> Averaging | None:
        plain = self.plain_climbing
        return None if plain is None else replace(plain, widening=self.variance)

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        return self.inner.covariances(statistics.widened(self.variance), previous, floor)
