"""Rows that do not belong: an alarm with a stated rate of false ones."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError
from mogul.estimators.calibration import CALIBRATIONS, Calibrated, by_contamination, conformal_p_values
from mogul.estimators.gaussian_mixture import GaussianMixture, unchanged_on_failure
from mogul.estimators.inputs import checked_rows
from mogul.family import ConjugatePrior
from mogul.mixture import Mixture
from mogul.mixture.surprise import Explanation
from mogul.truncated import Truncation


class OutlierDetector(OutlierMixin, BaseEstimator):
    """Detector of rows to which a fitted Gaussian mixture gives little density, with a stated rate of false alarms.

    Parameters
    ----------
    n_components : int, default 1
        K, the number of Gaussians.
    false_alarm_rate : float, default 0.01
        Which share of new ordinary rows may raise an alarm; above 0 and below 1. It is met on rows that were not
        fitted, if they come from where the fitted ones came from.
    contamination : float, optional
        Instead: which share of the fitted rows to call outliers, as elsewhere in scikit-learn; above 0, at most 0.5.
    calibration : {'cross', 'split', 'model'}, default 'cross'
        How the rate is met. 'cross': each fifth of the rows is scored by a mixture of the others; the model itself is
        of all rows; with fewer than ``20 n_components`` rows it is 'model'. 'split': the mixture is fitted to one half
        of the rows and the line drawn by the other; the expected rate is then never above the stated one, whatever
        the rows' distribution. 'model': the mixture's own law, which holds if the mixture is right, and is too strict
        where few rows were fitted by many parameters.
    covariance_type, tol, reg_covar, max_iter, n_init, init_params, weights_init, means_init, precisions_init, \
