"""The one place where source, expectation, family and engine meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import LOG_2, part_rows
from mogul.covariance import AbstractCovariance, DiagonalCovariance, FullCovariance
from mogul.engine import Anderson, End, FitRecord, Leap, Memory, NoNextModelError, Path, StopRule, run_em
from mogul.errors import DegenerateComponentError, NotPositiveDefiniteError
from mogul.expectation import Climb, climb, expect
from mogul.family import AbstractFamily, Averaging, Constraint
from mogul.mixture import Mixture, Stack, displaced, displacement
from mogul.source import ArraySource
from mogul.statistics import AbstractMoments, DiagonalMoments, FullMoments, Statistics

Watch = Callable[[Mixture, list[float]], bool]
Revive = Callable[[Statistics, Mixture], Statistics]


def total_statistics(
    source: ArraySource, mixture: Mixture, moments: AbstractMoments, *, in_float32: bool = False
) -> Statistics:
    """Return the statistics of all rows of the source: one pass."""

    def per_block(rows: Array, row_weights: FloatArray | None) -> Statistics:
        return expect(mixture, rows, row_weights, moments, in_float32=in_float32)

    return source.sum_over_blocks(per_block, part_rows(mixture.n_components, mixture.n_features))


def mean_log_likelihood(source: ArraySource, mixture: Mixture, moments: AbstractMoments) -> float:
    """Return the mean log-density of the rows under the mixture, weighted, in nats a row: one pass."""
    return in_nats(total_statistics(source, mixture, moments).log_likelihood, source.total_weight, mixture)


def mean_objective(source: ArraySource, mixture: Mixture, family: AbstractFamily) -> float:
    """Return what a fit makes as great as it can, in nats a row: the mean log-likelihood, and the prior's share."""
    likelihood = mean_log_likelihood(source, mixture, family.moments)
    return likelihood + family.log_prior(mixture) / source.total_weight


def in_nats(log_likelihood: float, total_weight: float, mixture: Mixture) -> float:
    """Return the mean log-density a row, of a log-likelihood in units of the mixture."""
    return log_likelihood / total_weight + mixture.log_unit


def moments_of_data(source: ArraySource, *, correlations: bool) -> Statistics:
    """Return counts, first and second moments of all rows as of one component, about a row of the data.

    About one of the rows, a constant column has a variance of exactly zero.
    """
    n_features = source.n_features
    form: AbstractCovariance = DiagonalCovariance.trusted(np.ones((1, n_features)), 1, n_features)
    if correlations:
        form = FullCovariance.trusted(np.eye(n_features)[None], 1, n_features)
    moments = FullMoments() if correlations else DiagonalMoments()
    return total_statistics(source, Mixture._trusted(np.ones(1), source.some_row()[None], form), moments)


def maximised(statistics: Statistics, previous: Mixture, family: AbstractFamily) -> Mixture:
    """Return the M-step's mixture, worked out in canonical order: to the last bit, numbering does not matter."""
    order = previous.order
    if (order[:-1] < order[1:]).all():
        return family.mixture(statistics, previous)
    sorted_family = family.permuted(order)
    return sorted_family.mixture(statistics.permuted(order), previous.permuted(order)).permuted(np.argsort(order))


@final
@dataclass(frozen=True, eq=False)
class Fit:
    """Return where EM led."""

    record: FitRecord[Mixture]
    """Its objectives are log-likelihoods in units of 2^exponent (see `Mixture.exponent`)."""
    exponent: int
    in_float32: bool = False
    """Whether float32 had more to do: to go on with this fit is to begin in it."""

    @property
    def mixture(self) -> Mixture:
        """The last mixture."""
        return self.record.model

    def log_likelihood(self, total_weight: float, exponent: int) -> float:
        """Return the log-likelihood of the last mixture, in units of 2^exponent."""
        return self.record.trace[-1] + total_weight * (self.exponent - exponent) * LOG_2


