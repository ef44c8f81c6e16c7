"""From proposals to the mixture that a fit begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul.engine import StopRule
from mogul.errors import MogulError
from mogul.expectation import partitioned
from mogul.family import AbstractFamily
from mogul.fitting import maximised, total_statistics
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource
from mogul.start.field import AreSound, Field
from mogul.start.labels import shared, shrunk, statistics_of_labels, statistics_of_responsibilities
from mogul.start.sample import StartSample


@final
@dataclass(frozen=True)
class Screening:
    """How many proposals are tried, and in which stages the best of them are found.

    After each (iterations, kept) stage of so many more iterations on the sample, so many candidates remain.
    """

    n_proposals: int
    stages: tuple[tuple[int, int], ...]
    is_thorough: bool = False
    """Whether so many are tried that EM may judge them all, also those that k-means would not have chosen."""

    @property
    def n_iterations(self) -> int:
        """How many iterations all stages take together, at most."""
        entering = (self.n_proposals, *(kept for _, kept in self.stages))
        return sum(n * iterations for n, (iterations, _) in zip(entering, self.stages, strict=False))


SCREENINGS = (
    Screening(24, ((10, 8), (15, 4), (50, 1)), is_thorough=True),
    Screening(12, ((6, 4), (12, 2), (30, 1))),
    Screening(6, ((4, 2), (12, 1))),
    Screening(2, ((5, 1),)),
)

CHEAP = 2e9
"""Operations that a screening may cost in any case: a fraction of a second."""

ALIKE = 1e-4
"""Candidates whose log-likelihoods differ by less than this a row are taken to be on their way to the same place."""

SETTLED = 1e-5
"""A candidate that may still gain less than this a row is where it was going to."""


def mixture_of(sample: StartSample, partition: Array, n_components: int, family: AbstractFamily) -> Mixture:
    """Return the mixture of the family that a partition of the sample implies: labels (M,) or responsibilities (M, K).

    Scatters are drawn towards the average one as by D + 1 rows, the fewest that span a covariance.
    """
    given = (sample.rows, sample.weights)
    if partition.ndim == 2:
        statistics = statistics_of_responsibilities(*given, partition, family.moments)
    else:
        statistics = statistics_of_labels(*given, partition, n_components, family.moments)
    begun = shrunk(shared(statistics), _rows_worth(sample))
    if family.tells_apart:
        begun = begun.permuted(family.numbering(family.bare.mixture(begun)))
    return family.mixture(begun)


def mixtures_of(sample: StartSample, partitions: Array, n_components: int, family: AbstractFamily) -> Stack:
    """Return what `mixture_of` says of several partitions, labels (C, M)."""
    averaging = family.averaging
    if averaging is None:
        return Stack.of([mixture_of(sample, labels, n_components, family) for labels in partitions])
    mixtures, made = partitioned(
        averaging.form,
        sample.rows,
        sample.weights,
        partitions,
        n_components,
        family.moments,
        np.array([_rows_worth(sample)]),
        floors=None if averaging.floor is None else family.moments.floor_of(averaging.floor)[None],
        widening=averaging.widening,
    )
    for number in np.flatnonzero(~made).tolist():
        mixture = mixture_of(sample, partitions[number], n_components, family)
        mixtures = mixtures.replaced([number], Stack.of([mixture]))
    return mixtures


def distinct(partitions: Array) -> Array:
    """Return the different ones of labelings (C, M) whose components are numbered by their first rows."""
    found: dict[bytes, int] = {}
    for number, labels in enumerate(partitions):
        found.setdefault(labels.tobytes(), number)
    return partitions[list(found.values())]


def _rows_worth(sample: StartSample) -> float:
    return float((sample.rows.shape[1] + 1) * sample.weights.sum() / sample.n_distinct)


def screening_for(sample_rows: int, all_rows: int, n_components: int, n_features: int) -> Screening:
    """Return the most thorough screening that is cheap, or costs no more than three passes over all rows."""
    per_row = n_components * (n_features + 2.0) ** 2
    budget = max(CHEAP, 3 * all_rows * per_row)
    affordable = (each for each in SCREENINGS if each.n_iterations * sample_rows * per_row <= budget)
    return next(affordable, SCREENINGS[-1])


def scouted(
    starts: Stack, sample: StartSample, family: AbstractFamily, stage: tuple[int, int], are_sound: AreSound
) -> Stack:
    """Return the best of many starts of a family's scout, as mixtures of the family itself.

    Where no kernel makes whole rounds of a family, trying every start would cost more than the fit.
    """
    source, (n_iterations, n_kept) = ArraySource(sample.rows, sample.weights), stage
    stop = StopRule(n_iterations, tolerance=SETTLED * source.total_weight)
    field = Field.of(starts).advanced(source, family.scout, stop, are_sound)
    field = field.best_unlike(n_kept, ALIKE * source.total_weight)
    found, errors = [], []
    for number in range(len(field)):
        mixture = family.placed(field.starts.mixture(number))
        try:
            found.append(maximised(total_statistics(source, mixture, family.moments), mixture, family))
        except MogulError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return Stack.of(found)


def screened(
    starts: Stack,
    sample: StartSample,
    family: AbstractFamily,
    stages: tuple[tuple[int, int], ...],
    are_sound: AreSound,
) -> tuple[Mixture, Mixture]:
    """Return the start from which EM gets farthest on the sample, and where to: many are tried a little, the best more.

    A run that leads to a component on the floor loses to any that does not, whatever its likelihood: a needle around
    a few equal rows can be as likely as one pleases.
    """
    source = ArraySource(sample.rows, sample.weights)
    field = Field.of(starts)
    for n_iterations, n_kept in stages:
        stop = StopRule(n_iterations, tolerance=SETTLED * source.total_weight)
        field = field.advanced(source, family, stop, are_sound)
        field = field.best_unlike(n_kept, ALIKE * source.total_weight)
        if len(field) == 1:
            break
    return field.starts.mixture(0), field.polished.mixture(0)