random_state, truncation, equal_weights, prior
        As in `GaussianMixture`.

    Attributes
    ----------
    mixture_ : Mixture
        Of ordinary rows.
    model_ : GaussianMixture
        The fitted estimator.
    offset_ : float
        The log-density below which a row is an outlier.
    calibration_scores_ : shape (M,), or None
        Log-densities of rows by mixtures that were not fitted to them, ascending.
    converged_, n_iter_
        Of the fit of `mixture_`.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do; the estimator stays as it was.

    Notes
    -----
    With M scores of unseen rows, a row of score s has the conformal p-value ``(1 + #{scores <= s}) / (M + 1)``, and
    raises an alarm when that is at most `false_alarm_rate`. If ``false_alarm_rate (M + 1) < 1``, no p-value is so
    small: the line is then that of the mixture's own law, and not above the least score.

    The rate is an average over the rows that were fitted: for a given fit it varies about it with a standard deviation
    of about ``sqrt(rate / M)``.

    References
    ----------
    Bates, Candes, Lei, Romano and Sesia (2023), Testing for outliers with conformal p-values, Annals of Statistics 51,
    149-178. Vovk (2015), Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74, 9-28.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> rng = np.random.default_rng(0)
    >>> ordinary = np.concatenate([rng.normal(-5, 1, (500, 2)), rng.normal(5, 1, (500, 2))])
    >>> detector = mogul.OutlierDetector(n_components=2, false_alarm_rate=0.05, random_state=0).fit(ordinary)
    >>> detector.predict([[5.0, 4.0], [0.0, 0.0], [5.0, -5.0]])
    array([ 1, -1, -1])
    """

    _doc_link_module = "mogul"

    def __init__(
        self,
        n_components: int = 1,
        *,
        false_alarm_rate: float = 0.01,
        contamination: float | None = None,
        calibration: str = "cross",
        covariance_type: str = "full",
        tol: float | None = None,
        reg_covar: float | None = None,
        max_iter: int = 1000,
        n_init: int = 1,
        init_params: str = "kmeans",
        weights_init: ArrayLike | None = None,
        means_init: ArrayLike | None = None,
        precisions_init: ArrayLike | None = None,
        random_state: Any = None,
        truncation: int | Truncation | None = None,
        equal_weights: bool = False,
        prior: str | ConjugatePrior | None = None,
    ) -> None:
        self.n_components = n_components
        self.false_alarm_rate = false_alarm_rate
        self.contamination = contamination
        self.calibration = calibration
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.truncation = truncation
        self.equal_weights = equal_weights
        self.prior = prior

    def fit(self, X: Any, y: Any = None) -> Self:
        """Fit the mixture to the rows of X, draw the line, and return the estimator.

        Parameters
        ----------
        X : shape (N, D)
            Ordinary rows, or nearly so: an array, or a pandas, polars or pyarrow table.
        y : ignored

        Raises
        ------
        MogulError
            The estimator then stays as it was.
        """
        with unchanged_on_failure(self):
            self._accept(self._calibrated(checked_rows(self, X, reset=True, min_rows=2)))
        return self

    def _calibrated(self, rows: Array) -> Calibrated:
        if self.calibration not in CALIBRATIONS:
            raise ParameterError(f"calibration {self.calibration!r} is unknown; use one of {list(CALIBRATIONS)}.")
        if self.contamination is not None:
            return by_contamination(self._mixture_estimator, rows, _share("contamination", self.contamination, 0.5))
        rate = _share("false_alarm_rate", self.false_alarm_rate, 1.0)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        return CALIBRATIONS[self.calibration](self._mixture_estimator, rows, rate, np.random.default_rng(seed))

    def _mixture_estimator(self) -> GaussianMixture:
        """Return the mixture to be fitted, with its parameters passed through."""
        own = {"false_alarm_rate", "contamination", "calibration"}
        return GaussianMixture(**{name: value for name, value in self.get_params().items() if name not in own})

    def _accept(self, calibrated: Calibrated) -> None:
        self.model_ = calibrated.model
        self.mixture_: Mixture = calibrated.model.mixture_
        self.converged_, self.n_iter_ = calibrated.model.converged_, calibrated.model.n_iter_
        self.offset_ = calibrated.offset
        self.calibration_scores_ = calibrated.scores

    # ------------------------------------------------------------------------------------------ using the fit

    def score_samples(self, X: Any) -> FloatArray:
        """Return the log-density of each row, shape (N,): the lower, the more unusual."""
        check_is_fitted(self, "mixture_")
        return np.asarray(self.mixture_.logpdf(checked_rows(self, X, reset=False)))

    def decision_function(self, X: Any) -> FloatArray:
        """Return the log-density of each row above the line, shape (N,): negative for outliers."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> Array:
        """Return 1 for each ordinary row and -1 for each outlier, shape (N,)."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def p_values(self, X: Any) -> FloatArray:
        """Return how often an ordinary row is as unusual as each row, shape (N,).

        Conformal p-values where the line was drawn by them, and then at least ``1 / (M + 1)``; else those of the
        mixture's own law, `Mixture.p_values`.
        """
        scores = self.score_samples(X)
        if self.calibration_scores_ is None:
            return self.mixture_.density_law().p_values(scores)
        return conformal_p_values(self.calibration_scores_, scores)

    def explain(self, row: Any) -> Explanation:
        """Return a table of how improbable each value of one row is, given the others; see `Mixture.explain`.

        Parameters
        ----------
        row : shape (D,) or (1, D)
            A row, or a table of one.
        """
        check_is_fitted(self, "mixture_")
        values = checked_rows(self, row, reset=False) if hasattr(row, "columns") else np.asarray(row)
        return self.mixture_.explain(values, feature_names=getattr(self, "feature_names_in_", None))


def _share(name: str, value: Any, most: float) -> float:
    """Return a share above 0, or say what the parameter must be."""
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if is_number and 0 < value <= most and value < 1:
        return float(value)
    bound = "at most 0.5" if most < 1 else "below 1"
    raise ParameterError(f"The {name!r} parameter of OutlierDetector is {value!r}; it must be above 0 and {bound}.")
