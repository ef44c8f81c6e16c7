"""Laws 14 and 15: a column that says nothing new changes no label, and is remarked on."""

import warnings

import numpy as np

from mogul.errors import ConstantColumnWarning, MogulWarning, RankWarning


def _fitted(case, rows):
    """Return (labels, kinds of warnings) of a default fit."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        labels = case.estimator().fit_predict(rows, sample_weight=case.row_weights)
    assert all(issubclass(warning.category, MogulWarning) for warning in caught), [str(w.message) for w in caught]
    return labels, [warning.category for warning in caught]


def test_a_constant_column_leaves_the_labels_and_is_named(case):
    rows = case.separated[0]
    constant = np.full(case.n_rows, case.rng(50).integers(-100, 100), dtype=rows.dtype)
    place = int(case.rng(51).integers(0, case.n_features + 1))
    plain, _ = _fitted(case, rows)
    labels, kinds = _fitted(case, np.insert(rows, place, constant, axis=1))
    np.testing.assert_array_equal(labels, plain)
    assert kinds.count(ConstantColumnWarning) == 1


def test_a_duplicated_column_leaves_the_labels_and_is_named(case):
    if case.covariance_type in ("diag", "spherical"):
        case = type(case)(case.number - 2)  # the law is about families with correlations
    rows = case.separated[0]
    column = int(case.rng(52).integers(0, case.n_features))
    place = int(case.rng(53).integers(0, case.n_features + 1))
    plain, _ = _fitted(case, rows)
    labels, kinds = _fitted(case, np.insert(rows, place, rows[:, column], axis=1))
    np.testing.assert_array_equal(labels, plain)
    assert kinds.count(RankWarning) == 1
