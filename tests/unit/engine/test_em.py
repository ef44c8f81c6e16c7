"""The loop, on a model of ten lines: a number x that climbs -(x - 3)^2, a part of the way at each round."""

from types import SimpleNamespace

import pytest

from mogul.engine import End, NoNextModelError, StopRule, run_em


def objective(x):
    return SimpleNamespace(log_likelihood=-((x - 3.0) ** 2))


def halfway(statistics, x):
    return x + 0.5 * (3.0 - x)


def run(start=0.0, stop=None, step=halfway, **options):
    return run_em(start, objective, step, stop or StopRule(100, tolerance=1e-9), **options)


def test_it_climbs_to_the_top_and_reports_the_objective_of_its_model():
    record = run()
    assert record.end is End.CONVERGED
    assert record.model == pytest.approx(3.0, abs=1e-4)
    assert record.trace[0] == -9.0
    assert record.trace[-1] == objective(record.model).log_likelihood
    assert list(record.trace) == sorted(record.trace)
    assert len(record.trace) == record.n_iterations + 1


def test_less_is_left_to_gain_than_the_tolerance():
    for tolerance in (1e-2, 1e-5, 1e-9):
        assert -1.05 * tolerance <= run(stop=StopRule(100, tolerance)).trace[-1] <= 0.0


def test_the_limit_of_iterations():
    record = run(stop=StopRule(3))
    assert (record.end, record.n_iterations, record.model) == (End.MAX_ITERATIONS, 3, 2.625)
    none = run(stop=StopRule(0))
    assert (none.end, none.n_iterations, none.model, none.trace) == (End.MAX_ITERATIONS, 0, 0.0, (-9.0,))


def test_a_fall_is_the_end_and_the_better_model_is_kept():
    record = run(step=lambda _, x: x + 1.0, start=0.25, stop=StopRule(100))
    assert record.end is End.CONVERGED
    assert record.model == 3.25
    assert record.trace[-1] == -0.0625


def test_without_monotony_a_fall_is_no_end():
    record = run(step=lambda _, x: x + 1.0, start=0.25, stop=StopRule(10, monotone=False))
    assert record.end is End.MAX_ITERATIONS
    assert record.model == 10.25


def test_a_plateau_is_not_the_top():
    """Gains of 1e-7 that do not shrink, then a climb: a rule of one small step would stop on the flat."""
    values = iter([*[-1.0 + 1e-7 * n for n in range(50)], *[-(0.5**n) for n in range(1, 60)]])
    record = run_em(
        0, lambda _: SimpleNamespace(log_likelihood=next(values)), lambda _, x: x + 1, StopRule(200, tolerance=1e-6)
    )
    assert record.trace[-1] > -1e-5


def test_a_step_of_scikit_learn_stops_when_gains_shrink_below_it():
    record = run(stop=StopRule(100, step=1e-3))
    gains = [b - a for a, b in zip(record.trace, record.trace[1:], strict=False)]
    assert gains[-1] < 1e-3 <= gains[-2]


def test_no_next_model_ends_with_the_last():
    def collapsing(_, x):
        if x > 2.0:
            raise NoNextModelError("no more")
        return halfway(_, x)

    record = run(step=collapsing)
    assert record.end is End.STUCK
    assert record.model == 2.25
    assert record.trace[-1] == objective(2.25).log_likelihood


def test_a_watcher_sees_every_iteration_and_may_stop_it():
    seen = []

    def watch(x, trace):
        seen.append((x, trace[-1], len(trace)))
        return len(seen) == 4

    record = run(watch=watch)
    assert record.end is End.CANCELLED
    assert seen == [(x, -((x - 3) ** 2), n) for n, x in enumerate([1.5, 2.25, 2.625, 2.8125], start=2)]
    assert record.model == seen[-1][0]


@pytest.mark.parametrize("first", range(8))
def test_a_run_resumed_is_the_run(first):
    whole = run(stop=StopRule(7, tolerance=1e-12))
    head = run(stop=StopRule(first, tolerance=1e-12))
    tail = run(head.model, StopRule(7 - first, tolerance=1e-12), memory=head.memory)
    assert tail.model == whole.model
    assert (*head.trace[:-1], *tail.trace) == whole.trace


def test_a_resumed_run_stops_where_the_whole_would():
    whole = run()
    head = run(stop=StopRule(whole.n_iterations - 2, tolerance=1e-9))
    tail = run(head.model, memory=head.memory)
    assert (tail.end, tail.n_iterations, tail.model) == (End.CONVERGED, 2, whole.model)


def test_interrupts_go_through():
    def interrupted(_, x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(step=interrupted)


def test_every_end_has_words():
    assert len({end.value for end in End}) == len(End)
    assert all(" " in end.value for end in End)
