"""One family, one K: from partitions to the best fit that they lead to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, final

import numpy as np

from mogul._kernels import Array
from mogul.engine import End, StopRule
from mogul.errors import MogulError
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.start import Revival, StartSample, mixtures_of
from mogul.start.field import Field, climbed
from mogul.training import Training

STAGES = ((5, 6), (20, 3))
"""After each (iterations, kept) of so many more iterations on the sample, so many candidates remain."""

ALIKE = 1e-4
"""Candidates whose log-likelihoods differ by less than this a row are taken to be on their way to the same place."""

SETTLED = 1e-5
"""A candidate that may still gain less than this a row has shown where it is going to."""

AGREE = 1e-5
"""Fits whose log-likelihoods differ by less than this a row ended in the same place."""


@final
@dataclass(frozen=True, eq=False)
class Ending:
    """Return where a fit ended, and how many starts were on their way there."""

    mixture: Mixture
    log_likelihood: float
    is_sound: bool
    converged: bool
    n_starts: int

    @property
    def merit(self) -> tuple[bool, float]:
        """A fit whose components all stand clear of the floor is better than one that does not."""
        return self.is_sound, self.log_likelihood


@final
@dataclass(frozen=True, eq=False)
class Outcome:
    """Return what came of all starts of one family and K so far; nothing yet, perhaps for a reason."""

    endings: tuple[Ending, ...] = ()
    n_starts: int = 0
    reason: str = ""

    @property
    def best(self) -> Ending | None:
        """The best ending: of equal ones the first."""
        return max(self.endings, key=lambda ending: ending.merit, default=None)

    def n_agreed(self, total_weight: float) -> int:
        """Return how many starts led to the best ending."""
        best = self.best
        if best is None:
            return 0
        return sum(
            other.n_starts
            for other in self.endings
            if other.is_sound == best.is_sound and best.log_likelihood - other.log_likelihood <= AGREE * total_weight
        )

    def joined(self, other: Self) -> Self:
        """Return what came of the starts of both."""
        endings, n_starts = self.endings + other.endings, self.n_starts + other.n_starts
        return replace(self, endings=endings, n_starts=n_starts, reason="" if endings else self.reason or other.reason)


def contest(training: Training, sample: StartSample, labelings: Array, n_ends: int) -> Outcome:
    """Return where different partitions (C, M) of the sample's rows lead: all go a little way, the best to the end."""
    n_starts = len(labelings)
    if not n_starts:
        return Outcome()
    try:
        field = _screened(training, sample, labelings, n_ends)
        endings = _endings(training, sample, field.selected(range(min(n_ends, len(field)))))
    except MogulError as error:
        return Outcome(n_starts=n_starts, reason=str(error))
    return Outcome(tuple(endings), n_starts)


def _screened(training: Training, sample: StartSample, labelings: Array, n_ends: int) -> Field:
    source = ArraySource(sample.rows, sample.weights)
    weight = source.total_weight
    field = Field.of(mixtures_of(sample, labelings, training.n_components, training.held))
    for n_iterations, n_kept in STAGES:
        if len(field) <= n_ends:
            break
        stop = StopRule(n_iterations, tolerance=SETTLED * weight)
        field = field.advanced(source, training.held, stop, training.are_sound)
        field = field.best_unlike(n_kept, ALIKE * weight)
    return field


def _endings(training: Training, sample: StartSample, field: Field) -> list[Ending]:
    """Return where the candidates end; one that does not end well is left out, unless all do not."""
    source = training.source
    run = climbed(source, training.held, training.stop, field.polished, 0)
    sound = training.are_sound(run.mixtures.covariances)
    endings = [
        Ending(run.mixtures.mixture(n), run.likelihoods[n], bool(sound[n]), n in run.settled, field.tallies[n])
        for n in sorted(run.likelihoods)
    ]
    if endings:
        return endings
    errors = []
    for number in range(len(field)):
        try:
            fit = training.run(field.polished.mixture(number), Revival(sample), None)
        except MogulError as error:
            errors.append(error)
            continue
        record, log_likelihood = fit.record, fit.log_likelihood(source.total_weight, 0)
        is_sound = record.end is not End.STUCK and training.is_sound(fit.mixture) and np.isfinite(log_likelihood)
        converged = record.end is End.CONVERGED
        endings.append(Ending(fit.mixture, log_likelihood, bool(is_sound), converged, field.tallies[number]))
    if not endings:
        raise errors[0]
    return endings
