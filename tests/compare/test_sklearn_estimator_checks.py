"""scikit-learn's checks of what every estimator must do. None is expected to fail."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

import mogul

TYPES = ("full", "tied", "diag", "spherical")


# The checks feed a handful of random rows, on which a fit may rightly remark.
@pytest.mark.filterwarnings("ignore::mogul.errors.MogulWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(
    [mogul.GaussianMixture(covariance_type=name) for name in ("full", "tied", "diag", "spherical")]
)
def test_estimator_check_passes(estimator, check):
    check(estimator)
