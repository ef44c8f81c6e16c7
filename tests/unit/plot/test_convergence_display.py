import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from mogul.errors import ParameterError
from mogul.plot import ConvergenceDisplay


class Fitted(BaseEstimator):
    """What a fitted estimator offers to a display."""

    lower_bounds_ = [-3.0, -2.5, -2.4]  # noqa: RUF012
    converged_ = False

    def fit(self):
        """Make it an estimator."""


def test_course_is_drawn_against_iterations_from_one():
    display = ConvergenceDisplay.from_estimator(Fitted())
    np.testing.assert_array_equal(display.line_.get_data(), [[1, 2, 3], [-3.0, -2.5, -2.4]])
    np.testing.assert_array_equal(display.last_.get_data(), [[3], [-2.4]])
    assert display.last_.get_label() == "not converged after 3 iterations: -2.4"


def test_end_is_told():
    assert ConvergenceDisplay([-1.5]).plot().last_.get_label() == "converged after 1 iteration: -1.5"


def test_no_iterations():
    with pytest.raises(ParameterError, match="lower_bounds is empty"):
        ConvergenceDisplay([]).plot()


def test_estimator_must_be_fitted():
    class Unfitted(BaseEstimator):
        def fit(self):
            """Make it an estimator."""

    with pytest.raises(NotFittedError):
        ConvergenceDisplay.from_estimator(Unfitted())
