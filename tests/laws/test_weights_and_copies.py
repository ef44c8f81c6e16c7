"""Laws 9 to 11: a row that weighs two is two rows, one that weighs nothing is none."""

import numpy as np
import pytest

from mogul.testing import assert_close, assert_same_mixture

STARTS = pytest.mark.parametrize("starts", ["given", "default"])


def _fit(case, starts, change, row_weights):
    """Return the fit of the rows that ``change`` makes of those of the case."""
    if starts == "given":
        return case.em(change(case.rows), row_weights, responsibilities=change(case.responsibilities))
    return case.fit(change(case.separated[0]), row_weights)


def _assert_same(case, starts, found, wanted, n_rows):
    scale = float(np.abs(wanted.mixture_.means).max() + np.sqrt(np.abs(wanted.mixture_.covariances.array).max()))
    assert_same_mixture(found.mixture_, wanted.mixture_, n_rows, scale)
    assert_close(found.lower_bound_, wanted.lower_bound_, n_rows, max(1.0, abs(wanted.lower_bound_)))
    if starts == "default":
        rows = case.separated[0]
        np.testing.assert_array_equal(found.predict(rows), wanted.predict(rows))


@STARTS
def test_every_row_twice_is_every_row_once(case, starts):
    weights = case.row_weights
    once = _fit(case, starts, lambda rows: rows, weights)
    twice = _fit(
        case, starts, lambda rows: np.repeat(rows, 2, axis=0), None if weights is None else np.repeat(weights, 2)
    )
    _assert_same(case, starts, twice, once, 2 * case.n_rows)


@STARTS
def test_an_integer_weight_is_repetition(case, starts):
    counts = case.rng(30).integers(1, 5, case.n_rows)
    weighted = _fit(case, starts, lambda rows: rows, counts)
    repeated = _fit(case, starts, lambda rows: np.repeat(rows, counts, axis=0), None)
    _assert_same(case, starts, repeated, weighted, int(counts.sum()))


@STARTS
def test_a_weight_of_zero_is_absence(case, starts):
    rng = case.rng(31)
    weights = np.ones(case.n_rows) if case.row_weights is None else case.row_weights
    n_extra = int(rng.integers(1, 20))
    places = np.sort(rng.integers(0, case.n_rows + 1, n_extra))
    absent = _fit(case, starts, lambda rows: rows, weights)

    def with_extra(rows):
        if rows.shape[1] == case.n_components and rows is case.responsibilities:
            return np.insert(rows, places, np.eye(case.n_components)[0], axis=0)
        wild = rng.choice([-1, 1], (n_extra, case.n_features)) * rng.integers(0, 30_000, (n_extra, case.n_features))
        return np.insert(rows, places, wild.astype(rows.dtype), axis=0)

    present = _fit(case, starts, with_extra, np.insert(weights, places, 0.0))
    _assert_same(case, starts, present, absent, case.n_rows + n_extra)


@STARTS
def test_all_weights_times_a_number_change_nothing(case, starts):
    weights = np.ones(case.n_rows) if case.row_weights is None else case.row_weights
    factor = float(10.0 ** case.rng(32).uniform(-8, 8))
    plain = _fit(case, starts, lambda rows: rows, weights)
    _assert_same(case, starts, _fit(case, starts, lambda rows: rows, factor * weights), plain, case.n_rows)
