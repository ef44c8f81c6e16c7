import math

import pytest

from mogul.engine import StopRule
from mogul.estimators.slab import _judged

RULE = StopRule(100, tolerance=1e-3)


def geometric(n, factor=0.5):
    return [-(factor**t) for t in range(n)]


def test_a_trace_is_judged_as_if_every_round_had_been_looked_at():
    values = geometric(40)
    alone = next(n for n in range(1, 40) if RULE.is_met(values[: n + 1]))
    for step in (1, 3, 8):
        history, n_rounds, converged = [], 0, False
        while not converged:
            kept, counted, converged, fine = _judged(history, values[n_rounds : n_rounds + step + 1], RULE)
            assert fine
            assert kept == counted
            n_rounds += kept
        assert n_rounds == alone
        assert history == values[: alone + 1]


def test_a_fall_is_the_end_and_the_better_mixture_is_kept():
    assert _judged([], [-5.0, -3.0, -2.0, -2.5, -1.0], RULE) == (2, 3, True, True)
    assert _judged([], [-5.0, -3.0, -3.5], StopRule(9, monotone=False)) == (2, 2, False, True)


@pytest.mark.parametrize("n_rounds", [0, 1, 2])
def test_where_nothing_was_reached_care_is_needed(n_rounds):
    trace = [*[-5.0, -3.0, -2.0][: n_rounds + 1], math.nan]
    assert _judged([], trace, RULE) == (n_rounds, n_rounds, False, False)
    assert _judged([], [math.nan], RULE) == (0, 0, False, False)