def fit_mixture(
    source: ArraySource,
    family: AbstractFamily,
    start: Mixture,
    stop: StopRule,
    *,
    is_allowed: Callable[[Mixture], bool] | None = None,
    revive: Revive | None = None,
    watch: Watch | None = None,
    memory: Memory[Mixture] | None = None,
    exponent: int | None = None,
    total: Callable[[Mixture], Statistics] | None = None,
    in_float32: bool = True,
) -> Fit:
    """Return the mixture that EM reaches from `start`; the last sound one, if a component collapses without a floor.

    Rows of float32 are first iterated upon in float32, until its rounding hides the gains. Iterations in float64
    follow: they decide when to stop, and the objective of the mixture returned is theirs.

    Parameters
    ----------
    source, family, start, stop
        The rows, the constraint on the covariances, the first mixture, and when to stop.
    is_allowed : callable, optional
        Whether a mixture obeys every constraint. If given, slow runs are extrapolated.
    revive : callable, optional
        Gives components that lost all their rows new ones, as a change to the statistics; without it, they raise.
    watch : callable, optional
        See `run_em`.
    memory, exponent : optional
        Those of the fit that ended at `start`, to go on with it.
    total : callable, optional
        The E-step of all rows, if it is not `total_statistics`.
    in_float32 : bool
        False if float32 has done its part: for a fit that goes on, the `in_float32` of what it goes on from.

    Raises
    ------
    DegenerateComponentError
        If a component loses all its rows.
    """
    run = partial(_fit, source, family, is_allowed=is_allowed, revive=revive, total=total)
    if not in_float32 or total is not None or not _gains_by_float32(source, start):
        return run(start, stop, watch=watch, memory=memory, exponent=exponent)
    sees_the_end = float32_sees_the_end(stop, source.total_weight)
    rule = stop if sees_the_end else replace(stop, monotone=True)  # the first fall, be it by rounding
    first = run(start, rule, watch=watch, memory=memory, exponent=exponent, in_float32=True)
    record = first.record
    goes_on = record.end is End.STUCK or (record.end is End.CONVERGED and not sees_the_end)
    before = record.trace[:-1]

    def watch_all(mixture: Mixture, trace: list[float]) -> bool:
        return watch is not None and watch(mixture, [*before, *trace])

    rule = replace(stop, max_iterations=stop.max_iterations - record.n_iterations if goes_on else 0)
    exact = run(record.model, rule, watch=None if watch is None else watch_all, exponent=first.exponent)
    return _joined(first, exact, goes_on, stop.monotone)


FLOAT32_SEES = 1e-4
"""Gains in nats a row that float32 is sure to see: its rounding moves the mean of log-densities by less."""


def float32_sees_the_end(stop: StopRule, total_weight: float) -> bool:
    """Return whether the rule stops while gains are so large that float32 sees them."""
    least = stop.tolerance if stop.step is None else stop.step
    return least >= FLOAT32_SEES * total_weight


def _gains_by_float32(source: ArraySource, start: Mixture) -> bool:
    is_single = source.rows.dtype == np.float32
    return is_single and not is_small(source.n_rows, start.n_components, start.n_features)


def _joined(first: Fit, exact: Fit, went_on: bool, monotone: bool) -> Fit:
    """Return one fit of a part in float32 and one in float64."""
    begun, ended = first.record, exact.record
    # What float32 made of the objectives may lie above what float64 makes of the last one.
    known = [min(value, ended.trace[0]) if monotone else value for value in begun.trace[:-1]]
    n_iterations = begun.memory.n_iterations + ended.memory.n_iterations
    record = replace(
        ended,
        trace=(*known, *ended.trace),
        end=ended.end if went_on else begun.end,
        n_iterations=begun.n_iterations + ended.n_iterations,
        memory=replace(ended.memory, n_iterations=n_iterations) if went_on else begun.memory,
    )
    return Fit(record, exact.exponent, in_float32=not went_on)


