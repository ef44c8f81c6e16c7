"""The one place where source, expectation, family and engine meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from mogul._numerics import part_rows
from mogul.covariance import DiagonalCovariance, FullCovariance
from mogul.engine import FitRecord, NoNextModelError, StopRule, run_em
from mogul.errors import DegenerateComponentError, NotPositiveDefiniteError
from mogul.expectation import expect
from mogul.family import AbstractFamily
from mogul.mixture import Mixture
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

    def maximisation(statistics: Statistics, mixture: Mixture) -> Mixture:
        if (statistics.counts <= 0).any():
            raise _EmptyComponentError(statistics, mixture)
        try:
            return maximised(statistics, mixture, family)
        except NotPositiveDefiniteError as error:
            raise NoNextModelError(str(error)) from error

    limit = stop.max_iterations
    while True:
        done = stop.max_iterations - limit
        seen = _Counter(watch)
        try:
            record = run_em(start, expectation, maximisation, replace(stop, max_iterations=limit), seen, trace)
        except _EmptyComponentError as found:
            if revive is None or limit <= 1:
                raise
            # The likelihood of a model with a component placed anew is no continuation of the old one.
            start, trace = maximised(revive(found.statistics, found.mixture), found.mixture, family), ()
            limit -= seen.n_iterations + 1
            continue
        return replace(record, n_iterations=done + record.n_iterations)


class _EmptyComponentError(DegenerateComponentError):
    """A component lost all its rows in mid-run."""

    def __init__(self, statistics: Statistics, mixture: Mixture) -> None:
        component = int((statistics.counts <= 0).argmax())
        super().__init__(f"Component {component} has no rows: every responsibility for it is zero.")
        self.statistics, self.mixture = statistics, mixture


class _Counter:
    """Counts iterations, and passes on what it sees."""

    def __init__(self, watch: Watch | None) -> None:
        self.n_iterations, self._watch = 0, watch

    def __call__(self, mixture: Mixture, trace: list[float]) -> bool:
        self.n_iterations += 1
        return self._watch is not None and self._watch(mixture, trace)
