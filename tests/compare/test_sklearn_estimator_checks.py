"""scikit-learn's checks of what every estimator must do. None is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import mogul

TYPES = ("full", "tied", "diag", "spherical", "factor", "ppca")

# Unwrapped, because scikit-learn before 1.8 hands pytest a generator, which pytest frowns upon.
ESTIMATORS = [mogul.GaussianMixture(covariance_type=name) for name in TYPES] + [
    mogul.MixtureClassifier(),
    mogul.GaussianMixtureSearch((1, 2), families=("EII", "VVV"), n_starts=1),
    mogul.MixtureClassifier([1, 2], covariance_type=["spherical", "diag"]),
    mogul.MixtureClassifier(shared=True, covariance_type="tied"),
    mogul.MixtureRegressor(),
    mogul.MixtureRegressor(covariance_type="tied"),
    mogul.OutlierDetector(),
    # One check wants to see an outlier among 300 ordinary rows.
    mogul.OutlierDetector(calibration="split", false_alarm_rate=0.05),
    mogul.OutlierDetector(calibration="model", false_alarm_rate=0.05, covariance_type="diag"),
]
CHECKS = parametrize_with_checks(ESTIMATORS).mark


# The checks feed a handful of random rows, on which a fit may rightly remark.
@pytest.mark.filterwarnings("ignore::mogul.errors.MogulWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@pytest.mark.parametrize(CHECKS.args[0], list(CHECKS.args[1]), ids=CHECKS.kwargs["ids"])
def test_estimator_check_passes(estimator, check):
    check(estimator)
