"""Expectation-maximisation, knowing neither rows nor mixtures."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
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
        if len(trace) < 2:
            return False
        gain = abs(trace[-1] - trace[-2])
        if gain <= 4 * _EPSILON * abs(trace[-1]):
            return True  # the objective moves by its own rounding error
        if self.step is None and (len(trace) < 5 or gain * gain > self.tolerance * abs(trace[-2] - trace[-3])):
            return False  # as it is nearly always: the last factor alone says so
        gains = [abs(after - before) for before, after in pairwise(trace[-5:])]
        factors = [after / before if before > 0 else math.inf for before, after in pairwise(gains)]
        if self.step is not None:
            return gains[-1] < self.step and len(factors) > 0 and max(factors) < 1
        if len(factors) < 3:
            return False
        factor = max(factors)
        return factor < 1 and gains[-1] * factor / (1 - factor) <= self.tolerance


LEAP = 8
"""How many rounds a leap is asked for at a time: those beyond the end of the run are made in vain."""

Path = tuple[Sequence[float], Callable[[int], M]]
"""The objectives of a model and after each of some rounds from it, and the model after a number of these rounds."""

Leap = Callable[[M, int], Path[M]]


def run_em(
    start: M,
    expectation: Callable[[M], S],
    maximisation: Callable[[S, M], M],
    stop: StopRule,
    watch: Callable[[M, list[float]], bool] | None = None,
    trace: tuple[float, ...] = (),
    leap: Leap[M] | None = None,
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
    leap : callable, optional
        Maps a model and a number of rounds to the path of so many rounds from it, made at once. The path may end
        earlier, or be empty; `expectation` and `maximisation` then make the round that follows.

    Returns
    -------
    FitRecord
        Its last objective is that of its model, to the last bit.
    """
    if leap is None:
        rounds = _rounds(start, expectation, maximisation)
    else:
        at_once = min(stop.max_iterations, LEAP if watch is None else 1)
        rounds = _leaps(start, expectation, maximisation, leap, at_once)
    objective, model = next(rounds)
    values = [*trace, objective]

    def record(end: End, n_iterations: int) -> FitRecord[M]:
        return FitRecord(model(), tuple(values[len(trace) :]), end, n_iterations)

    for iteration in range(1, stop.max_iterations + 1):
        try:
            objective, following = next(rounds)
        except NoNextModelError:
            return record(End.STUCK, iteration)
        if stop.monotone and objective < values[-1]:
            return record(End.CONVERGED, iteration)
        model = following
        values.append(objective)
        if watch is not None and watch(model(), values):
            return record(End.CANCELLED, iteration)
        if stop.is_met(values):
            return record(End.CONVERGED, iteration)
    return record(End.MAX_ITERATIONS, stop.max_iterations)


# The objective of a model, and what makes the model.
_Step = tuple[float, Callable[[], M]]


def _rounds(model: M, expectation: Callable[[M], S], maximisation: Callable[[S, M], M]) -> Iterator[_Step[M]]:
    """Yield the start, then the model after each round."""
    while True:
        statistics = expectation(model)
        yield statistics.log_likelihood, partial(_same, model)
        model = maximisation(statistics, model)


def _leaps(
    model: M, expectation: Callable[[M], S], maximisation: Callable[[S, M], M], leap: Leap[M], at_once: int
) -> Iterator[_Step[M]]:
    """Yield the same steps, made by leaps wherever one gets on.

    What comes next depends on the model alone, so that a run that is resumed takes the same steps.
    """
    known = 0  # 1 once the objective of `model` has been told
    while True:
        objectives, after = leap(model, at_once)
        for n_rounds in range(known, len(objectives)):
            yield objectives[n_rounds], partial(after, n_rounds)
        if len(objectives) > 1:
            model = after(len(objectives) - 1)
        else:
            steps = _rounds(model, expectation, maximisation)
            start = next(steps)
            if not known and not objectives:
                yield start
            step = next(steps)
            yield step
            model = step[1]()
        known = 1


def _same(model: M) -> M:
    return model
