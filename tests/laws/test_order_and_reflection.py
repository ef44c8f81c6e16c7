"""Laws 1 to 3: neither the order of rows or columns, nor the sign of a column, means anything."""

import numpy as np
import pytest

from mogul import Mixture
from mogul.testing import assert_close, assert_same_mixture, matched

STARTS = pytest.mark.parametrize("starts", ["given", "default"])


def _fit(case, starts, change, row_weights, responsibilities=None):
    """Return the fit of the changed rows: some iterations of EM from a given start, or all of it by default."""
    if starts == "given":
        given = case.responsibilities if responsibilities is None else responsibilities
        return case.em(change(case.rows), row_weights, responsibilities=given)
    return case.fit(change(case.separated[0]), row_weights)


def _scale(model):
    return float(np.abs(model.mixture_.means).max() + np.sqrt(np.abs(model.mixture_.covariances.array).max()))


@STARTS
def test_row_order_does_not_change_the_model(case, starts):
    order = case.rng(10).permutation(case.n_rows)
    weights = case.row_weights
    plain = _fit(case, starts, lambda rows: rows, weights)
    shuffled = _fit(
        case,
        starts,
        lambda rows: rows[order],
        None if weights is None else weights[order],
        case.responsibilities[order],
    )
    assert_same_mixture(shuffled.mixture_, plain.mixture_, case.n_rows, _scale(plain))
    assert_close(shuffled.lower_bound_, plain.lower_bound_, case.n_rows, max(1.0, abs(plain.lower_bound_)))
    if starts == "default":
        rows = case.separated[0]
        np.testing.assert_array_equal(shuffled.predict(rows), plain.predict(rows))


@STARTS
def test_column_order_permutes_the_model(case, starts):
    order = case.rng(11).permutation(case.n_features)
    plain = _fit(case, starts, lambda rows: rows, case.row_weights)
    permuted = _fit(case, starts, lambda rows: rows[:, order], case.row_weights)
    wanted = plain.mixture_.marginal(order)
    assert_same_mixture(matched(permuted.mixture_, wanted), wanted, case.n_rows, _scale(plain))
    assert_close(permuted.lower_bound_, plain.lower_bound_, case.n_rows, max(1.0, abs(plain.lower_bound_)))


@STARTS
def test_reflection_of_columns_reflects_the_model(case, starts):
    signs = case.rng(12).choice([-1, 1], case.n_features)
    plain = _fit(case, starts, lambda rows: rows, case.row_weights)
    reflected = _fit(case, starts, lambda rows: rows * signs.astype(rows.dtype), case.row_weights)
    original = plain.mixture_
    form = original.covariances
    if case.covariance_type in ("full", "tied"):
        form = type(form)(form.array * signs * signs[:, None])
    wanted = Mixture(original.weights, original.means * signs, form)
    assert_same_mixture(matched(reflected.mixture_, wanted), wanted, case.n_rows, _scale(plain))
    assert_close(reflected.lower_bound_, plain.lower_bound_, case.n_rows, max(1.0, abs(plain.lower_bound_)))
