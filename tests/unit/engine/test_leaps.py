"""A run by leaps is the run without them."""

from dataclasses import dataclass

import pytest

from mogul.engine import End, NoNextModelError, StopRule, run_em


@dataclass(frozen=True)
class Climber:
    """A model of one number that halves its distance to a limit; past `wall` nothing goes at once."""

    limit: float = 1.0
    wall: float = 2.0
    cliff: float = 2.0

    def expectation(self, model):
        return Seen(-((self.limit - model) ** 2), model)

    def maximisation(self, statistics, model):
        if model >= self.cliff:
            raise NoNextModelError("there is nothing beyond")
        return (statistics.model + self.limit) / 2

    def leap(self, model, n_rounds):
        if model > self.wall:
            return (), lambda n: model
        models = [model]
        while len(models) <= n_rounds and models[-1] <= self.wall:
            models.append((models[-1] + self.limit) / 2)
        return [self.expectation(each).log_likelihood for each in models], models.__getitem__


@dataclass(frozen=True)
class Seen:
    log_likelihood: float
    model: float


STOPS = [StopRule(0), StopRule(1), StopRule(7), StopRule(30), StopRule(100, 1e-6), StopRule(100, step=1e-4)]


@pytest.mark.parametrize("wall", [-1.0, 0.0, 0.9, 2.0])
@pytest.mark.parametrize("cliff", [0.0, 0.99, 2.0])
@pytest.mark.parametrize("stop", STOPS, ids=repr)
def test_leaps_change_nothing(wall, cliff, stop):
    climber = Climber(wall=min(wall, cliff - 0.01), cliff=cliff)
    given = climber.expectation, climber.maximisation, stop
    assert run_em(0.0, *given, leap=climber.leap) == run_em(0.0, *given)


@pytest.mark.parametrize("stop", STOPS, ids=repr)
def test_a_watcher_sees_every_model_once(stop):
    climber = Climber()
    seen = []
    record = run_em(
        0.0, climber.expectation, climber.maximisation, stop, lambda m, t: seen.append((m, len(t))), leap=climber.leap
    )
    assert seen == [(1 - 0.5**n, n + 1) for n in range(1, record.n_iterations + 1)]


def test_a_watcher_may_end_a_leaping_run():
    climber = Climber()
    given = climber.expectation, climber.maximisation, StopRule(50), lambda model, trace: len(trace) == 12
    record = run_em(0.0, *given, leap=climber.leap)
    assert (record.end, record.n_iterations) == (End.CANCELLED, 11)


def test_a_leaping_run_that_is_resumed_takes_the_same_steps():
    climber = Climber(wall=0.9)
    functions = climber.expectation, climber.maximisation
    whole = run_em(0.0, *functions, StopRule(20), leap=climber.leap)
    half = run_em(0.0, *functions, StopRule(5), leap=climber.leap)
    rest = run_em(half.model, *functions, StopRule(15), memory=half.memory, leap=climber.leap)
    assert (rest.model, half.trace[:-1] + rest.trace) == (whole.model, whole.trace)
