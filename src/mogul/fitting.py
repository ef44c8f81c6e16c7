"""The one place where source, expectation, family and engine meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mogul._numerics import part_rows
from mogul.covariance import DiagonalCovariance, FullCovariance
from mogul.engine import FitRecord, Leap, NoNextModelError, Path, StopRule, run_em
from mogul.errors import DegenerateComponentError, NotPositiveDefiniteError
from mogul.expectation import Climb, climb, climbs, expect
from mogul.family import AbstractFamily
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource
from mogul.statistics import AbstractMoments, DiagonalMoments, FullMoments, Statistics

Watch = Callable[[Mixture, list[float]], bool]
Revive = Callable[[Statistics, Mixture], Statistics]


def total_statistics(source: ArraySource, mixture: Mixture, moments: AbstractMoments) -> Statistics:
    """Return the statistics of all rows of the source: one pass."""
    block_rows = part_rows(mixture.n_components, mixture.n_features)
    return source.sum_over_blocks(lambda rows, weights: expect(mixture, rows, weights, moments), block_rows)


def moments_of_data(source: ArraySource, *, correlations: bool) -> Statistics:
    """Return counts, first and second moments of all rows as of one component, about a row of the data.

    About one of the rows, a constant column has a variance of exactly zero.
    """
    n_features = source.n_features
    form = FullCovariance(np.eye(n_features)[None]) if correlations else DiagonalCovariance(np.ones((1, n_features)))
    moments = FullMoments() if correlations else DiagonalMoments()
    return total_statistics(source, Mixture([1.0], source.some_row()[None], form), moments)


def maximised(statistics: Statistics, previous: Mixture, family: AbstractFamily) -> Mixture:
    """Return the M-step's mixture, worked out in canonical order: to the last bit, numbering does not matter."""
    order = previous.order
    if (order[:-1] < order[1:]).all():
        return family.mixture(statistics, previous)
    return family.mixture(statistics.permuted(order), previous.permuted(order)).permuted(np.argsort(order))


def fit_mixture(
    source: ArraySource,
    family: AbstractFamily,
    start: Mixture,
    stop: StopRule,
    *,
    revive: Revive | None = None,
    watch: Watch | None = None,
    trace: tuple[float, ...] = (),
) -> FitRecord[Mixture]:
    """Return the mixture that EM reaches from `start`; the last sound one, if a component collapses without a floor.

    Parameters
    ----------
    source, family, start, stop
        The rows, the constraint on the covariances, the first mixture, and when to stop.
    revive : callable, optional
        Gives components that lost all their rows new ones, as a change to the statistics; without it, they raise.
    watch, trace : optional
        See `run_em`.

    Raises
    ------
    DegenerateComponentError
        If a component loses all its rows.
    """

    def expectation(mixture: Mixture) -> Statistics:
        return total_statistics(source, mixture, family.moments)

    emptied: list[tuple[Statistics, Mixture]] = []

    def maximisation(statistics: Statistics, mixture: Mixture) -> Mixture:
        if (statistics.counts <= 0).any():
            emptied.append((statistics, mixture))
            raise NoNextModelError("a component has no rows")
        try:
            return maximised(statistics, mixture, family)
        except NotPositiveDefiniteError as error:
            raise NoNextModelError(str(error)) from error

    leap = _leap(source, family, start)
    limit = stop.max_iterations
    while True:
        done = stop.max_iterations - limit
        record = run_em(start, expectation, maximisation, replace(stop, max_iterations=limit), watch, trace, leap)
        if not emptied:
            return replace(record, n_iterations=done + record.n_iterations)
        statistics, mixture = emptied.pop()
        if revive is None or limit <= 1:
            component = int((statistics.counts <= 0).argmax())
            raise DegenerateComponentError(f"Component {component} has no rows: every responsibility for it is zero.")
        # The likelihood of a model with a component placed anew is no continuation of the old one.
        start, trace = maximised(revive(statistics, mixture), mixture, family), ()
        limit -= record.n_iterations


SMALL = 2e6
"""Operations of a pass, N K (D + 2)^2, up to which rounds are made by one kernel: Python would cost more than they."""


def is_small(n_rows: int, n_components: int, n_features: int) -> bool:
    """Return whether a pass is so short that several rounds go into one call of a kernel.

    One part of the rows is then all rows, so that sums have the bits of `total_statistics`.
    """
    return n_rows * n_components * (n_features + 2.0) ** 2 <= SMALL and n_rows <= part_rows(n_components, n_features)


def _leap(source: ArraySource, family: AbstractFamily, start: Mixture) -> Leap[Mixture] | None:
    """Return what makes several rounds at once, where that is worth while."""
    averaging = family.averaging
    if averaging is None or not is_small(source.n_rows, start.n_components, source.n_features):
        return None
    moments, widening = family.moments, averaging.widening
    floors = None if averaging.floor is None else moments.floor_of(averaging.floor)[None]

    def leap(mixture: Mixture, n_rounds: int) -> Path[Mixture]:
        stack = Stack.of([mixture])

        def climbed(n: int) -> Climb:
            rounds = np.array([n])
            return climb(stack, source.rows, source.row_weights, moments, rounds, floors=floors, widening=widening)

        if not climbs(stack.form, moments):
            return (), lambda n: mixture
        whole = climbed(n_rounds)
        if np.isnan(whole.traces[0, 0]):
            return (), lambda n: mixture
        made = int(whole.n_rounds[0])

        def after(n: int) -> Mixture:
            if n == 0:
                return mixture
            reached = whole if n == made else climbed(n)
            return reached.mixtures.mixture(0)

        return whole.traces[0, : made + 1].tolist(), after

    return leap
