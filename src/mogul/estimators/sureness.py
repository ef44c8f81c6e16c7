"""How sure one may be of a fitted estimator: its mixture, its family and its floor are handed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import row_weights
from mogul.engine import StopRule
from mogul.errors import ParameterError, ShapeError
from mogul.estimators.constraints import constrained_family
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.inputs import checked_rows, require_integer
from mogul.family import AbstractFamily
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.training import Training, examined
from mogul.uncertainty import RESAMPLINGS, Bootstrap, Estimator, Information, bootstrapped, information


@final
@dataclass(frozen=True, eq=False)
class Fitted:
    """Return a mixture, the rows it was fitted to, and how."""

    mixture: Mixture
    source: ArraySource
    family: AbstractFamily
    held: AbstractFamily
    """The family with whatever keeps its components from collapsing."""
    feature_names: tuple[str, ...] | None

    @classmethod
    def of(cls, model: Any, X: Any, sample_weight: ArrayLike | None, covariance_type: str | None) -> Fitted:
        """Return what a fitted estimator says, or a mixture with the name of its family."""
        names = _columns(X)
        if isinstance(model, Mixture):
            if covariance_type is None:
                raise ParameterError(
                    "A mixture does not say which family it was fitted with. Give covariance_type, e.g. 'full', or the "
                    "estimator in its place."
                )
            settings = GaussianMixture(model.n_components, covariance_type=covariance_type)
            mixture, rows = model, checked_rows(settings, X, reset=True)
        else:
            settings, mixture = model, model.mixture_of_fitted()
            rows = checked_rows(model, X, reset=False)
        if rows.shape[1] != mixture.n_features:
            raise ShapeError(f"X has {rows.shape[1]} features, but the mixture has {mixture.n_features}.")
        source = ArraySource(np.ascontiguousarray(rows, dtype=np.float64), row_weights(sample_weight, len(rows)))
        family = constrained_family(settings, source)
        report = examined(source, correlations=family.moments.correlations)
        training = Training(source, report, family, mixture.n_components, StopRule(1), settings.reg_covar)
        return cls(mixture, source, family, training.held, names)


def _columns(X: Any) -> tuple[str, ...] | None:
    columns = getattr(X, "column_names", None) or getattr(X, "columns", None)
    return None if columns is None else tuple(str(name) for name in columns)


def standard_errors(
    model: Any,
    X: Any,
    *,
    kind: str = "observed",
    sample_weight: ArrayLike | None = None,
    covariance_type: str | None = None,
) -> Information:
    """Return the standard errors of all parameters of a fitted mixture, from the information matrix.

    Parameters
    ----------
    model : GaussianMixture or Mixture
        Fitted to X until it converged.
    X : shape (N, D)
        The rows it was fitted to.
    kind : {'observed', 'outer', 'sandwich'}, default 'observed'
        'observed': the inverse of minus the second derivatives of the log-likelihood, H. 'outer': the inverse of
        G = sum_n s_n s_n', of the scores s_n of single rows; cheap, and noisy for few rows. 'sandwich':
        H^-1 G H^-1, right even where the rows are not from a mixture of this family.
    sample_weight : shape (N,), optional
        How often each row counts, as in the fit.
    covariance_type : str, optional
        The family; needed if `model` is a Mixture.

    Returns
    -------
    Information
        ``standard_errors`` and ``interval()``, with weights (K,), means (K, D) and covariances (K, D, D); ``of(f)``
        for any function of the mixture. Prints as a table.

    Raises
    ------
    ParameterError
        If the mixture is not at a maximum of the likelihood of X, or does not belong to the family.
    DegenerateComponentError
        If the rows do not determine it.

    Notes
    -----
    All 14 families are known, with weights that are free or equal, each by as many free coordinates u as it has
    parameters. The score of all rows,
    ``J(u)' g``, is exact: its g is made of the sums of one E-step (Fisher's identity). It is differentiated
    numerically, by central differences, to about six digits: what comes out is the observed information of Louis
    (1982). Cost: 2 p passes over the rows for p parameters. Errors of the parameters themselves follow by the delta
    method. All this holds for many rows and components that are well determined; `bootstrap` needs neither.

    References
    ----------
    Louis (1982), Finding the observed information matrix when using the EM algorithm, JRSS B 44, 226-233.
    McLachlan and Peel (2000), Finite Mixture Models, section 2.15.
    White (1982), Maximum likelihood estimation of misspecified models, Econometrica 50, 1-25.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> rows, _ = load_faithful()
    >>> model = mogul.GaussianMixture(2, random_state=0).fit(rows)
    >>> errors = mogul.standard_errors(model, rows)
    >>> errors.standard_errors.weights.round(3)
    array([0.029, 0.029])
    """
    if kind not in {each.value for each in Estimator}:
        raise ParameterError(f"kind is {kind!r}; use one of: {', '.join(each.value for each in Estimator)}.")
    fitted = Fitted.of(model, X, sample_weight, covariance_type)
    return information(fitted.mixture, fitted.source, fitted.family, Estimator(kind), fitted.feature_names)


def bootstrap(
    model: Any,
    X: Any,
    *,
    kind: str = "nonparametric",
    n_replicates: int = 999,
    rng: np.random.Generator | int | None = None,
    sample_weight: ArrayLike | None = None,
    covariance_type: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Bootstrap:
    """Return replicates of a fitted mixture: fits to samples that might have been.

    Parameters
    ----------
    model : GaussianMixture or Mixture
        Fitted to X.
    X : shape (N, D)
        The rows it was fitted to.
    kind : {'nonparametric', 'parametric', 'weighted'}, default 'nonparametric'
        Where samples come from. 'nonparametric': rows of X, drawn with replacement. 'parametric': the fitted
        mixture. 'weighted': X with random weights, so that no row is ever left out.
    n_replicates : int, default 999
        B.
    rng : numpy.random.Generator, int or None
        The same seed gives the same replicates, and the first of a longer run are those of a shorter one.
    sample_weight : shape (N,), optional
        How often each row counts, as in the fit.
    covariance_type : str, optional
        The family; needed if `model` is a Mixture.
    progress : callable, optional
        Called from time to time with the numbers of replicates made and of all.

    Returns
    -------
    Bootstrap
        ``replicates``, ``standard_errors``, ``bias`` and ``interval()``; ``of(f)`` for any function of the mixture.
        Prints as a table.

    Raises
    ------
    DegenerateComponentError
        If hardly any sample leaves every component its rows.

    Notes
    -----
    Each fit begins at the mixture and goes on until less than 1e-4 nats are left to gain; its components are then
    numbered like those of the mixture (see `match`). Where kernels make whole rounds of EM, as for VVV, EEE, VVI and
    VII on few rows, many replicates are fitted in one call.

    References
    ----------
    Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7, 1-26.
    Newton and Raftery (1994), Approximate Bayesian inference with the weighted likelihood bootstrap, JRSS B 56, 3-48.
    O'Hagan, Murphy, Scrucca and Gormley (2019), Investigation of parameter uncertainty in clustering using a Gaussian
    mixture model via jackknife, bootstrap and weighted likelihood bootstrap, Computational Statistics 34, 1779-1813.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> rows, _ = load_faithful()
    >>> model = mogul.GaussianMixture(2, random_state=0).fit(rows)
    >>> replicates = mogul.bootstrap(model, rows, n_replicates=200, rng=0)
    >>> low, high = replicates.interval()
    >>> bool((low.means < model.means_).all() and (model.means_ < high.means).all())
    True
    """
    if kind not in RESAMPLINGS:
        raise ParameterError(f"kind is {kind!r}; use one of: {', '.join(RESAMPLINGS)}.")
    n_replicates = require_integer("n_replicates", n_replicates, 2, "bootstrap")
    fitted = Fitted.of(model, X, sample_weight, covariance_type)
    return bootstrapped(
        fitted.mixture,
        fitted.source,
        fitted.held,
        RESAMPLINGS[kind],
        n_replicates,
        np.random.default_rng(rng),
        progress=progress,
        feature_names=fitted.feature_names,
    )
