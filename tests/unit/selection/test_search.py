from itertools import pairwise

import numpy as np
import pytest

import mogul
from mogul.data import load_faithful
from mogul.selection import Progress

ROWS = load_faithful().rows


def table(selection):
    return [tuple(row.items()) for row in selection.to_dicts()]


def test_the_same_seed_gives_the_same_bits_with_any_number_of_threads(monkeypatch):
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv("MOGUL_NUM_THREADS", threads)
        found.append(str(mogul.select(ROWS, [1, 2, 3], ["VVV", "VEI", "VVE"], random_state=5).to_dicts()))
    assert found[0] == found[1]


def test_more_starts_and_other_families_can_only_help():
    alone = mogul.select(ROWS, range(1, 5), ["VVV"], n_starts=1)
    beside = mogul.select(ROWS, range(1, 5), ["VVV", "EEE", "VVI"], n_starts=1)
    for n_components in range(1, 5):
        key = "VVV", n_components
        assert beside[key].log_likelihood >= alone[key].log_likelihood - 1e-6 * len(ROWS)


def test_progress_is_told_and_ends_where_it_says():
    told: list[Progress] = []
    mogul.select(ROWS, [1, 2, 3], ["EEE", "VVV"], progress=told.append)
    assert [each.done for each in told] == list(range(1, told[-1].total + 1))
    assert {(each.family, each.n_components) for each in told} == {(f, k) for f in ("EEE", "VVV") for k in (1, 2, 3)}
    assert str(told[0]).startswith(f"1 of {told[0].total}, ")
    assert all(later.elapsed >= each.elapsed for each, later in pairwise(told))


def test_a_time_limit_leaves_a_reason():
    selection = mogul.select(ROWS, [1, 2], ["EEE"], time_limit=0.0)
    assert selection["EEE", 1].mixture is not None  # something is always found
    assert selection["EEE", 2].reason == "the time limit of 0 s was reached before it"


def test_more_components_than_distinct_rows_have_a_reason():
    rows = np.repeat([[0.0, 0.1], [1.0, 0.0], [5.0, 6.0], [7.0, 3.0]], 5, axis=0)
    selection = mogul.select(rows, [1, 5], ["EII"])
    assert selection["EII", 5].reason == "there are only 4 distinct rows"
    assert selection["EII", 5].bic is None


def test_fits_on_the_floor_are_not_compared():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(size=(30, 2)), np.tile([9.0, 9.0], (10, 1))])
    selection = mogul.select(rows, [2], ["VVV", "EEE"])
    needle = selection["VVV", 2]
    assert needle.on_floor
    assert "variance floor" in needle.reason
    assert needle.log_likelihood is not None
    assert needle.bic is needle.aic is needle.icl is None
    assert selection.best.family == "EEE"


@pytest.mark.parametrize("dtype", [np.float32, np.int64])
def test_other_dtypes(dtype):
    rows = np.round(ROWS * 10).astype(dtype)
    selection = mogul.select(rows, [2], ["VVV"])
    exact = mogul.select(rows.astype(float), [2], ["VVV"])
    assert selection.best.log_likelihood == pytest.approx(exact.best.log_likelihood, abs=1e-4)
