"""Expectation-maximisation, knowing neither rows nor mixtures."""

from __future__ import annotations

import math
from collections import deque
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
class Memory(Generic[M]):
    """What a run must remember, beside its model, to go on as if it had not been interrupted."""

    recent: tuple[float, ...] = ()
    """Objectives since the last jump, that of the model among them."""
    steps: tuple[tuple[M, M], ...] = ()
    """The last steps, as pairs of a model and its image."""
    n_iterations: int = 0
    """How many iterations were made in all."""


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
    memory: Memory[M]


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
        if self.step is not None:
            return gain < self.step and slowest_factor(trace) < 1
        return left_to_gain(trace) <= self.tolerance

    def steps_left(self, trace: Sequence[float]) -> float:
        """Return how many iterations the rule will take to be met, if gains go on to shrink as they do."""
        left, factor = left_to_gain(trace), slowest_factor(trace)
        if self.tolerance <= 0 or not 0 < factor < 1:
            return math.inf
        return math.log(left / self.tolerance) / -math.log(factor) if left > self.tolerance else 0.0


def slowest_factor(trace: Sequence[float]) -> float:
    """Return the largest factor by which one of the last gains followed another; infinity if there are none."""
    gains = [abs(after - before) for before, after in pairwise(trace[-5:])]
    return max((after / before if before > 0 else math.inf for before, after in pairwise(gains)), default=math.inf)


def left_to_gain(trace: Sequence[float]) -> float:
    """Return Aitken's estimate of all that is still to be gained; infinity on a plateau, or before four gains."""
    factor = slowest_factor(trace)
    if len(trace) < 5 or factor >= 1:
        return math.inf
    return abs(trace[-1] - trace[-2]) * factor / (1 - factor)


AFTER_JUMP = 8.0
"""A jump is not worth while if plain steps are done in so many: after it, as many as that must show where it led."""

LEAP = 8
"""How many rounds a leap is asked for at a time: those beyond the end of the run are made in vain."""

Path = tuple[Sequence[float], Callable[[int], M]]
"""The objectives of a model and after each of some rounds from it, and the model after a number of these rounds."""

Leap = Callable[[M, int], Path[M]]


class Extrapolation(Protocol[M]):
    """What proposes a model from the last steps; see `Anderson`."""

    @property
    def n_remembered(self) -> int:
        """How many steps it looks at."""
        ...

    def is_due(self, n_steps: int, n_since: int, stride: int) -> bool:
        """Return whether to propose now: `n_steps` are remembered, and `n_since` iterations were made since a jump."""
        ...

    def proposal(self, steps: Sequence[tuple[M, M]]) -> M:
        """Return a model near where the steps would end."""
        ...

    def is_allowed(self, model: M) -> bool:
        """Return whether the model obeys every constraint."""
        ...


def run_em(
    start: M,
    expectation: Callable[[M], S],
    maximisation: Callable[[S, M], M],
    stop: StopRule,
    watch: Callable[[M, list[float]], bool] | None = None,
    leap: Leap[M] | None = None,
    extrapolation: Extrapolation[M] | None = None,
    memory: Memory[M] | None = None,
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
    leap : callable, optional
        Maps a model and a number of rounds to the path of so many rounds from it, made at once. The path may end
        earlier, or be empty; `expectation` and `maximisation` then make the round that follows.
    extrapolation : Extrapolation, optional
        Where iterations get on slowly, it proposes to jump ahead. A jump is an iteration too; one that does not raise
        the objective is not made.
    memory : Memory, optional
        That of the run which ended at `start`: this one goes on as if it were the same.

    Returns
    -------
    FitRecord
        Its last objective is that of its model, to the last bit.
    """
    past = memory or Memory()
    stride = LEAP if leap is not None else 1

    def rounds_from(model: M, n_done: int) -> Iterator[_Step[M]]:
        if leap is None:
            return _rounds(model, expectation, maximisation)
        return _leaps(model, expectation, maximisation, leap, n_done, watch is not None)

    rounds = rounds_from(start, past.n_iterations)
    objective, model = next(rounds)
    trace = [objective]
    recent = [*past.recent[:-1], objective]
    steps: deque[tuple[M, M]] = deque(past.steps, maxlen=None if extrapolation is None else extrapolation.n_remembered)
    mark = start if past.n_iterations % stride == 0 else None  # the model at the last multiple of the stride

    def record(end: End, n_iterations: int) -> FitRecord[M]:
        held = Memory(tuple(recent), tuple(steps), past.n_iterations + n_iterations)
        return FitRecord(model(), tuple(trace), end, n_iterations, held)

    for iteration in range(1, stop.max_iterations + 1):
        n_done = past.n_iterations + iteration
        is_due = extrapolation is not None and extrapolation.is_due(len(steps), len(recent) - 1, stride)
        if extrapolation is not None and is_due and stop.steps_left(recent) > AFTER_JUMP:
            jump = rounds_from(extrapolation.proposal(steps), n_done)
            objective, proposed = next(jump)
            # A jump that gains more than was left to gain has gone to another place than EM was on its way to.
            is_gain = slowest_factor(recent) < 1 and 0 < objective - recent[-1] <= 2 * left_to_gain(recent)
            if is_gain and extrapolation.is_allowed(proposed()):
                rounds, model, recent = jump, proposed, [objective]
            else:
                steps.clear()
            mark = model() if n_done % stride == 0 else None
            trace.append(recent[-1])
        else:
            try:
                objective, following = next(rounds)
            except NoNextModelError:
                return record(End.STUCK, iteration)
            if stop.monotone and objective < recent[-1]:
                return record(End.CONVERGED, iteration)
            model = following
            trace.append(objective)
            recent.append(objective)
            if extrapolation is not None and n_done % stride == 0:
                image = model()
                if mark is not None:
                    steps.append((mark, image))
                mark = image
        if watch is not None and watch(model(), trace):
            return record(End.CANCELLED, iteration)
        if stop.is_met(recent):
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
    model: M,
    expectation: Callable[[M], S],
    maximisation: Callable[[S, M], M],
    leap: Leap[M],
    n_done: int,
    one_by_one: bool,
) -> Iterator[_Step[M]]:
    """Yield the same steps, made by leaps wherever one gets on. Leaps end at multiples of LEAP iterations of the run.

    What comes next depends on the model alone, so that a run that is resumed takes the same steps.
    """
    known = 0  # 1 once the objective of `model` has been told
    while True:
        objectives, after = leap(model, 1 if one_by_one else LEAP - n_done % LEAP)
        for n_rounds in range(known, len(objectives)):
            yield objectives[n_rounds], partial(after, n_rounds)
        if len(objectives) > 1:
            n_done += len(objectives) - 1
            model = after(len(objectives) - 1)
        else:
            steps = _rounds(model, expectation, maximisation)
            start = next(steps)
            if not known and not objectives:
                yield start
            step = next(steps)
            yield step
            n_done += 1
            model = step[1]()
        known = 1


def _same(model: M) -> M:
    return model
