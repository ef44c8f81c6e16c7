"""scikit-learn's GaussianMixture, and more."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mogul._checks import row_weights
from mogul._kernels import Array, FloatArray
from mogul._numerics import LOG_2
from mogul.engine import End, StopRule
from mogul.errors import ParameterError
from mogul.estimators import initial
from mogul.estimators.callbacks import FRAMES, CallbackSupportMixin, observers, with_callbacks
from mogul.estimators.constraints import constrained_family
from mogul.estimators.inputs import (
    checked_rows,
    refuse_too_few,
    require_integer,
    require_one_of,
    require_real,
)
from mogul.family import FACTORS, FAMILIES, SYNONYMS, UNIVARIATE, AbstractFamily, ConjugatePrior, find_family
from mogul.fitting import mean_log_likelihood, mean_objective
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.start import PROPOSALS
from mogul.training import MakeStart, Resumed, Trained, Training, examined, train
from mogul.truncated import Truncation

TOLERANCE = 1e-9
"""How much may be left to gain, in nats a row, where the user names no step."""


class GaussianMixture(CallbackSupportMixin, DensityMixin, BaseEstimator):
    """Gaussian mixture fitted by maximum likelihood: a drop-in for scikit-learn's estimator of the same name.

    Parameters
    ----------
    n_components : int, default 1
        K, the number of Gaussians.
    covariance_type : str, default 'full'
        The covariance family: 'full' (VVV), 'tied' (EEE), 'diag' (VVI) or 'spherical' (VII), by either name, or any
        other of the fourteen of Celeux and Govaert: EII, EEI, VEI, EVI, VEE, EVE, VVE, EEV, VEV, EVV; for one column,
        'E' or 'V'. The letters say whether volume, shape and orientation are equal (E) or vary (V), or the identity
        (I). See `mogul.family`. For many columns, 'factor' (a mixture of factor analysers) or 'ppca' (of probabilistic
        principal components), which never hold a D x D matrix.
    tol : float or None, default None
        None: stop when less than 1e-9 nats a row are estimated to be left to gain. A number: stop when one iteration
        gains less, as scikit-learn does, but not while gains are still growing.
    reg_covar : float or None, default None
        None: no covariance falls below 2^-30 of that of the data, a floor without units that changes nothing above it.
        A number is added to the diagonal of every covariance, as scikit-learn does.
    max_iter : int, default 1000
        The most EM iterations of a start.
    n_init : int, default 1
        How many starts; the best result is kept.
    init_params : {'kmeans', 'k-means++', 'random', 'random_from_data', 'agglomeration', 'quantiles'}, default 'kmeans'
        How a start is made. 'kmeans' makes several partitions, by k-means and by agglomeration, and begins with the one
        from which a short run of EM gets farthest, or with a better one beside that, found by splitting and merging.
        The others make one partition: 'agglomeration' by merging rows to balls (see `mogul.agglomerate`), 'quantiles'
        into parts of equal weight along the direction of the greatest spread.
    weights_init : shape (K,), optional
    means_init : shape (K, D), optional
    precisions_init : optional
        Inverse covariances to begin with, in the shape of `covariances_`.
    random_state : int, RandomState or None
    warm_start : bool, default False
        Whether `fit` goes on from the last solution.
    verbose : int, default 0
    verbose_interval : int, default 10
    responsibilities_init : shape (N, K) or (N,), optional
        Responsibilities to begin with, or integer labels.
    truncation : int or Truncation, optional
        For very many components: each row keeps only so many of them, and a pass costs the same for any K. The last
        iterations are exact, unless ``Truncation(n_exact=0)`` asks for none. See `mogul.Truncation`.
    n_factors : int, optional
        Q, the number of factors of 'factor' and 'ppca'. By default, the number of the least BIC, told from the spectra
        of a sample, is taken; it is `mixture_.covariances.n_factors` then.
    equal_weights : bool, default False
        Whether every component has the weight 1 / K; `bic` and `aic` then count K - 1 parameters fewer.
    fixed : dict, optional
        Parameters that stay as they are given: any of ``{'weights': (K,), 'means': (K, D), 'covariances': (K, D, D)}``,
        with NaN for components whose own are free. Variances (K, D) or (K,) stand for matrices. With some covariances
        fixed, the family holds for the others.
    shared : dict, optional
        Groups of components that have something in common: ``{'means': groups}`` or ``{'covariances': groups}``, with
        the group of each of K components, e.g. ``[0, 0, 1]``.
    max_eigenvalue_ratio : float, optional
        How much larger than another any eigenvalue of any covariance may be (a variance along an axis, in squared units
        of the data). For 'full', 'tied', 'diag' and 'spherical'.
    prior : None, 'default' or ConjugatePrior, default None
        What is believed of means and covariances before the rows are seen: the fit then makes the log-likelihood and
        the logarithm of the prior together as great as it can. 'default' is that of Fraley and Raftery (2007), made
        from the data. For the families VVV, EEE, VVI, EEI, VII and EII. See `mogul.ConjugatePrior`.

    Attributes
    ----------
    mixture_ : Mixture
        The fitted mixture, a value of its own.
    weights_, means_, covariances_, precisions_, precisions_cholesky_ : arrays
        Its parameters in scikit-learn's layout, in the precision of the data.
    converged_ : bool
    n_iter_ : int
        Iterations of the best start.
    lower_bound_ : float
        Mean log-likelihood of `mixture_` on the training rows: the same number as ``score``, to the last bit. A lower
        bound of it after a truncated fit without exact iterations. With `prior`, what is maximised: the logarithm of
        the prior, up to a constant, is added, divided by the number of rows; ``score`` stays the likelihood.
    lower_bounds_ : list of float
        The same after each iteration; it never falls (unless `reg_covar` is a number). With `truncation`, free
        energies, which are lower bounds of it, up to the exact iterations at the end.
    agreement_ : Agreement
        How many candidates for a start were tried (`n_tried`), how many of them led to this optimum (`n_agreeing`), and
        where each of `n_init` starts ended (`log_likelihoods`, `n_optima`).
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do; the estimator stays as it was.

    Notes
    -----
    Each iteration computes responsibilities ``r_nk = w_k N(x_n | m_k, S_k) / p(x_n)`` and from them
    ``w_k = sum_n r_nk / N``, ``m_k = sum_n r_nk x_n / n_k`` and S_k by family. Cost: O(N K D^2), in blocks; memory
    beyond the data does not grow with N. Results do not depend on the number of threads, nor on the units of the data.

    References
    ----------
    Dempster, Laird and Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm, JRSS B 39, 1-38.
    Celeux and Govaert (1995), Gaussian parsimonious clustering models, Pattern Recognition 28, 781-793.

    Examples
    --------
    >>> import numpy as np
    >>> import mogul
    >>> rows = np.concatenate([np.arange(5.0), 100 + np.arange(5.0)])[:, None]
    >>> model = mogul.GaussianMixture(n_components=2, random_state=0).fit(rows)
    >>> np.sort(model.means_, axis=0)
    array([[  2.],
           [102.]])
    >>> model.predict([[3.0], [99.0]]) == model.predict([[1.0], [104.0]])
    array([ True,  True])
    """

    _doc_link_module = "mogul"
    _resumed: Resumed

    def __init__(
        self,
        n_components: int = 1,
        *,
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
        warm_start: bool = False,
        verbose: int = 0,
        verbose_interval: int = 10,
        responsibilities_init: ArrayLike | None = None,
        truncation: int | Truncation | None = None,
        n_factors: int | None = None,
        equal_weights: bool = False,
        fixed: dict[str, ArrayLike] | None = None,
        shared: dict[str, ArrayLike] | None = None,
        max_eigenvalue_ratio: float | None = None,
        prior: str | ConjugatePrior | None = None,
    ) -> None:
        self.n_components = n_components
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
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.responsibilities_init = responsibilities_init
        self.truncation = truncation
        self.n_factors = n_factors
        self.equal_weights = equal_weights
        self.fixed = fixed
        self.shared = shared
        self.max_eigenvalue_ratio = max_eigenvalue_ratio
        self.prior = prior

    # ------------------------------------------------------------------------------------------ fitting

    @with_callbacks
    def fit(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit the mixture to the rows of X and return the estimator.

        Parameters
        ----------
        X : shape (N, D)
            Rows of numbers: an array, or a pandas, polars or pyarrow table.
        y : ignored
        sample_weight : shape (N,), optional
            How often each row counts; not negative. Zero is as if the row were absent.

        Raises
        ------
        MogulError
            The estimator then stays as it was.
        """
        with unchanged_on_failure(self):
            self._fit(X, sample_weight)
        return self

    @with_callbacks
    def fit_predict(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> Array:
        """Fit the mixture and return the component of each row, shape (N,)."""
        with unchanged_on_failure(self):
            rows = self._fit(X, sample_weight)
        return self.mixture_.labels(rows)

    def _fit(self, X: Any, sample_weight: ArrayLike | None) -> Array:
        self._require_valid_parameters()
        rows = checked_rows(self, X, reset=not self._goes_on(), min_rows=2)
        if self.covariance_type in UNIVARIATE and rows.shape[1] > 1:
            raise ParameterError(
                f"covariance_type {self.covariance_type!r} is for one column, but X has {rows.shape[1]}. "
                f"Use {UNIVARIATE[self.covariance_type]!r} for spheres, or another family."
            )
        source = ArraySource(rows, row_weights(sample_weight, len(rows)))
        refuse_too_few(source, self.n_components)
        family = self._family = constrained_family(self, source)
        training = Training(
            source=source,
            report=examined(source, correlations=family.moments.correlations),
            family=family,
            n_components=self.n_components,
            stop=self._stop_rule(source.total_weight),
            reg_covar=self.reg_covar,
            truncation=None if self.truncation is None else Truncation.of(self.truncation),
        )
        starts = self._starts(training)
        training.observers.extend(observers(self, X, len(starts), source.total_weight, _attributes))
        trained = train(training, starts, self._resumed if self._goes_on() else None)
        self._accept(trained, training)
        for warning in trained.warnings:
            warnings.warn(warning, stacklevel=3 + FRAMES)
        return rows

    def _require_valid_parameters(self) -> None:
        """Raise unless every parameter that is a number or a word is one that may be used."""
        require_integer("n_components", self.n_components, 1)
        require_integer("n_init", self.n_init, 1)
        require_integer("verbose_interval", self.verbose_interval, 1)
        require_one_of("init_params", self.init_params, list(PROPOSALS))
        require_one_of("covariance_type", self.covariance_type, [*SYNONYMS, *FAMILIES, *UNIVARIATE, *FACTORS])
        if self.reg_covar is not None:
            require_real("reg_covar", self.reg_covar)
        if self.tol is not None:
            require_real("tol", self.tol)
        require_integer("max_iter", self.max_iter, 0)

    def _stop_rule(self, total_weight: float) -> StopRule:
        return StopRule(
            max_iterations=self.max_iter,
            tolerance=TOLERANCE * total_weight,
            step=None if self.tol is None else self.tol * total_weight,
            monotone=not self.reg_covar,
        )

    def _seed(self) -> int:
        """Return a seed drawn from `random_state`: the same for the same integer."""
        given = self.random_state
        try:
            if isinstance(given, Integral):
                return _seed_of(int(given))
            return int(check_random_state(given).randint(np.iinfo(np.int32).max))
        except ValueError as error:
            raise ParameterError(f"{error}. Use None, an int of at least 0 or a RandomState.") from error

    def _goes_on(self) -> bool:
        return bool(self.warm_start) and hasattr(self, "mixture_") and self.mixture_.n_components == self.n_components

    def _starts(self, training: Training) -> list[MakeStart]:
        """Return how each start is made."""
        seed = self._seed()
        given = initial.Given.checked(self, training)
        if self._goes_on():
            return [training.starting_at(self.mixture_)]
        if given.is_complete:
            return [training.starting_at(given.applied_to(None))]
        # Children of one seed: the first starts of a longer list are those of a shorter one.
        children = np.random.SeedSequence(seed).spawn(self.n_init)

        def maker(child: np.random.SeedSequence) -> MakeStart:
            return lambda: given.start(training, self.init_params, np.random.default_rng(child))

        return [maker(child) for child in children]

    def _accept(self, trained: Trained, training: Training) -> None:
        """Take over the result: the only place where fitted attributes are set."""
        fit, source = trained.fit, training.source
        record, unit = fit.record, fit.exponent * LOG_2
        self.mixture_ = fit.mixture
        self.agreement_ = trained.agreement
        self.converged_ = record.end is End.CONVERGED
        self.n_iter_ = record.n_iterations
        self.lower_bounds_ = [value / source.total_weight + unit for value in record.trace[1:] or record.trace]
        ends_exact = training.truncation is None or training.truncation.ends_exact
        if fit.exponent != fit.mixture.exponent and ends_exact:
            # In other units the last bit may be another than that of `score`; the history stays below it.
            last = mean_objective(source, fit.mixture, training.family)
            self.lower_bounds_ = [min(value, last) for value in self.lower_bounds_[:-1]] + [last]
        self.lower_bound_ = self.lower_bounds_[-1]
        self._resumed = Resumed(record.memory, fit.exponent, fit.in_float32)
        self._fit_dtype = training.source.rows.dtype

    # ------------------------------------------------------------------------------------------ using the fit

    def predict(self, X: Any) -> Array:
        """Return the most probable component of each row, shape (N,) of integers."""
        return self.mixture_of_fitted().labels(checked_rows(self, X, reset=False))

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the responsibilities of the components for each row, shape (N, K); rows sum to one."""
        mixture = self.mixture_of_fitted()
        rows = checked_rows(self, X, reset=False)
        return mixture.responsibilities(rows).astype(rows.dtype, copy=False)

    def score_samples(self, X: Any) -> FloatArray:
        """Return the log-density of each row, shape (N,)."""
        mixture = self.mixture_of_fitted()
        rows = checked_rows(self, X, reset=False)
        return mixture.logpdf(rows).astype(rows.dtype, copy=False)

    def score(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> float:
        """Return the mean log-density of the rows, weighted if weights are given, in nats a row."""
        mixture = self.mixture_of_fitted()
        rows = checked_rows(self, X, reset=False)
        source = ArraySource(rows, row_weights(sample_weight, len(rows)))
        moments = self._fitted_family().moments
        # The E-step itself, so that the score of the training rows is `lower_bound_` to the last bit.
        total = mean_log_likelihood(source, mixture, moments)
        if math.isfinite(total):
            return total
        return float(np.average(mixture.logpdf(rows), weights=source.row_weights))

    def sample(self, n_samples: int = 1) -> tuple[FloatArray, Array]:
        """Return (rows, components): n_samples random draws (n, D), in random order, and where each came from (n,).

        With an integer `random_state`, every call returns the same draws, as in scikit-learn.
        """
        mixture = self.mixture_of_fitted()
        if n_samples < 1:
            raise ParameterError(f"Invalid value for 'n_samples': {n_samples}. Use 1 or more.")
        rows, components = mixture.sample(n_samples, rng=self._seed(), with_components=True)
        return rows.astype(self._fit_dtype, copy=False), components

    def aic(self, X: Any) -> float:
        """Return Akaike's criterion on X, ``-2 log likelihood + 2 n_parameters``: less is better."""
        return -2 * self._log_likelihood(X) + 2 * self._n_parameters()

    def bic(self, X: Any) -> float:
        """Return the Bayesian criterion on X, ``-2 log likelihood + n_parameters log N``: less is better."""
        return -2 * self._log_likelihood(X) + self._n_parameters() * math.log(len(X))

    def _log_likelihood(self, X: Any) -> float:
        return self.score(X) * len(X)

    def _n_parameters(self) -> int:
        """Return the number of free parameters: covariances, means, and weights but one."""
        mixture = self.mixture_of_fitted()
        n_components, n_features = mixture.n_components, mixture.n_features
        return self._fitted_family().n_free(n_components, n_features)

    def _fitted_family(self) -> AbstractFamily:
        """Return the family of the last fit; while one is going on, that of the parameters."""
        family: AbstractFamily = vars(self).get("_family") or find_family(self.covariance_type)
        return family

    def mixture_of_fitted(self) -> Mixture:
        """Return `mixture_`, or raise NotFittedError."""
        check_is_fitted(self, "mixture_")
        return self.mixture_

    # ------------------------------------------------------------------------------------------ parameters

    @property
    def weights_(self) -> FloatArray:
        """The share of each component, (K,)."""
        return self._in_data_precision(self._fitted("weights_").weights)

    @property
    def means_(self) -> FloatArray:
        """The means, (K, D)."""
        return self._in_data_precision(self._fitted("means_").means)

    @property
    def covariances_(self) -> FloatArray:
        """The covariances: (K,) for EII and VII, (K, D) for EEI, VEI, EVI, VVI, (D, D) for EEE, else (K, D, D).

        For 'factor' and 'ppca' (K, D, 1 + Q): the uniquenesses, then the loadings; see `FactorCovariance`.
        """
        return self._in_data_precision(self._fitted("covariances_").covariances.array)

    @property
    def precisions_(self) -> FloatArray:
        """The inverse covariances, in the layout of `covariances_`."""
        return self._in_data_precision(self._fitted("precisions_").covariances.precisions())

    @property
    def precisions_cholesky_(self) -> FloatArray:
        """Upper triangular U with precision = U U', in the layout of `covariances_`."""
        return self._in_data_precision(self._fitted("precisions_cholesky_").covariances.precisions_cholesky())

    def _fitted(self, name: str) -> Mixture:
        """Return `mixture_`; before a fit, `name` is an attribute that does not exist."""
        if "mixture_" not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}: call fit first.")
        return self.mixture_

    def _in_data_precision(self, values: FloatArray) -> FloatArray:
        """Return values in the dtype of the data, unless they leave its range: variances are squares."""
        with np.errstate(over="ignore", under="ignore"):
            cast = values.astype(self._fit_dtype)
        fits = np.isfinite(cast).all() and not (cast[values != 0] == 0).any()
        return cast if fits else values.copy()


@lru_cache(maxsize=128)
def _seed_of(random_state: int) -> int:
    """Return the first seed that a RandomState of this seed draws: to make one takes a quarter of a millisecond."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))


@contextmanager
def unchanged_on_failure(estimator: Any) -> Iterator[None]:
    """Undo every change to the estimator's attributes if the body fails or is interrupted."""
    before = dict(vars(estimator))
    try:
        yield
    except BaseException:
        context = {name: value for name, value in vars(estimator).items() if name.startswith(("_callback", "_skl"))}
        vars(estimator).clear()
        vars(estimator).update(before | context)
        raise


def _attributes(mixture: Mixture) -> dict[str, Any]:
    """Return what makes a fitted estimator of a mixture, for callbacks in mid-fit."""
    return {"mixture_": mixture, "_fit_dtype": np.dtype(np.float64)}
