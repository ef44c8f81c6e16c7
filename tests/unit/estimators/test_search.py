import pickle

import numpy as np
import pytest
from sklearn.base import clone

import mogul
from mogul import GaussianMixtureSearch
from mogul.data import load_faithful
from mogul.errors import DegenerateWarning, MogulError, ParameterError

ROWS = load_faithful().rows


@pytest.fixture(scope="module")
def fitted():
    return GaussianMixtureSearch([1, 2, 3], families=["full", "tied"], random_state=0).fit(ROWS)


def test_the_best_mixture_serves_as_an_estimator(fitted):
    assert (fitted.n_components_, fitted.covariance_type_) == (3, "tied")
    best = fitted.selection_.best.mixture
    np.testing.assert_array_equal(fitted.predict(ROWS), best.labels(ROWS))
    np.testing.assert_array_equal(fitted.predict_proba(ROWS), best.responsibilities(ROWS))
    assert fitted.score(ROWS) == pytest.approx(best.logpdf(ROWS).mean(), rel=1e-14)
    rows, components = fitted.sample(5)
    assert rows.shape == (5, 2)
    assert components.shape == (5,)


def test_it_does_what_select_does(fitted):
    selection = mogul.select(ROWS, [3, 2, 1, 1], ["full", "tied"])
    assert str(selection.to_dicts()) == str(fitted.selection_.to_dicts())


def test_clone_and_pickle(fitted):
    again = clone(fitted).fit(ROWS)
    np.testing.assert_array_equal(again.mixture_.means, fitted.mixture_.means)
    kept = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(kept.score_samples(ROWS), fitted.score_samples(ROWS))


def test_all_families_of_one_column_are_two():
    selection = mogul.select(ROWS[:, :1], [1, 2])
    assert {each.family for each in selection} == {"E", "V"}


def test_all_families_of_two_columns_are_fourteen():
    selection = mogul.select(ROWS, [2], n_starts=1)
    assert len({each.family for each in selection}) == 14


def test_weights_count_as_repeated_rows():
    counts = 1 + np.arange(len(ROWS)) % 2
    weighted = mogul.select(ROWS, [2], ["VVV"], sample_weight=counts).best
    repeated = mogul.select(np.repeat(ROWS, counts, axis=0), [2], ["VVV"]).best
    assert weighted.bic == pytest.approx(repeated.bic, abs=1e-3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"components": []}, "components is empty"),
        ({"components": [0]}, "'components'"),
        ({"families": []}, "families is empty"),
        ({"families": "fulll"}, "Got 'fulll' instead"),
        ({"families": ["E"]}, "'E' is for one column, but X has 2"),
        ({"criterion": "bicc"}, "Got 'bicc' instead"),
        ({"n_starts": 0}, "'n_starts'"),
        ({"time_limit": -1}, "'time_limit'"),
        ({"random_state": "x"}, "Use None, an int"),
    ],
)
def test_wrong_parameters_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        GaussianMixtureSearch(**wrong).fit(ROWS)


def test_where_all_sit_on_the_floor_one_is_taken_with_a_warning():
    rows = np.concatenate([np.tile([0.0, 1.0], (5, 1)), np.tile([4.0, 4.0], (5, 1)), np.tile([9.0, -1.0], (5, 1))])
    with pytest.warns(DegenerateWarning, match="No candidate can be compared by bic"):
        search = GaussianMixtureSearch([3], families=["VVV"], random_state=0).fit(rows)
    assert search.mixture_.n_components == 3


def test_rows_are_checked():
    with pytest.raises(MogulError, match="NaN"):
        mogul.select([[1.0, np.nan], [2.0, 3.0]])


def test_verbose_prints_a_line_for_each_number_of_components(capsys):
    mogul.select(ROWS, [1, 2], ["EEE", "VVV"], verbose=1)
    few = capsys.readouterr().err.splitlines()
    mogul.select(ROWS, [1, 2], ["EEE", "VVV"], verbose=2)
    many = capsys.readouterr().err.splitlines()
    assert len(many) == 2 * len(few) > 0
    assert "VVV, 2" in few[1] + few[2]
