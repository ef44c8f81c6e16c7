"""Candidates for a start, and short runs of EM that tell which are good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self, final

import numpy as np

from mogul._kernels import BoolArray, FloatArray
from mogul.engine import End, StopRule
from mogul.errors import MogulError
from mogul.family import AbstractFamily
from mogul.fitting import climber, fit_mixture
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource

AreSound = Callable[[FloatArray], BoolArray]
"""Tells of the covariances (C, ...) of each of C mixtures whether all stand clear of the floor."""

IN_ONE_CALL = 5e8
"""Operations of the rounds of one call: a fraction of a second."""


def operations_of_row(family: AbstractFamily, n_components: int, n_features: int) -> float:
    """Return what a row costs in a round: a difference and a moment for each parameter, and an exponential."""
    return n_components * (2.0 * (family.n_parameters(1, n_features) + n_features) + 20.0)


@final
@dataclass(frozen=True, eq=False)
class Field:
    """Return candidates: C starts, how far short runs took each, and how good that is."""

    starts: Stack
    polished: Stack
    merits: list[tuple[bool, float]]
    """Whether no component is on the floor, and the log-likelihood in units of 2^unit (see `Mixture.exponent`)."""
    tallies: list[int]
    """For how many of the first candidates each one stands: like ones are taken to be on their way to one place."""
    unit: int

    @classmethod
    def of(cls, starts: Stack, tallies: list[int] | None = None) -> Self:
        """Return candidates that have not moved."""
        merits, unit = [(False, -np.inf)] * len(starts), starts.mixture(0).exponent
        return cls(starts, starts, merits, tallies or [1] * len(starts), unit)

    def __len__(self) -> int:
        return len(self.merits)

    def selected(self, numbers: Sequence[int]) -> Self:
        """Return the candidates of these numbers, in that order."""
        merits, tallies = [self.merits[n] for n in numbers], [self.tallies[n] for n in numbers]
        return type(self)(self.starts.selected(numbers), self.polished.selected(numbers), merits, tallies, self.unit)

    def without(self, merit: tuple[bool, float], alike: float) -> Self:
        """Return the candidates but those that are where a given merit belongs."""
        is_there = [sound == merit[0] and abs(value - merit[1]) <= alike for sound, value in self.merits]
        return self.selected([number for number, there in enumerate(is_there) if not there])

    def best_unlike(self, n_kept: int, alike: float) -> Self:
        """Return the best candidates, at most `n_kept`, of each group of like ones only the best."""
        kept: list[int] = []
        tallies: list[int] = []
        for number in sorted(range(len(self)), key=self.merits.__getitem__, reverse=True):
            is_sound, log_likelihood = self.merits[number]
            others = (self.merits[other] for other in kept)
            like = [is_sound == sound and abs(log_likelihood - other) <= alike for sound, other in others]
            if any(like):
                tallies[like.index(True)] += self.tallies[number]
            elif len(kept) < n_kept:
                kept.append(number)
                tallies.append(self.tallies[number])
        return replace(self.selected(kept), tallies=tallies)

    def advanced(
        self,
        source: ArraySource,
        family: AbstractFamily,
        stop: StopRule,
        are_sound: AreSound,
    ) -> Self:
        """Return the candidates after some more rounds; one that fails is left out, unless all fail.

        Those that a kernel cannot take all the way are left out too, where it can take others: most of them are on
        their way to the floor.
        """
        unit = self.unit
        run = climbed(source, family, stop, self.polished, unit)
        mixtures, likelihoods = run.mixtures, run.likelihoods

        def is_allowed(mixture: Mixture) -> bool:
            return bool(are_sound(mixture.covariances.array[None])[0])

        stuck, errors = set(), []
        for number in [] if likelihoods else range(len(self)):
            try:
                fit = fit_mixture(source, family, self.polished.mixture(number), stop, is_allowed=is_allowed)
            except MogulError as error:
                errors.append(error)
                continue
            mixtures = mixtures.replaced([number], Stack.of([fit.mixture]))
            likelihoods[number] = fit.log_likelihood(source.total_weight, unit)
            if fit.record.end is End.STUCK:
                stuck.add(number)
        if not likelihoods:
            raise errors[0]
        numbers = sorted(likelihoods)
        polished = mixtures.selected(numbers)
        sound = are_sound(polished.covariances).tolist()
        merits = [(is_sound and n not in stuck, likelihoods[n]) for n, is_sound in zip(numbers, sound, strict=True)]
        tallies = [self.tallies[n] for n in numbers]
        return type(self)(self.starts.selected(numbers), polished, merits, tallies, unit)


@final
@dataclass(frozen=True, eq=False)
class Run:
    """Return how far a kernel took each of C mixtures, if it could."""

    mixtures: Stack
    likelihoods: dict[int, float]
    """Of those that it took all the way, in the unit asked for."""
    settled: set[int]
    """Those that met the stop rule."""


def climbed(source: ArraySource, family: AbstractFamily, stop: StopRule, mixtures: Stack, unit: int) -> Run:
    """Return where a kernel takes mixtures by the rounds of a family, until they have settled."""
    traces: list[list[float]] = [[] for _ in range(len(mixtures))]
    n_components, n_features = mixtures.shape
    climbs = climber(source, family, mixtures.form, n_components)
    if climbs is None:
        return Run(mixtures, {}, set())
    # Some rounds at a time, so that Python may raise KeyboardInterrupt in between.
    work = len(mixtures) * source.n_rows * operations_of_row(family, n_components, n_features)
    at_once, tolerance = max(1, int(IN_ONE_CALL / work)), -1.0 if stop.step is not None else stop.tolerance
    arrays = mixtures.weights.copy(), mixtures.means.copy(), mixtures.covariances.copy()
    going, arrived = np.arange(len(mixtures)), list[int]()
    for done in range(0, stop.max_iterations, at_once):
        given = Stack(mixtures.form, *(array[going] for array in arrays))
        rounds = np.full(len(going), min(at_once, stop.max_iterations - done))
        reached = climbs(given, rounds, tolerance=tolerance)
        made = reached.n_rounds.tolist()
        traces_reached = reached.traces_in_unit(unit, source.total_weight).tolist()
        after = reached.mixtures.weights, reached.mixtures.means, reached.mixtures.covariances
        well = np.flatnonzero(reached.complete)
        for array, new in zip(arrays, after, strict=True):
            array[going[well]] = new[well]
        still: list[int] = []
        for place in well.tolist():
            number = int(going[place])
            traces[number] += traces_reached[place][1 if done else 0 : made[place] + 1]
            (arrived if reached.settled[place] or stop.is_met(traces[number]) else still).append(number)
        going = np.array(still, dtype=np.intp)
        if not still:
            break
    reached_ones = {number: traces[number][-1] for number in [*arrived, *going.tolist()]}
    return Run(Stack(mixtures.form, *arrays), reached_ones, set(arrived))
