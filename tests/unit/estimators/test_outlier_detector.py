"""The outlier detector."""

import numpy as np
import pytest
from sklearn.base import clone

import mogul
from mogul.errors import MogulError, ParameterError
from mogul.testing import random_mixture

ORDINARY = random_mixture(np.random.default_rng(0), 3, 2, separation=4.0)


@pytest.mark.parametrize("calibration", ["cross", "split"])
@pytest.mark.parametrize("rate", [0.02, 0.1])
def test_the_false_alarm_rate_is_met_on_new_rows(calibration, rate):
    """The mean over several fits; each varies about the rate by sqrt(rate / M)."""
    n_fits, n_rows, alarms = 12, 500, []
    for seed in range(n_fits):
        rows = ORDINARY.sample(n_rows, rng=seed)
        detector = mogul.OutlierDetector(
            3, covariance_type="tied", false_alarm_rate=rate, calibration=calibration, random_state=0
        ).fit(rows)
        alarms.append((detector.predict(ORDINARY.sample(5000, rng=100 + seed)) == -1).mean())
    # Four standard deviations of that mean, with M of a half of the rows or all.
    assert abs(np.mean(alarms) - rate) < 4 * np.sqrt(rate / (n_rows / 2) / n_fits)


def test_the_own_law_is_met_where_rows_are_many():
    rows = ORDINARY.sample(8000, rng=0)
    detector = mogul.OutlierDetector(3, false_alarm_rate=0.05, calibration="model", random_state=0).fit(rows)
    alarms = (detector.predict(ORDINARY.sample(20_000, rng=1)) == -1).mean()
    assert alarms == pytest.approx(0.05, abs=0.01)
    assert detector.calibration_scores_ is None
    p = detector.p_values(rows[:500])
    np.testing.assert_array_equal(p < 0.05, detector.predict(rows[:500]) == -1)


def test_contamination_is_the_share_of_the_fitted_rows():
    rows = ORDINARY.sample(400, rng=0)
    detector = mogul.OutlierDetector(3, contamination=0.1, random_state=0).fit(rows)
    assert (detector.predict(rows) == -1).sum() == 40


def test_alarms_are_where_the_conformal_p_value_is_at_most_the_rate():
    rows, new = ORDINARY.sample(600, rng=0), ORDINARY.sample(2000, rng=1)
    detector = mogul.OutlierDetector(3, false_alarm_rate=0.05, random_state=0).fit(rows)
    assert len(detector.calibration_scores_) == 600
    np.testing.assert_array_equal(detector.predict(new) == -1, detector.p_values(new) <= 0.05)
    assert detector.p_values(new).min() >= 1 / 601


def test_a_rate_too_small_for_the_rows_asks_the_law():
    rows = ORDINARY.sample(200, rng=0)
    detector = mogul.OutlierDetector(3, false_alarm_rate=1e-6, random_state=0).fit(rows)
    assert detector.offset_ <= detector.calibration_scores_[0]
    assert (detector.predict(ORDINARY.sample(20_000, rng=1)) == -1).mean() < 1e-3
    assert detector.predict([[1e3, 1e3]]) == [-1]


def test_parameters_pass_through_to_the_mixture():
    rows = ORDINARY.sample(300, rng=0)
    detector = mogul.OutlierDetector(2, covariance_type="diag", max_iter=77, random_state=1).fit(rows)
    model = detector.model_
    assert (model.n_components, model.covariance_type, model.max_iter) == (2, "diag", 77)
    assert detector.n_iter_ == model.n_iter_ <= 77
    assert clone(detector).get_params() == detector.get_params()


def test_few_rows_fall_back_on_the_law():
    detector = mogul.OutlierDetector(1, random_state=0).fit(ORDINARY.sample(12, rng=0))
    assert detector.calibration_scores_ is None


def test_an_explanation_names_the_columns():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(ORDINARY.sample(300, rng=0), columns=["length", "width"])
    detector = mogul.OutlierDetector(3, random_state=0).fit(table)
    row = table.iloc[[0]] + [50.0, 0.0]
    assert detector.explain(row).feature_names == ("length", "width")
    assert str(detector.explain(row)) == str(detector.explain(row.to_numpy()[0]))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"false_alarm_rate": 0.0}, "'false_alarm_rate' .* above 0 and below 1"),
        ({"false_alarm_rate": 1.0}, "'false_alarm_rate'"),
        ({"contamination": 0.6}, "'contamination' .* at most 0.5"),
        ({"contamination": "auto"}, "'contamination'"),
        ({"calibration": "magic"}, "calibration 'magic' is unknown; use one of"),
    ],
)
def test_parameters_that_make_no_sense_are_refused_and_nothing_changes(parameters, message):
    detector = mogul.OutlierDetector(1, random_state=0).fit(ORDINARY.sample(200, rng=0))
    before = detector.offset_
    with pytest.raises(ParameterError, match=message):
        detector.set_params(**parameters).fit(ORDINARY.sample(300, rng=1))
    assert detector.offset_ == before
    with pytest.raises(MogulError):
        detector.predict([[1.0, 2.0, 3.0]])
