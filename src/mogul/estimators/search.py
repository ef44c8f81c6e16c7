"""The search for family and number of components, with scikit-learn's face."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mogul._checks import row_weights
from mogul._kernels import Array, FloatArray
from mogul.engine import StopRule
from mogul.errors import DegenerateWarning, ParameterError
from mogul.estimators.inputs import checked_rows, require_integer, require_one_of, require_real
from mogul.family import FAMILIES, SYNONYMS, UNIVARIATE, AbstractFamily, find_family
from mogul.mixture import Mixture
from mogul.selection import Folds, Progress, Search, Selection, selected
from mogul.source import ArraySource
from mogul.training import examined

TOLERANCE = 1e-7
"""How much may be left to gain, in nats a row: far less than would change a ranking."""

ONE_TO_NINE = tuple(range(1, 10))

OWNER = "GaussianMixtureSearch"
"""Whose parameters are checked."""


class GaussianMixtureSearch(DensityMixin, BaseEstimator):
    """The best Gaussian mixture of several families and numbers of components.

    Parameters
    ----------
    components : iterable of int, default (1, ..., 9)
        Which numbers of components K are tried.
    families : 'all' or list of str, default 'all'
        Which covariance families: all fourteen (for one column 'E' and 'V'), or any of the names that
        `covariance_type` of `GaussianMixture` takes.
    criterion : {'bic', 'icl', 'aic', 'cv'}, default 'bic'
        What decides. Less is better in each. 'cv' is -2 log-likelihood under cross-validation.
    n_starts : int, default 2
        How many partitions of each kind are tried for each K, beside splits, merges and what other families found.
    effort : {'thorough', 'quick'}, default 'thorough'
        'quick' leaves out splits, merges and what other families found: a few starts for each candidate, as mclust has
        one.
    folds : int, default 5
        Into how many parts rows are divided if the criterion is 'cv'.
    max_iter : int, default 1000
        The most EM iterations of a fit.
    time_limit : float or None, default None
        Seconds after which no further fit begins, once there is one. What was not reached has that as its reason in the
        table.
    random_state : int, RandomState or None
        An integer gives the same result every time, with any number of threads.
    progress : callable, optional
        Called with a `mogul.selection.Progress` after each step.
    verbose : int, default 0
        1 prints one line for each K, 2 for each step, on standard error.

    Attributes
    ----------
    selection_ : Selection
        The table of all candidates, their mixtures, and their picture.
    mixture_ : Mixture
        The best one.
    n_components_ : int
    covariance_type_ : str
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do.

    Notes
    -----
    All families begin from the same partitions. Along K, the best mixture of a family with a component split is a
    start for one component more, and with two merged for one less; every family tries what the others found. A fit
    with a component at the variance floor is not compared: its likelihood has no bound.

    References
    ----------
    Fraley and Raftery (2002), Model-based clustering, discriminant analysis, and density estimation, JASA 97, 611-631.
    Ueda, Nakano, Ghahramani and Hinton (2000), SMEM algorithm for mixture models, Neural Computation 12, 2109-2128.

    Examples
    --------
    >>> from mogul import GaussianMixtureSearch
    >>> from mogul.data import load_faithful
    >>> search = GaussianMixtureSearch(components=[1, 2, 3], families=["tied", "full"], random_state=0)
    >>> search = search.fit(load_faithful().rows)
    >>> search.n_components_, search.covariance_type_
    (3, 'tied')
    """

    _doc_link_module = "mogul"

    def __init__(
        self,
        components: Iterable[int] = ONE_TO_NINE,
        *,
        families: str | Iterable[str] = "all",
        criterion: str = "bic",
        n_starts: int = 2,
        effort: str = "thorough",
        folds: int = 5,
        max_iter: int = 1000,
        time_limit: float | None = None,
        random_state: Any = None,
        progress: Callable[[Progress], None] | None = None,
        verbose: int = 0,
    ) -> None:
        self.components = components
        self.families = families
        self.criterion = criterion
        self.n_starts = n_starts
        self.effort = effort
        self.folds = folds
        self.max_iter = max_iter
        self.time_limit = time_limit
        self.random_state = random_state
        self.progress = progress
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> Self:
        """Fit all candidates, keep the best, and return the estimator.

        Parameters
        ----------
        X : shape (N, D)
            Rows of numbers: an array, or a pandas, polars or pyarrow table.
        y : ignored
        sample_weight : shape (N,), optional
            How often each row counts; the criteria take their sum for N.
        """
        components = self._checked_parameters()
        rows = checked_rows(self, X, reset=True, min_rows=2)
        families = checked_families(self.families, rows.shape[1])
        source = ArraySource(rows, row_weights(sample_weight, len(rows)))
        correlations = any(family.moments.correlations for family in families.values())
        report = examined(source, correlations=correlations)
        search = Search(
            source=source,
            report=report,
            families=families,
            components=components,
            stop=StopRule(self.max_iter, tolerance=TOLERANCE * source.total_weight),
            n_starts=self.n_starts,
            seed=self._seed(),
            is_thorough=self.effort == "thorough",
            time_limit=self.time_limit,
            progress=self._told(),
        )
        folds = Folds(min(self.folds, len(rows)), search.seed) if self.criterion == "cv" else None
        selection = selected(search, self.criterion, folds)
        best = selection.best
        for warning in report.warnings():
            warnings.warn(warning, stacklevel=2)
        if best.value(self.criterion) is None:
            warnings.warn(
                DegenerateWarning(
                    f"No candidate can be compared by {self.criterion}; of the one taken: {best.reason}. Use fewer "
                    "components, families with fewer parameters, or more rows."
                ),
                stacklevel=2,
            )
        assert best.mixture is not None
        self.selection_, self.mixture_ = selection, best.mixture
        self.n_components_, self.covariance_type_ = best.n_components, best.family
        self._fit_dtype = rows.dtype
        return self

    def _checked_parameters(self) -> tuple[int, ...]:
        """Return the numbers of components, every parameter having been checked."""
        for name, least in (("n_starts", 1), ("folds", 2), ("max_iter", 1)):
            require_integer(name, getattr(self, name), least, owner=OWNER)
        require_one_of("criterion", self.criterion, ["bic", "icl", "aic", "cv"], owner=OWNER)
        require_one_of("effort", self.effort, ["thorough", "quick"], owner=OWNER)
        if self.time_limit is not None:
            require_real("time_limit", self.time_limit, owner=OWNER)
        return checked_components(self.components)

    def _seed(self) -> int:
        try:
            return int(check_random_state(self.random_state).randint(np.iinfo(np.int32).max))
        except ValueError as error:
            raise ParameterError(f"{error}. Use None, an int of at least 0 or a RandomState.") from error

    def _told(self) -> Callable[[Progress], None] | None:
        if not self.verbose:
            return self.progress

        def tell(progress: Progress) -> None:
            if self.verbose > 1 or progress.is_last_of_row:
                print(progress, file=sys.stderr)
            if self.progress is not None:
                self.progress(progress)

        return tell

    # ------------------------------------------------------------------------------------------ using the best one

    def predict(self, X: Any) -> Array:
        """Return the most probable component of each row, shape (N,) of integers."""
        return self._best().labels(checked_rows(self, X, reset=False))

    def predict_proba(self, X: Any) -> FloatArray:
        """Return the responsibilities of the components for each row, shape (N, K); rows sum to one."""
        mixture = self._best()
        rows = checked_rows(self, X, reset=False)
        return mixture.responsibilities(rows).astype(rows.dtype, copy=False)

    def score_samples(self, X: Any) -> FloatArray:
        """Return the log-density of each row under the best mixture, shape (N,)."""
        mixture = self._best()
        rows = checked_rows(self, X, reset=False)
        return mixture.logpdf(rows).astype(rows.dtype, copy=False)

    def score(self, X: Any, y: Any = None, sample_weight: ArrayLike | None = None) -> float:
        """Return the mean log-density of the rows, weighted if weights are given, in nats a row."""
        mixture = self._best()
        rows = checked_rows(self, X, reset=False)
        return float(np.average(mixture.logpdf(rows), weights=row_weights(sample_weight, len(rows))))

    def sample(self, n_samples: int = 1) -> tuple[FloatArray, Array]:
        """Return (rows, components): n_samples random draws (n, D), and where each came from (n,)."""
        mixture = self._best()
        if n_samples < 1:
            raise ParameterError(f"Invalid value for 'n_samples': {n_samples}. Use 1 or more.")
        rows, components = mixture.sample(n_samples, rng=self._seed(), with_components=True)
        return rows.astype(self._fit_dtype, copy=False), components

    def _best(self) -> Mixture:
        check_is_fitted(self, "mixture_")
        return self.mixture_


def checked_components(value: Any) -> tuple[int, ...]:
    """Return different numbers of components, ascending, or complain."""
    numbers = [value] if isinstance(value, int | np.integer) else list(value)
    if not numbers:
        raise ParameterError("components is empty: there is nothing to try. Use range(1, 10), for example.")
    return tuple(sorted({require_integer("components", number, 1, owner=OWNER) for number in numbers}))


def checked_families(value: Any, n_features: int) -> dict[str, AbstractFamily]:
    """Return families by the names that the user gave them, or complain."""
    if isinstance(value, str):
        names = [value] if value != "all" else list(UNIVARIATE if n_features == 1 else FAMILIES)
    else:
        names = list(value)
    if not names:
        raise ParameterError("families is empty: there is nothing to try. Use 'all', or ['VVV', 'EEE'], for example.")
    for name in names:
        require_one_of("families", name, [*SYNONYMS, *FAMILIES, *UNIVARIATE], owner=OWNER)
        if name in UNIVARIATE and n_features > 1:
            raise ParameterError(
                f"The family {name!r} is for one column, but X has {n_features}. "
                f"Use {UNIVARIATE[name]!r} for spheres, or another family."
            )
    return {name: find_family(name) for name in names}


def select(
    X: Any,
    components: Iterable[int] = ONE_TO_NINE,
    families: str | Iterable[str] = "all",
    criterion: str = "bic",
    *,
    sample_weight: ArrayLike | None = None,
    n_starts: int = 2,
    effort: str = "thorough",
    folds: int = 5,
    max_iter: int = 1000,
    time_limit: float | None = None,
    random_state: Any = 0,
    progress: Callable[[Progress], None] | None = None,
    verbose: int = 0,
) -> Selection:
    """Return every candidate, ranked: which families and how many components describe the rows best.

    Parameters
    ----------
    X : shape (N, D)
        Rows of numbers: an array, or a pandas, polars or pyarrow table.
    components, families, criterion, n_starts, effort, folds, max_iter, time_limit, progress, verbose
        See `GaussianMixtureSearch`.
    sample_weight : shape (N,), optional
        How often each row counts; the criteria take their sum for N.
    random_state : int, RandomState or None, default 0

    Returns
    -------
    Selection
        Its `best` candidate, the table (`to_frame`), all mixtures, and the picture (`plot`).

    Raises
    ------
    MogulError
        A kind of ValueError or TypeError that says what is wrong and what to do.

    Notes
    -----
    Less is better in every criterion, as in scikit-learn: ``bic = -2 log_likelihood + n_parameters log(N)``. mclust
    gives it the other sign.

    References
    ----------
    Celeux and Govaert (1995), Gaussian parsimonious clustering models, Pattern Recognition 28, 781-793.
    Fraley and Raftery (2002), Model-based clustering, discriminant analysis, and density estimation, JASA 97, 611-631.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> selection = mogul.select(load_faithful().rows, components=range(1, 5), families=["EEE", "VVV"])
    >>> selection.best.family, selection.best.n_components
    ('EEE', 3)
    >>> round(selection["VVV", 2].bic, 2)
    2322.19
    """
    search = GaussianMixtureSearch(
        components,
        families=families,
        criterion=criterion,
        n_starts=n_starts,
        effort=effort,
        folds=folds,
        max_iter=max_iter,
        time_limit=time_limit,
        random_state=random_state,
        progress=progress,
        verbose=verbose,
    )
    return search.fit(X, sample_weight=sample_weight).selection_
