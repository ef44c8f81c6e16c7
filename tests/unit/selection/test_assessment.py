import numpy as np
import pytest

import mogul
from mogul.selection import Folds


def test_folds_hold_every_row_once():
    parts = Folds(4, 0).of(10)
    assert sorted(np.concatenate(parts)) == list(range(10))
    assert {len(part) for part in parts} == {2, 3}


def test_cross_validation_knows_three_groups():
    rng = np.random.default_rng(2)
    rows = np.concatenate([rng.normal(size=(60, 1)) + place for place in (0.0, 9.0, 18.0)])
    selection = mogul.select(rows, range(1, 6), ["V"], "cv", folds=3, n_starts=1)
    assert selection.best.n_components == 3
    # A held-out row is no likelier than the same row when it was fitted to.
    assert selection.best.cv > -2 * selection.best.log_likelihood


def test_cross_validated_value_is_that_of_plain_loops():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(40, 2))
    (only,) = mogul.select(rows, [1], ["VVV"], "cv", folds=4, random_state=3)
    seed = int(np.random.RandomState(3).randint(np.iinfo(np.int32).max))
    expected = 0.0
    for part in Folds(4, seed).of(40):
        rest = np.delete(rows, part, axis=0)
        mixture = mogul.Mixture([1.0], [rest.mean(axis=0)], mogul.FullCovariance([np.cov(rest.T, bias=True)]))
        expected -= 2 * mixture.logpdf(rows[part]).sum()
    assert only.cv == pytest.approx(expected, rel=1e-10)


def test_a_fold_that_cannot_be_fitted_is_told():
    rows = np.array([[0.0], [1.0], [2.5], [7.0]])
    selection = mogul.select(rows, [1, 4], ["V"], "cv", folds=2)
    assert "without part 1 of 2" in selection["V", 4].reason or "variance floor" in selection["V", 4].reason
    assert selection["V", 4].cv is None
