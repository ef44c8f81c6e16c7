"""From proposals to the mixture that a fit begins with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul._numerics import LOG_2
from mogul.engine import StopRule
from mogul.errors import MogulError
from mogul.expectation import partitioned
from mogul.family import AbstractFamily, Constraint
from mogul.fitting import FEATURES, maximised, total_statistics
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource
from mogul.start.field import AreSound, Field, operations_of_row
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
    n_redivisions: int = 0
    """How often the components of the best are divided anew, at most."""

    @property
    def n_iterations(self) -> int:
        """How many iterations all stages take together, at most; of redivisions, those of the first."""
        anew = _iterations(MOVES, REDIVIDED) if self.n_redivisions else 0
        return _iterations(self.n_proposals, self.stages) + anew


def _iterations(n_first: int, stages: tuple[tuple[int, int], ...]) -> int:
    entering = (n_first, *(kept for _, kept in stages))
    return sum(n * iterations for n, (iterations, _) in zip(entering, stages, strict=False))


REDIVIDED = ((10, 4), (30, 2), (100, 1))
"""In which stages the best of other divisions is found. Those that would win do so late, where EM is slow."""

MOVES = 24
"""How many other divisions there are, roughly."""

SCREENINGS = (
    Screening(8, ((10, 5), (15, 2), (50, 1)), is_thorough=True, n_redivisions=5),
    Screening(8, ((10, 4), (15, 2), (50, 1)), is_thorough=True),
    Screening(8, ((6, 4), (12, 2), (30, 1)), is_thorough=True),
    Screening(6, ((4, 2), (12, 1))),
    Screening(2, ((5, 1),)),
)

CHEAP = 6e8
"""Operations that a screening may cost in any case: about a tenth of a second."""

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
    climbing = family.climbing
    n_features = sample.rows.shape[1]
    if climbing is None or (climbing.constraint is not Constraint.NONE and n_features > FEATURES):
        return Stack.of([mixture_of(sample, labels, n_components, family) for labels in partitions])
    mixtures, made = partitioned(
        climbing.form,
        sample.rows,
        sample.weights,
        partitions,
        n_components,
        family.moments,
        np.array([_rows_worth(sample)]),
        floors=None if climbing.floor is None else family.moments.floor_of(climbing.floor)[None],
        widening=climbing.widening,
        constraint=climbing.constraint,
    )
    for number in np.flatnonzero(~made).tolist():
        mixture = mixture_of(sample, partitions[number], n_components, family)
        mixtures = mixtures.replaced([number], Stack.of([mixture]))
    return mixtures


def counted(partitions: Array) -> tuple[Array, list[int]]:
    """Return (distinct, tallies): the different ones of labelings (C, M), and how often each of them occurs.

    Labelings are compared as they are: components should be numbered by their first rows.
    """
    found: dict[bytes, list[int]] = {}
    for number, labels in enumerate(partitions):
        found.setdefault(labels.tobytes(), []).append(number)
    return partitions[[numbers[0] for numbers in found.values()]], [len(numbers) for numbers in found.values()]


def distinct(partitions: Array) -> Array:
    """Return the different ones of labelings (C, M) whose components are numbered by their first rows."""
    return counted(partitions)[0]


def _rows_worth(sample: StartSample) -> float:
    return float((sample.rows.shape[1] + 1) * sample.weights.sum() / sample.n_distinct)


def screening_for(
    sample_rows: int, all_rows: int, n_components: int, n_features: int, family: AbstractFamily
) -> Screening:
    """Return the most thorough screening that is cheap, or costs no more than three passes over all rows."""
    per_row = operations_of_row(family, n_components, n_features)
    budget = max(CHEAP, 3 * all_rows * per_row)
    affordable = (each for each in SCREENINGS if each.n_iterations * sample_rows * per_row <= budget)
    return next(affordable, SCREENINGS[-1])


def scouted(
    starts: Stack,
    sample: StartSample,
    family: AbstractFamily,
    stage: tuple[int, int],
    are_sound: AreSound,
    tallies: list[int] | None = None,
) -> tuple[Stack, list[int]]:
    """Return (starts, tallies): the best of many starts of a family's scout, as mixtures of the family itself.

    Where no kernel makes whole rounds of a family, trying every start would cost more than the fit.
    """
    source, (n_iterations, n_kept) = ArraySource(sample.rows, sample.weights), stage
    stop = StopRule(n_iterations, tolerance=SETTLED * source.total_weight)
    field = Field.of(starts, tallies).advanced(source, family.scout, stop, are_sound)
    field = field.best_unlike(n_kept, ALIKE * source.total_weight)
    found, standing, errors = [], [], []
    for number in range(len(field)):
        mixture = family.placed(field.starts.mixture(number))
        try:
            found.append(maximised(total_statistics(source, mixture, family.moments), mixture, family))
            standing.append(field.tallies[number])
        except MogulError as error:
            errors.append(error)
    if not found:
        raise errors[0]
    return Stack.of(found), standing


@final
@dataclass(frozen=True, eq=False)
class Lead:
    """Return the best of several candidates: where it starts, how far short runs took it, and what the others say."""

    start: Mixture
    polished: Mixture
    merit: tuple[bool, float]
    """Whether no component is on the floor, and the log-likelihood on the sample."""
    n_tried: int
    n_agreeing: int
    """How many of the candidates were on their way to where the best of them went."""


def screened(
    starts: Stack,
    sample: StartSample,
    family: AbstractFamily,
    stages: tuple[tuple[int, int], ...],
    are_sound: AreSound,
    tallies: list[int] | None = None,
    known: tuple[bool, float] | None = None,
) -> Lead:
    """Return the start from which EM gets farthest on the sample: many are tried a little, the best more.

    `tallies`: how often each start was proposed; `known`: the merit of a lead, to whose place none need be taken again.
    A run that leads to a component on the floor loses to any that does not, whatever its likelihood: a needle around
    a few equal rows can be as likely as one pleases.
    """
    source = ArraySource(sample.rows, sample.weights)
    field, alike = Field.of(starts, tallies), ALIKE * source.total_weight
    # Fields have units of their own; leads are compared with one another.
    in_unit = source.total_weight * field.unit * LOG_2
    for n_iterations, n_kept in stages:
        stop = StopRule(n_iterations, tolerance=SETTLED * source.total_weight)
        field = field.advanced(source, family, stop, are_sound)
        others = field if known is None else field.without((known[0], known[1] - in_unit), alike)
        field = (others if len(others) else field).best_unlike(n_kept, alike)
        if not len(others) or (known is None and len(field) == 1):
            break
    is_sound, log_likelihood = field.merits[0]
    merit = is_sound, log_likelihood + in_unit
    lead = field.starts.mixture(0), field.polished.mixture(0)
    return Lead(*lead, merit, n_tried=len(starts) if tallies is None else sum(tallies), n_agreeing=field.tallies[0])


@final
@dataclass(frozen=True, eq=False)
class Soundness:
    """Return what tells whether mixtures of a family stand clear of the floor, and what of those of its scout."""

    of_family: AreSound
    of_scout: AreSound


def best_of_partitions(
    sample: StartSample,
    starts: Stack,
    family: AbstractFamily,
    stages: tuple[tuple[int, int], ...],
    soundness: Soundness,
    tallies: list[int] | None = None,
    known: tuple[bool, float] | None = None,
) -> Lead:
    """Return the best of starts for a family or, where no kernel makes its rounds, for its scout."""
    if family.averaging is not None:
        return screened(starts, sample, family, stages, soundness.of_family, tallies, known)
    chosen, standing = scouted(starts, sample, family, stages[0], soundness.of_scout, tallies)
    lead = screened(chosen, sample, family, stages[1:] or stages, soundness.of_family, standing, known)
    return replace(lead, n_tried=len(starts) if tallies is None else sum(tallies))
