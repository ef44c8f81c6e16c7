"""Expectation-maximisation, knowing neither rows nor mixtures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Generic, Protocol, TypeVar, final

_EPSILON = 2.0**-52


class HasLogLikelihood(Protocol):
    """What the engine reads of statistics."""

    @property
    def log_likelihood(self) -> float:
        """The objective."""
        ...


M = TypeVar("M")
S = TypeVar("S", bound=HasLogLikelihood)


class End(Enum):
    """Why a run ended, in the words that the user reads."""

    CONVERGED = "little is left to gain"
    MAX_ITERATIONS = "the limit of iterations was reached"
    CANCELLED = "a callback asked to stop"
    STUCK = "there is no next model"


class NoNextModelError(Exception):
    """Raised by a maximisation that cannot make a model of its statistics; the run ends with the last one."""


@final
@dataclass(frozen=True)
class FitRecord(Generic[M]):
    """Return where a run ended: the model, its objective after each iteration, and why it ended.

    ``trace[0]`` belongs to the start, ``trace[t]`` to the model after t iterations, ``trace[-1]`` to `model`.
    """

    model: M
    trace: tuple[float, ...]
    end: End
    n_iterations: int


@final
@dataclass(frozen=True)
class StopRule:
    """Stop when little is left to gain, or after `max_iterations`.

    EM converges geometrically: if successive gains shrink by the factor r, all gains still to come add up to
    gain r / (1 - r) (Aitken). The largest of the last three factors is taken, so that a step that happened to be
    short does not pass for the end; on a plateau, where gains do not shrink, no rule is met.
    """

    max_iterations: int
    tolerance: float = 0.0
    """Stop when less than this is estimated to be left to gain."""
    step: float | None = None
    """If given, stop instead when one step gains less than this."""
    monotone: bool = True
    """Whether the objective cannot fall but by rounding: then a fall is the end, and the better model is kept."""

    def is_met(self, trace: list[float]) -> bool:
        """Return whether little is left to gain after these values of the objective."""
        gains = [abs(after - before) for before, after in pairwise(trace[-5:])]
        if not gains:
            return False
        if gains[-1] <= 4 * _EPSILON * abs(trace[-1]):
            return True  # the objective moves by its own rounding error
        factors = [after / before if before > 0 else math.inf for before, after in pairwise(gains)]
        if self.step is not None:
            return gains[-1] < self.step and len(factors) > 0 and max(factors) < 1
        if len(factors) < 3:
            return False
        factor = max(factors)
        return factor < 1 and gains[-1] * factor / (1 - factor) <= self.tolerance


def run_em(
    start: M,
    expectation: Callable[[M], S],
    maximisation: Callable[[S, M], M],
    stop: StopRule,
    watch: Callable[[M, list[float]], bool] | None = None,
    trace: tuple[float, ...] = (),
) -> FitRecord[M]:
    """Iterate ``model -> statistics -> model`` until `stop` is met.

    Parameters
    ----------
    start : M
        The first model.
    expectation : callable
        Maps a model to statistics: in memory, streamed or on a cluster.
    maximisation : callable
        Maps statistics and the last model to the next, or raises NoNextModelError.
    stop : StopRule
    watch : callable, optional
        Called after each iteration with the model and the trace; true ends the run.
    trace : tuple of float, optional
        The objective before `start`, if a run is resumed: the rule then sees the whole run.

    Returns
    -------
    FitRecord
        Its last objective is that of its model, to the last bit.
    """
    model, statistics, values = start, expectation(start), list(trace)
    values.append(statistics.log_likelihood)

    def record(end: End, n_iterations: int) -> FitRecord[M]:
        return FitRecord(model, tuple(values[len(trace) :]), end, n_iterations)

    for iteration in range(1, stop.max_iterations + 1):
        try:
            following = maximisation(statistics, model)
        except NoNextModelError:
            return record(End.STUCK, iteration)
        statistics = expectation(following)
        if stop.monotone and statistics.log_likelihood < values[-1]:
            return record(End.CONVERGED, iteration)
        model = following
        values.append(statistics.log_likelihood)
        if watch is not None and watch(model, values):
            return record(End.CANCELLED, iteration)
        if stop.is_met(values):
            return record(End.CONVERGED, iteration)
    return record(End.MAX_ITERATIONS, stop.max_iterations)
