"""Classification by mixtures: the density of each class is a mixture of Gaussians."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted, column_or_1d

from mogul._checks import row_weights
from mogul._kernels import Array, FloatArray
from mogul.covariance import FullCovariance
from mogul.errors import NonFiniteError, ParameterError
from mogul.estimators.candidates import Settings, Trial, shared_trials, trial_of_class
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.inputs import checked_rows, require_integer, require_one_of
from mogul.family import FAMILIES, SYNONYMS, UNIVARIATE, find_family
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.training import examined


class MixtureClassifier(ClassifierMixin, BaseEstimator):
    """Classifier whose classes are mixtures of Gaussians: discriminant analysis, as simple or as flexible as data bear.

    Parameters
    ----------
    n_components : int or sequence of int, default 1
        How many Gaussians a class has. Of several numbers, each class takes the one of least BIC.
    covariance_type : str or sequence of str, default 'full'
        The covariance family, any that `GaussianMixture` knows; 'all' stands for all fourteen. Of several, each class
        takes the one of least BIC, together with its number of components.
    shared : bool, default False
        Whether one family holds across the classes, each of which is one Gaussian: 'tied' is then linear discriminant
        analysis, 'full' quadratic, and the other families lie between the two. Of several families, the one of least
        BIC is taken.
    priors : None, 'equal', shape (n_classes,) or dict, default None
        Probabilities of the classes, in sorted order of the classes or by class: by default their shares of the rows.
    tol, reg_covar, max_iter, n_init, random_state
        Those of `GaussianMixture`, for the mixture of each class.

    Attributes
    ----------
    classes_ : shape (n_classes,)
    priors_ : shape (n_classes,)
    mixtures_ : list of Mixture
        The density of each class.
    n_components_ : list of int
        The number of components of each class.
    covariance_types_ : list of str
        The family of each class.
    n_iter_ : int
        The most EM iterations that any class took; 1 with `shared`.
    bic_ : float
        Of the joint distribution of rows and classes, ``-2 log likelihood + n_parameters log N``: less is better.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do.

    Notes
    -----
    A row x belongs to class c with probability ``priors[c] p_c(x) / sum_b priors[b] p_b(x)``. With mixtures of their
    own, the classes may have any shape (MclustDA of Fraley and Raftery, 2002). Shared families are those of EDDA
    (Bensmail and Celeux, 1996): their covariances are the M-step of the family at the labels. Candidates that end on
    the variance floor are taken only if there are no others.

    References
    ----------
    Bensmail and Celeux (1996), Regularized Gaussian discriminant analysis through eigenvalue decomposition, JASA 91,
    1743-1748.
    Fraley and Raftery (2002), Model-based clustering, discriminant analysis, and density estimation, JASA 97, 611-631.
    Hastie and Tibshirani (1996), Discriminant analysis by Gaussian mixtures, JRSS B 58, 155-176.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 2)) + 6 * rng.integers(2, size=(300, 2))
    >>> y = np.where((X[:, 0] > 3) == (X[:, 1] > 3), "alike", "unlike")
    >>> model = mogul.MixtureClassifier(n_components=[1, 2, 3], covariance_type="spherical", random_state=0).fit(X, y)
    >>> model.n_components_, model.score(X, y) > 0.99
    ([2, 2], True)
    """

    _doc_link_module = "mogul"

    def __init__(
        self,
        n_components: int | Sequence[int] = 1,
        *,
        covariance_type: str | Sequence[str] = "full",
        shared: bool = False,
        priors: str | ArrayLike | Mapping[Any, float] | None = None,
        tol: float | None = None,
        reg_covar: float | None = None,
        max_iter: int = 1000,
        n_init: int = 1,
        random_state: Any = None,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.shared = shared
        self.priors = priors
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.random_state = random_state

    # ------------------------------------------------------------------------------------------ fitting

    def fit(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the mixture of each class and return the estimator.

        Parameters
        ----------
        X : shape (N, D)
            Rows of numbers: an array, or a pandas, polars or pyarrow table.
        y : shape (N,)
            The class of each row: numbers or words.
        sample_weight : shape (N,), optional
            How often each row counts. Zero is as if the row were absent.
        """
        settings = self._checked_settings()
        labels = _checked_labels(y)
        rows = checked_rows(self, X, reset=True, min_rows=2)
        check_consistent_length(rows, labels)
        weights = row_weights(sample_weight, len(rows))
        weights = np.ones(len(rows)) if weights is None else weights
        present = weights > 0
        rows, labels, weights = rows[present], labels[present], weights[present]
        settings.check_columns(rows.shape[1])
        classes, codes = np.unique(labels, return_inverse=True)
        shares = np.bincount(codes, weights) / weights.sum()
        priors = _checked_priors(self.priors, classes, shares)
        correlations = any(find_family(name).moments.correlations for name in settings.names)
        report = examined(ArraySource(rows, weights), correlations=correlations)
        if self.shared:
            trials = shared_trials(rows, weights, codes, classes.tolist(), report, settings)
        else:
            trials = [
                trial_of_class(rows[codes == c], weights[codes == c], name, report, settings)
                for c, name in enumerate(classes.tolist())
            ]
        self._accept(trials, classes, shares, float(weights.sum()))
        self.priors_ = priors
        for warning in [*report.warnings(), *(each for trial in trials for each in trial.warnings)]:
            warnings.warn(warning, stacklevel=2)
        return self

    def _accept(self, trials: list[Trial], classes: Array, shares: FloatArray, total: float) -> None:
        """Take over the results."""
        self.classes_ = classes
        self.mixtures_ = [trial.mixture for trial in trials]
        self.n_components_ = [trial.mixture.n_components for trial in trials]
        self.n_iter_ = max(1, *(trial.n_iterations for trial in trials))
        self.covariance_types_ = [trial.covariance_type for trial in trials]
        of_classes = total * float(shares @ np.log(shares))
        n_parameters = sum(trial.n_parameters for trial in trials) + len(classes) - 1
        log_likelihood = sum(trial.log_likelihood for trial in trials) + of_classes
        self.bic_ = -2 * log_likelihood + n_parameters * math.log(total)

    def _checked_settings(self) -> Settings:
        """Return the candidates, every parameter having been checked."""
        given: Any = self.n_components
        numbers = list(given) if np.iterable(given) and not isinstance(given, str) else [given]
        names = [self.covariance_type] if isinstance(self.covariance_type, str) else list(self.covariance_type)
        if names == ["all"]:
            names = list(FAMILIES)
        for number in numbers:
            require_integer("n_components", number, 1, owner="MixtureClassifier")
        for name in names:
            require_one_of(
                "covariance_type", name, [*SYNONYMS, *FAMILIES, *UNIVARIATE, "all"], owner="MixtureClassifier"
            )
        if not numbers or not names:
            raise ParameterError("n_components and covariance_type must name a candidate each. Use 1 and 'full'.")
        if self.shared and numbers != [1]:
            raise ParameterError(
                f"With shared=True every class is one Gaussian, but n_components is {self.n_components}. Use 1, or "
                "shared=False."
            )
        fit = GaussianMixture(
            tol=self.tol,
            reg_covar=self.reg_covar,
            max_iter=self.max_iter,
            n_init=self.n_init,
            random_state=self.random_state,
        )
        fit._require_valid_parameters()
        return Settings(numbers, names, fit._stop_rule, self.reg_covar, self.n_init, fit._seed())

    # ------------------------------------------------------------------------------------------ using the fit

    def _log_joint(self, X: Any) -> FloatArray:
        """Return the log priors plus log densities of the classes, (N, n_classes)."""
        check_is_fitted(self, "mixtures_")
        rows = checked_rows(self, X, reset=False)
        with np.errstate(divide="ignore"):
            log_priors = np.log(self.priors_)
        result: FloatArray = np.stack([mixture.logpdf(rows) for mixture in self.mixtures_], axis=1) + log_priors
        return result

    def predict(self, X: Any) -> Array:
        """Return the most probable class of each row, shape (N,)."""
        likeliest = self._log_joint(X).argmax(axis=1)
        result: Array = self.classes_[likeliest]
        return result

    def predict_log_proba(self, X: Any) -> FloatArray:
        """Return the logarithms of `predict_proba`, exact also where these are too small for floating point."""
        joint = self._log_joint(X)
        return joint - _log_sum(joint)[:, None]

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the probability of each class for each row, shape (N, n_classes); rows sum to one."""
        return np.exp(self.predict_log_proba(X))

    def score_samples(self, X: Any) -> FloatArray:
        """Return the log-density of each row whatever its class, shape (N,): low for rows that belong to no class."""
        return _log_sum(self._log_joint(X))

    def brier_score(self, X: Any, y: Any, sample_weight: ArrayLike | None = None) -> float:
        """Return the Brier score of the predicted probabilities, from 0 (certain and right) to 2; see `brier_score`."""
        return brier_score(self.predict_proba(X), y, classes=self.classes_, sample_weight=sample_weight)

    @property
    def mixture_(self) -> Mixture:
        """The density of all rows: the components of every class, weighted with the priors."""
        check_is_fitted(self, "mixtures_")
        weights = np.concatenate([p * each.weights for p, each in zip(self.priors_, self.mixtures_, strict=True)])
        means = np.concatenate([each.means for each in self.mixtures_])
        covariances = np.concatenate([each.covariances.dense() for each in self.mixtures_])
        return Mixture(weights / weights.sum(), means, FullCovariance(covariances))

    @property
    def component_classes_(self) -> Array:
        """The class of each component of `mixture_`, as a number into `classes_`."""
        check_is_fitted(self, "mixtures_")
        return np.repeat(np.arange(len(self.classes_)), self.n_components_)


def brier_score(
    probabilities: ArrayLike, y: ArrayLike, *, classes: ArrayLike | None = None, sample_weight: ArrayLike | None = None
) -> float:
    """Return the Brier score of predicted probabilities: the mean squared distance to what came true.

    Parameters
    ----------
    probabilities : shape (N, n_classes)
        Rows sum to one.
    y : shape (N,)
        The class of each row.
    classes : shape (n_classes,), optional
        The class of each column; by default those of `y`, sorted.
    sample_weight : shape (N,), optional

    Returns
    -------
    float
        ``mean_n sum_c (probabilities[n, c] - [y_n = c])^2``: 0 for certain and right, 2 for certain and wrong. For two
        classes, half of it is the score of one column.

    Raises
    ------
    ParameterError
        If the numbers of rows or classes disagree, or a class has no column.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78, 1-3, eq. 2.

    Examples
    --------
    >>> import mogul
    >>> round(mogul.brier_score([[0.8, 0.2], [0.5, 0.5]], ["no", "yes"]), 10)
    0.29
    """
    shares, labels = np.asarray(probabilities, dtype=float), np.asarray(y)
    names = np.unique(labels) if classes is None else np.asarray(classes)
    if shares.ndim != 2 or shares.shape != (len(labels), len(names)):
        raise ParameterError(
            f"probabilities have shape {shares.shape}, but there are {len(labels)} rows and {len(names)} classes. Name "
            "the class of each column: classes=model.classes_."
        )
    hits = labels[:, None] == names
    if not hits.any(axis=1).all():
        unknown = labels[~hits.any(axis=1)][0]
        raise ParameterError(f"y holds {unknown!r}, which is none of the classes. Leave such rows out.")
    distances = ((shares - hits) ** 2).sum(axis=1)
    return float(np.average(distances, weights=row_weights(sample_weight, len(labels))))


def _log_sum(joint: FloatArray) -> FloatArray:
    """Return log sum exp of each row."""
    top = joint.max(axis=1)
    # A row that is infinitely far from every class is as far from all of them.
    shift = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log(np.exp(joint - shift[:, None]).sum(axis=1)) + shift
    return result


def _checked_labels(y: Any) -> Array:
    if y is None:
        raise ParameterError(
            "This MixtureClassifier estimator requires y to be passed, but the target y is None. Give a class a row."
        )
    labels: Array = column_or_1d(y, warn=True)
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        row = int((~np.isfinite(labels)).argmax())
        raise NonFiniteError(f"Input y contains NaN or infinity: first in row {row}. Leave rows without a class out.")
    check_classification_targets(labels)
    return labels


def _checked_priors(priors: Any, classes: Array, shares: FloatArray) -> FloatArray:
    """Return the probability of each class."""
    n_classes = len(classes)
    if priors is None:
        return shares
    if isinstance(priors, str):
        if priors != "equal":
            raise ParameterError(f"priors is {priors!r}; use None, 'equal', or a probability for each class.")
        return np.full(n_classes, 1 / n_classes)
    if isinstance(priors, Mapping):
        unknown = set(classes.tolist()) ^ set(priors)
        if unknown:
            raise ParameterError(f"priors must name every class once; these are on one side only: {sorted(unknown)}.")
        priors = [priors[name] for name in classes.tolist()]
    values = np.asarray(priors, dtype=float)
    wrong = values.shape != (n_classes,) or not np.isfinite(values).all() or values.min() < 0
    if wrong or abs(values.sum() - 1) > 1e-6:
        raise ParameterError(
            f"priors must be {n_classes} probabilities that sum to 1, one for each of {classes.tolist()}, got {priors}."
        )
    normed: FloatArray = values / values.sum()
    return normed