def _fit(
    source: ArraySource,
    family: AbstractFamily,
    start: Mixture,
    stop: StopRule,
    *,
    is_allowed: Callable[[Mixture], bool] | None,
    revive: Revive | None,
    total: Callable[[Mixture], Statistics] | None,
    watch: Watch | None,
    memory: Memory[Mixture] | None = None,
    exponent: int | None = None,
    in_float32: bool = False,
) -> Fit:
    """Return where EM leads in one precision; see `fit_mixture`."""
    unit = start.exponent if exponent is None else exponent

    def total_of(mixture: Mixture) -> Statistics:
        if total is not None:
            return total(mixture)
        return total_statistics(source, mixture, family.moments, in_float32=in_float32)

    def expectation(mixture: Mixture) -> Statistics:
        statistics = total_of(mixture)
        change = family.log_prior(mixture)
        if mixture.exponent != unit:
            change += source.total_weight * (mixture.exponent - unit) * LOG_2
        if change == 0:
            return statistics
        return replace(statistics, log_likelihood=statistics.log_likelihood + change)

    emptied: list[tuple[Statistics, Mixture]] = []

    def maximisation(statistics: Statistics, mixture: Mixture) -> Mixture:
        if (statistics.counts <= 0).any():
            emptied.append((statistics, mixture))
            raise NoNextModelError("a component has no rows")
        try:
            return maximised(statistics, mixture, family)
        except NotPositiveDefiniteError as error:
            raise NoNextModelError(str(error)) from error

    leap = _leap(source, family, start, unit) if total is None else None
    extrapolation = None
    n_numbers = start.means.size * source.n_features
    if family.averaging is None:
        n_numbers = start.means.size + start.covariances.array.size
    if is_allowed is not None and family.extrapolates and n_numbers <= REMEMBERED:
        extrapolation = Anderson(displacement, displaced, is_allowed)
    limit = stop.max_iterations
    while True:
        done = stop.max_iterations - limit
        rule = replace(stop, max_iterations=limit)
        record = run_em(start, expectation, maximisation, rule, watch, leap, extrapolation, memory)
        if not emptied:
            return Fit(replace(record, n_iterations=done + record.n_iterations), unit)
        statistics, mixture = emptied.pop()
        if revive is None or limit <= 1:
            component = int((statistics.counts <= 0).argmax())
            raise DegenerateComponentError(f"Component {component} has no rows: every responsibility for it is zero.")
        # The likelihood of a model with a component placed anew is no continuation of the old one.
        start, memory = maximised(revive(statistics, mixture), mixture, family), None
        limit -= record.n_iterations


REMEMBERED = 1e5
"""Numbers of means and covariances, K D^2, or K D (2 + Q) for factors, up to which mixtures are extrapolated: a dozen
of them must be remembered."""

SMALL = 2e6
"""Operations of a pass, N K (D + 2)^2, up to which rounds are made by one kernel: Python would cost more than they."""


def is_small(n_rows: int, n_components: int, n_features: int) -> bool:
    """Return whether a pass is so short that several rounds go into one call of a kernel."""
    return n_rows * n_components * (n_features + 2.0) ** 2 <= SMALL


FEATURES = 16
"""How many features the constraints of families may have in a kernel: its matrices are taken apart by plain loops."""


class Climber(Protocol):
    """Maps mixtures and a number of rounds for each to where these lead; see `climb`."""

    def __call__(self, mixtures: Stack, n_rounds: Array, *, tolerance: float = -1.0) -> Climb: ...


def climber(
    source: ArraySource, family: AbstractFamily, form: type[AbstractCovariance], n_components: int
) -> Climber | None:
    """Return what makes rounds of a family on all rows by a kernel, from mixtures of a form, if one can.

    One part of the rows must be all rows, so that sums have the bits of `total_statistics`.
    """
    climbing, moments = family.climbing, family.moments
    if climbing is None or form is not climbing.form or source.n_rows > part_rows(n_components, source.n_features):
        return None
    if climbing.constraint is not Constraint.NONE and source.n_features > FEATURES:
        return None
    return partial(
        _climbed,
        source=source,
        moments=moments,
        floors=None if climbing.floor is None else moments.floor_of(climbing.floor)[None],
        climbing=climbing,
    )


def _climbed(
    mixtures: Stack,
    n_rounds: Array,
    *,
    tolerance: float = -1.0,
    source: ArraySource,
    moments: AbstractMoments,
    floors: FloatArray | None,
    climbing: Averaging,
) -> Climb:
    return climb(
        mixtures,
        source.rows,
        source.row_weights,
        moments,
        n_rounds,
        floors=floors,
        widening=climbing.widening,
        constraint=climbing.constraint,
        tolerance=tolerance,
    )


def _leap(source: ArraySource, family: AbstractFamily, start: Mixture, unit: int) -> Leap[Mixture] | None:
    """Return what makes several rounds at once, where that is worth while; its objectives are in the given unit."""
    form = None if family.climbing is None else family.climbing.form
    climbs = None if form is None else climber(source, family, form, start.n_components)
    if climbs is None or not is_small(source.n_rows, start.n_components, source.n_features):
        return None

    def leap(mixture: Mixture, n_rounds: int) -> Path[Mixture]:
        stack = Stack.of([mixture])
        if stack.form is not form:
            return (), lambda n: mixture
        whole = climbs(stack, np.array([n_rounds]))
        if np.isnan(whole.traces[0, 0]):
            return (), lambda n: mixture
        made = int(whole.n_rounds[0])

        def after(n: int) -> Mixture:
            if n == 0:
                return mixture
            reached = whole if n == made else climbs(stack, np.array([n]))
            return reached.mixtures.mixture(0)

        return whole.traces_in_unit(unit, source.total_weight)[0, : made + 1].tolist(), after

    return leap
