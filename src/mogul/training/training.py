"""From rows and settings to the best of several fits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray
from mogul.engine import End, FitRecord, Memory, StopRule
from mogul.errors import DegenerateComponentError, MogulError, MogulWarning, NotPositiveDefiniteError
from mogul.family import AbstractFamily, Bounded, Symmetry, Widened
from mogul.fitting import Fit, fit_mixture
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource
from mogul.start import (
    MANY,
    PROPOSALS,
    Revival,
    Soundness,
    StartSample,
    best_of_partitions,
    counted,
    mixture_of,
    mixtures_of,
    quick_partition,
    redivided,
    screening_for,
    statistics_of_labels,
    statistics_of_responsibilities,
    tightest_kmeans,
    varied_kmeans,
    varied_partitions,
)
from mogul.statistics import AbstractMoments, Floor
from mogul.training.agreement import Agreement, Reached
from mogul.training.diagnosis import DataReport, collapsed, degenerate, fewer_distinct, not_converged
from mogul.training.observer import Observer
from mogul.truncated import Truncation, fit_truncated


@final
@dataclass(frozen=True, eq=False)
class Beginning:
    """Return the mixture that a fit begins with, the rows it was made from, and how it was found among others."""

    mixture: Mixture
    sample: StartSample
    n_tried: int = 1
    n_agreeing: int = 1


MakeStart = Callable[[], Beginning]


@final
@dataclass(frozen=True, eq=False)
class Trained:
    """Return the best of the fits, and what the user should know about it."""

    fit: Fit
    warnings: tuple[MogulWarning, ...]
    agreement: Agreement


@final
@dataclass(frozen=True, eq=False)
class Resumed:
    """Return what an earlier fit left to go on with, beside its mixture."""

    memory: Memory[Mixture]
    exponent: int
    in_float32: bool


@final
@dataclass(frozen=True, eq=False)
class Training:
    """What all starts of one fit have in common."""

    source: ArraySource
    report: DataReport
    family: AbstractFamily
    n_components: int
    stop: StopRule
    reg_covar: float | None
    truncation: Truncation | None = None
    observers: list[Observer] = field(default_factory=list)
    floor: Floor | None = field(init=False)
    """The relative floor; None if the user asked for scikit-learn's additive one."""
    held: AbstractFamily = field(init=False)
    """The family with whatever keeps its components from collapsing."""

    def __post_init__(self) -> None:
        floor: Floor | None = None
        held: AbstractFamily = Widened(self.family, self.reg_covar or 0.0)
        if self.reg_covar is None:
            floor = self.report.round_floor if self.family.symmetry.is_common else self.report.floor
            held = Bounded(self.family, floor)
        object.__setattr__(self, "floor", floor)
        object.__setattr__(self, "held", held)

    def at_floor(self, mixture: Mixture) -> Array:
        """Return the numbers of the components that the floor holds up."""
        if self.floor is None or self.family.moments.clear(mixture.covariances.array[None], self.floor):
            return np.empty(0, dtype=int)
        return np.flatnonzero(self.family.moments.at_floor(mixture.covariances.array, self.floor))

    def is_sound(self, mixture: Mixture) -> bool:
        """Return whether all components stand clear of the floor."""
        return not len(self.at_floor(mixture))

    def are_sound(self, covariances: FloatArray) -> BoolArray:
        """Return of the covariances (C, ...) of each of C mixtures whether all stand clear of the floor."""
        return self._are_sound(self.family.moments, covariances)

    def scouts_are_sound(self, covariances: FloatArray) -> BoolArray:
        """Return the same of the mixtures of the family's scout."""
        return self._are_sound(self.family.scout.moments, covariances)

    def _are_sound(self, moments: AbstractMoments, covariances: FloatArray) -> BoolArray:
        floor = self.floor
        if floor is None or moments.clear(covariances, floor):
            return np.ones(len(covariances), dtype=bool)
        return np.array([not moments.at_floor(each, floor).any() for each in covariances])

    def is_allowed(self, mixture: Mixture) -> bool:
        """Return whether all components stand clear of the floor, with their means within the range of the data."""
        inside = (mixture.means >= self.report.low) & (mixture.means <= self.report.high)
        return bool(inside.all()) and self.is_sound(mixture)

    @property
    def starts_quickly(self) -> bool:
        """Whether there are too many components for a start that tries exact iterations."""
        return self.truncation is not None and self.n_components > MANY

    @property
    def sample_size(self) -> int:
        """How many rows starts are made from: enough to span the covariance of each component several times over.

        For a quick start, enough to tell where components should be.
        """
        if self.starts_quickly:
            return 16 * self.n_components
        return max(4096, 256 * self.n_components, 10 * self.n_components * (self.source.n_features + 1))

    def sample(self, symmetry: Symmetry, rng: np.random.Generator) -> StartSample:
        """Return the rows from which starts are made, in units of the given symmetry."""
        rows, weights = self.source.sample_rows(self.sample_size, rng)
        return StartSample.of(rows, weights, self.report.spread, symmetry)

    def starting_at(self, mixture: Mixture) -> MakeStart:
        """Return the start that is a given mixture."""
        return lambda: Beginning(mixture, self.sample(symmetries(self.family)[0], np.random.default_rng(0)))

    def mixture_of_partition(self, partition: Array) -> Mixture:
        """Return the mixture of all rows under given labels (N,) or responsibilities (N, K)."""
        weights = np.ones(self.source.n_rows) if self.source.row_weights is None else self.source.row_weights
        given = self.source.rows, weights, partition
        if partition.ndim == 2:
            return self.held.mixture(statistics_of_responsibilities(*given, self.family.moments))
        return self.held.mixture(statistics_of_labels(*given, self.n_components, self.family.moments))

    def run(self, start: Mixture, revival: Revival, resumed: Resumed | None) -> Fit:
        """Return where EM leads from `start`."""

        def watch(mixture: Mixture, values: list[float]) -> bool:
            # All are told, even if the first wants to stop.
            return sum(observer.watch(mixture, values) for observer in self.observers) > 0

        watching = watch if self.observers else None
        if self.truncation is not None:
            given = self.source, self.held, start, self.stop, self.truncation
            return fit_truncated(*given, revive=revival, watch=watching)
        return fit_mixture(
            self.source,
            self.held,
            start,
            self.stop,
            # A rule for single steps is scikit-learn's: then the steps are plain ones too.
            is_allowed=self.is_allowed if self.stop.step is None and self.stop.monotone else None,
            revive=revival,
            watch=watching,
            memory=None if resumed is None else resumed.memory,
            exponent=None if resumed is None else resumed.exponent,
            in_float32=resumed is None or resumed.in_float32,
        )


