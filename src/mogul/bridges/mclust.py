"""To and from the parameter lists of R's mclust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mogul._kernels import FloatArray
from mogul.covariance import DiagonalCovariance, FullCovariance, SphericalCovariance, TiedCovariance
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture

_NAMES = {FullCovariance: "VVV", TiedCovariance: "EEE", DiagonalCovariance: "VVI", SphericalCovariance: "VII"}


def to_mclust(mixture: Mixture, model_name: str | None = None) -> dict[str, Any]:
    """Return a mixture as the list `parameters` of an mclust model, in numbers and lists that JSON can hold.

    Parameters
    ----------
    mixture : Mixture
    model_name : str, optional
        mclust's name of the family, if it is narrower than the form of the covariances tells.

    Returns
    -------
    dict
        With `pro`, `mean` and `variance`, as ``jsonlite::fromJSON`` reads them into R: `mean` is D x K and `sigma`
        D x D x K; of one feature, `mean` and `sigmasq` have length K.

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 2.0])
    >>> bridges.to_mclust(pair)["variance"]
    {'modelName': 'V', 'd': 1, 'G': 2, 'sigmasq': [1.0, 4.0]}
    """
    variance: dict[str, Any] = {"d": mixture.n_features, "G": mixture.n_components}
    dense = mixture.covariances.dense()
    if mixture.n_features == 1:
        variance = {"modelName": model_name or "V", **variance, "sigmasq": dense[:, 0, 0].tolist()}
        return {"pro": mixture.weights.tolist(), "mean": mixture.means[:, 0].tolist(), "variance": variance}
    name = model_name or _NAMES.get(type(mixture.covariances), "VVV")
    variance = {"modelName": name, **variance, "sigma": dense.transpose(1, 2, 0).tolist()}
    return {"pro": mixture.weights.tolist(), "mean": mixture.means.T.tolist(), "variance": variance}


def from_mclust(model: Mapping[str, Any]) -> Mixture:
    """Return the mixture of an mclust model, or of its list `parameters`, as ``jsonlite::toJSON`` writes it.

    Parameters
    ----------
    model : mapping
        ``json.loads`` of ``toJSON(unclass(model)[c("parameters")], digits = NA)`` in R, or of its `parameters` alone.

    Raises
    ------
    ParameterError
        If a part is missing, or there is a noise component, which is no Gaussian.
    ShapeError
        If the parts do not fit together.

    Examples
    --------
    >>> from mogul import bridges
    >>> variance = {"modelName": "E", "d": 1, "G": 2, "sigmasq": 4.0}
    >>> bridges.from_mclust({"pro": [0.25, 0.75], "mean": [0.0, 9.0], "variance": variance}).covariance()
    array([[19.1875]])
    """
    parameters = model.get("parameters", model)
    missing = [name for name in ("mean", "variance") if name not in parameters]
    if missing:
        raise ParameterError(f"The model has no {missing[0]!r}: give model$parameters of a fitted mclust model.")
    variance = parameters["variance"]
    means = np.asarray(parameters["mean"], dtype=float)
    # One feature: a vector of K; more: D x K.
    means = means.reshape(1, -1) if means.ndim < 2 else means
    n_features, n_components = means.shape
    # R gives no weights of one component, and simplifies lists of one number.
    weights = np.atleast_1d(np.asarray(parameters.get("pro", 1.0), dtype=float))
    if len(weights) == n_components + 1:
        raise ParameterError(
            "The model has a noise component, which is no Gaussian: drop its weight and scale the others."
        )
    if len(weights) != n_components:
        raise ShapeError(f"There are {len(weights)} weights in 'pro', but {n_components} means.")
    return Mixture(weights, means.T, FullCovariance(_covariances(variance, n_components, n_features)))


def _covariances(variance: Mapping[str, Any], n_components: int, n_features: int) -> FloatArray:
    if "sigma" in variance:
        sigma = np.asarray(variance["sigma"], dtype=float)
        sigma = sigma[..., None] if sigma.ndim == 2 else sigma
        if sigma.shape != (n_features, n_features, n_components):
            raise ShapeError(
                f"'sigma' has shape {sigma.shape}, but the means are for {(n_features, n_features, n_components)}."
            )
        return sigma.transpose(2, 0, 1)
    if "sigmasq" not in variance:
        raise ParameterError("The variance has neither 'sigma' nor 'sigmasq': give model$parameters as mclust made it.")
    squares = np.broadcast_to(np.asarray(variance["sigmasq"], dtype=float), (n_components,))
    result: FloatArray = squares[:, None, None] * np.eye(n_features)
    return result
