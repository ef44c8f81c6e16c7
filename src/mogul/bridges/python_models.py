"""To and from the mixtures of scikit-learn, SciPy and gmr."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mogul.bridges.formula import needed
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture

_FORMS: dict[str, Callable[[Any], AbstractCovariance]] = {
    "full": FullCovariance,
    "tied": TiedCovariance,
    "diag": DiagonalCovariance,
    "spherical": SphericalCovariance,
}


def to_sklearn(mixture: Mixture) -> Any:
    """Return a fitted ``sklearn.mixture.GaussianMixture`` with the parameters of a mixture.

    Its covariance type is that of the mixture's form; a form that scikit-learn does not have becomes "full".

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 2.0])
    >>> bridges.to_sklearn(pair).predict([[4.0], [-1.0]]).tolist()
    [1, 0]
    """
    from sklearn.mixture import GaussianMixture

    names = {form: name for name, form in _FORMS.items()}
    form = mixture.covariances if type(mixture.covariances) in names else FullCovariance(mixture.covariances.dense())
    model = GaussianMixture(mixture.n_components, covariance_type=names[type(form)])
    model.weights_, model.means_ = mixture.weights.copy(), mixture.means.copy()
    model.covariances_ = form.array.copy()
    model.precisions_, model.precisions_cholesky_ = form.precisions().copy(), form.precisions_cholesky().copy()
    model.n_features_in_ = mixture.n_features
    model.converged_, model.n_iter_, model.lower_bound_ = True, 0, float("nan")
    return model


def from_sklearn(model: Any) -> Mixture:
    """Return the mixture of a fitted ``GaussianMixture`` or ``BayesianGaussianMixture`` of scikit-learn.

    Raises
    ------
    ParameterError
        If the model is not fitted or has an unknown covariance type.

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 2.0])
    >>> bridges.from_sklearn(bridges.to_sklearn(pair))
    Mixture(n_components=2, n_features=1, covariances=DiagonalCovariance)
    """
    if not hasattr(model, "covariances_"):
        raise ParameterError(f"{type(model).__name__} is not fitted: call its fit first.")
    form = _FORMS.get(model.covariance_type)
    if form is None:
        raise ParameterError(f"covariance_type {model.covariance_type!r} is unknown; known are: {', '.join(_FORMS)}.")
    return Mixture(model.weights_, model.means_, form(model.covariances_))


def to_scipy(mixture: Mixture) -> Any:
    """Return a mixture of one feature as ``scipy.stats.Mixture``.

    Raises
    ------
    ShapeError
        If it has more features.

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 2.0])
    >>> float(bridges.to_scipy(pair).cdf(0.0).round(6))
    0.574941
    """
    from scipy import stats

    if mixture.n_features != 1:
        raise ShapeError(f"scipy.stats.Mixture has one feature, the mixture {mixture.n_features}: take a marginal.")
    deviations = np.sqrt(mixture.covariances.dense()[:, 0, 0])
    normals = [stats.Normal(mu=m, sigma=s) for m, s in zip(mixture.means[:, 0], deviations, strict=True)]
    return stats.Mixture(normals, weights=mixture.weights)


def from_scipy(model: Any) -> Mixture:
    """Return the mixture of a ``scipy.stats.Mixture`` of normal distributions.

    Raises
    ------
    ParameterError
        If a component is not normal.

    Examples
    --------
    >>> from scipy import stats
    >>> from mogul import bridges
    >>> pair = stats.Mixture([stats.Normal(mu=0, sigma=1), stats.Normal(mu=3, sigma=2)], weights=[0.5, 0.5])
    >>> bridges.from_scipy(pair).means.ravel()
    array([0., 3.])
    """
    from scipy import stats

    for k, component in enumerate(model.components):
        if not isinstance(component, stats.Normal):
            raise ParameterError(
                f"Component {k} is {type(component).__name__}, not Normal. Use mogul.approximate for the whole of it."
            )
    means = [float(component.mean()) for component in model.components]
    deviations = [float(component.standard_deviation()) for component in model.components]
    return Mixture.univariate(model.weights, means, deviations)


def to_gmr(mixture: Mixture) -> Any:
    """Return a mixture as ``gmr.GMM``.

    Raises
    ------
    MissingDependencyError
        Without gmr.
    """
    gmr = needed("gmr", "gmr")
    return gmr.GMM(
        mixture.n_components, mixture.weights.copy(), mixture.means.copy(), mixture.covariances.dense().copy()
    )


def from_gmr(model: Any) -> Mixture:
    """Return the mixture of a ``gmr.GMM``.

    Raises
    ------
    ParameterError
        If the model has no parameters yet.
    """
    if model.priors is None or model.means is None or model.covariances is None:
        raise ParameterError("The GMM has no parameters yet: call its from_samples first.")
    return Mixture(model.priors, model.means, np.asarray(model.covariances))