def symmetries(family: AbstractFamily) -> list[Symmetry]:
    """Return the units in which proposals for a family are made.

    Where correlations are free, both: scaled columns keep groups that are far apart in some of the features, units of
    the whole covariance find those that show in none.
    """
    if family.symmetry is Symmetry.AFFINE:
        return [Symmetry.COLUMNS, Symmetry.AFFINE]
    return [family.symmetry]


def proposed_start(training: Training, init_params: str, rng: np.random.Generator) -> Beginning:
    """Return the start that the named method makes."""
    # Of one column, all units are alike.
    units = symmetries(training.family)[: training.source.n_features]
    samples = [training.sample(symmetry, rng) for symmetry in units]
    if training.n_components > 1 and init_params == "kmeans" and not training.starts_quickly:
        return _best_start(training, samples, rng)
    sample, n_components = samples[0], training.n_components
    if n_components == 1:
        partition = np.zeros(sample.n_distinct, dtype=np.int64)
    elif training.starts_quickly and init_params in ("kmeans", "k-means++"):
        partition = quick_partition(sample, n_components, rng)
    else:
        partition = PROPOSALS[init_params](sample, n_components, rng)
    return Beginning(mixture_of(sample, partition, n_components, training.held), sample)


def _best_start(training: Training, samples: list[StartSample], rng: np.random.Generator) -> Beginning:
    """Return the start from which short runs get farthest, of many partitions in different units."""
    sample, n_components, held = samples[0], training.n_components, training.held
    size = sample.n_distinct, training.source.n_rows, n_components, training.source.n_features
    screening = screening_for(*size, training.family)
    n_each = -(-screening.n_proposals // len(samples))
    # Balls are told in the first units, those of the columns; elsewhere they would find little.
    first, *others = (varied_partitions, varied_kmeans) if screening.is_thorough else (tightest_kmeans, tightest_kmeans)
    proposals = [first, *others * (len(samples) - 1)]
    partitions = [
        counted(propose(each, n_components, rng, n_each)) for propose, each in zip(proposals, samples, strict=True)
    ]
    tallies = [tally for _, several in partitions for tally in several]
    tried = held if held.averaging is not None else held.scout
    starts = Stack.joined(
        [mixtures_of(each, labels, n_components, tried) for each, (labels, _) in zip(samples, partitions, strict=True)]
    )
    soundness = Soundness(training.are_sound, training.scouts_are_sound)
    lead = best_of_partitions(sample, starts, held, screening.stages, soundness, tallies)
    if not held.tells_apart:
        lead = redivided(lead, sample, held, soundness, screening.n_redivisions)
    # Iterations on a sample save some on all rows; where the sample is all rows, they would only be hidden.
    takes_all = training.source.n_rows <= training.sample_size
    start = lead.start if takes_all else lead.polished
    if not held.tells_apart:
        # Several candidates may lead to one optimum; rounding may choose among them, but not how components are
        # numbered.
        start = start.permuted(samples[-1].numbering(lead.polished))
    return Beginning(start, sample, lead.n_tried, lead.n_agreeing)


def train(training: Training, starts: list[MakeStart], resumed: Resumed | None = None) -> Trained:
    """Return the best fit from several starts. One that fails does not spoil the rest.

    A fit whose components all stand clear of the floor is better than one that does not; else the likelihood decides.
    """
    best: tuple[tuple[bool, float], Fit, Revival, Array] | None = None
    reached: list[Reached] = []
    failure: MogulError | None = None
    for number, make in enumerate(starts):
        for observer in training.observers:
            observer.begin_start(number)
        fit = None
        try:
            beginning = make()
            revival = Revival(beginning.sample)
            fit = training.run(training.held.admitted(beginning.mixture), revival, resumed)
        except (DegenerateComponentError, NotPositiveDefiniteError) as error:
            failure = failure or error
        for observer in training.observers:
            observer.end_start(fit is not None and fit.record.end is End.CONVERGED)
        if fit is None:
            continue
        at_floor = training.at_floor(fit.mixture)
        is_sound = fit.record.end is not End.STUCK and not len(at_floor)
        unit = fit.exponent if best is None else best[1].exponent
        merit = (is_sound, fit.log_likelihood(training.source.total_weight, unit))
        in_nats = fit.log_likelihood(training.source.total_weight, 0) / training.source.total_weight
        reached.append(Reached(in_nats, is_sound, beginning.n_tried, beginning.n_agreeing))
        if best is None or merit > (best[0][0], best[1].log_likelihood(training.source.total_weight, unit)):
            best = merit, fit, revival, at_floor
    for observer in training.observers:
        observer.end()
    if best is None:
        raise DegenerateComponentError(
            "Fitting the mixture model failed because some components have ill-defined empirical covariance (for "
            "instance caused by singleton or collapsed samples). Try to decrease the number of components, increase "
            f"reg_covar, or scale the input data. The first failure was: {failure}"
        ) from failure
    _, fit, revival, at_floor = best
    return Trained(fit, tuple(_warnings(training, fit.record, revival, at_floor)), Agreement.of(reached))


def _warnings(training: Training, record: FitRecord[Mixture], revival: Revival, at_floor: Array) -> list[MogulWarning]:
    found = training.report.warnings()
    n_distinct = revival.sample.n_distinct
    all_equal = bool(training.report.spread.constant.all())
    if n_distinct < training.n_components:
        found.append(fewer_distinct(n_distinct, training.n_components))
    elif record.end is End.STUCK:
        found.append(collapsed(record.n_iterations))
    elif len(at_floor) or revival.components or all_equal:
        found.append(degenerate(at_floor, all_equal))
    if record.end is End.MAX_ITERATIONS and training.stop.max_iterations > 0:
        found.append(not_converged(record.n_iterations))
    return found
