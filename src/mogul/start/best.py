"""From proposals to the mixture that a fit begins with."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul.engine import End, StopRule
from mogul.errors import MogulError
from mogul.family import AbstractFamily
from mogul.fitting import fit_mixture
from mogul.mixture import Mixture
from mogul.source import ArraySource
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

    @property
    def n_iterations(self) -> int:
        """How many iterations all stages take together, at most."""
        entering = (self.n_proposals, *(kept for _, kept in self.stages))
        return sum(n * iterations for n, (iterations, _) in zip(entering, self.stages, strict=False))


SCREENINGS = (
    Screening(24, ((10, 8), (15, 4), (50, 1))),
    Screening(12, ((6, 4), (12, 2), (30, 1))),
    Screening(6, ((4, 2), (12, 1))),
    Screening(2, ((5, 1),)),
)

CHEAP = 2e9
"""Operations that a screening may cost in any case: a fraction of a second."""

ALIKE = 1e-4
"""Candidates whose log-likelihoods differ by less than this a row are taken to be on their way to the same place."""

N_PROPOSALS = 24


@final
@dataclass(frozen=True, eq=False)
class Candidate:
    """Return a start, and how far a short run on the sample took it."""

    start: Mixture
    polished: Mixture
    merit: tuple[bool, float] = (False, -np.inf)


def mixture_of(sample: StartSample, partition: Array, n_components: int, family: AbstractFamily) -> Mixture:
    """Return the mixture of the family that a partition of the sample implies: labels (M,) or responsibilities (M, K).

    Scatters are drawn towards the average one as by D + 1 rows, the fewest that span a covariance.
    """
    given = (sample.rows, sample.weights)
    if partition.ndim == 2:
        statistics = statistics_of_responsibilities(*given, partition, family.moments)
    else:
        statistics = statistics_of_labels(*given, partition, n_components, family.moments)
    rows_worth = (sample.rows.shape[1] + 1) * sample.weights.sum() / sample.n_distinct
    return family.mixture(shrunk(shared(statistics), rows_worth))


def distinct(partitions: Iterable[Array]) -> list[Array]:
    """Return the labelings (M,) that differ in more than the numbers of their components."""
    found: dict[bytes, Array] = {}
    for labels in partitions:
        _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
        found.setdefault(np.argsort(np.argsort(first))[inverse].tobytes(), labels)
    return list(found.values())


def screening_for(sample_rows: int, all_rows: int, n_components: int, n_features: int) -> Screening:
    """Return the most thorough screening that is cheap, or costs no more than three passes over all rows."""
    per_row = n_components * (n_features + 2.0) ** 2
    budget = max(CHEAP, 3 * all_rows * per_row)
    affordable = (each for each in SCREENINGS if each.n_iterations * sample_rows * per_row <= budget)
    return next(affordable, SCREENINGS[-1])


def screened(
    starts: Iterable[Mixture],
    sample: StartSample,
    family: AbstractFamily,
    stages: tuple[tuple[int, int], ...],
    is_sound: Callable[[Mixture], bool],
) -> Candidate:
    """Return the start from which EM gets farthest on the sample: many are tried a little, the best a little more.

    A run that leads to a component on the floor loses to any that does not, whatever its likelihood: a needle around
    a few equal rows can be as likely as one pleases.
    """
    source = ArraySource(sample.rows, sample.weights)
    # In canonical order, so that no iteration has to find it.
    ordered = [start.permuted(start.order) for start in starts]
    field = [Candidate(start, start) for start in ordered]
    for n_iterations, n_kept in stages:
        field = _advanced(field, source, family, n_iterations, is_sound)
        field = _best_unlike(field, n_kept, ALIKE * source.total_weight)
        if len(field) == 1:
            break
    return field[0]


def _best_unlike(field: list[Candidate], n_kept: int, alike: float) -> list[Candidate]:
    """Return the best candidates, at most `n_kept`, of each group of like ones only the best."""
    kept: list[Candidate] = []
    for candidate in sorted(field, key=lambda candidate: candidate.merit, reverse=True):
        is_sound, log_likelihood = candidate.merit
        if all(is_sound != other[0] or abs(log_likelihood - other[1]) > alike for other in (k.merit for k in kept)):
            kept.append(candidate)
    return kept[:n_kept]


def _advanced(
    field: list[Candidate],
    source: ArraySource,
    family: AbstractFamily,
    n_iterations: int,
    is_sound: Callable[[Mixture], bool],
) -> list[Candidate]:
    """Return the candidates after some more iterations; one that fails is left out, unless all fail."""
    advanced, errors = [], []
    for candidate in field:
        try:
            record = fit_mixture(source, family, candidate.polished, StopRule(n_iterations))
        except MogulError as error:
            errors.append(error)
            continue
        merit = (record.end is not End.STUCK and is_sound(record.model), record.trace[-1])
        advanced.append(Candidate(candidate.start, record.model, merit))
    if not advanced:
        raise errors[0]
    return advanced
