"""Gaussian mixtures: look at them, fit them, sample them, compute with them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mogul._version import VERSION

if TYPE_CHECKING:
    from mogul.approximation import Approximation, approximate
    from mogul.clusters import merge_components, projection
    from mogul.covariance import (
        DiagonalCovariance,
        FactorCovariance,
        FullCovariance,
        SphericalCovariance,
        TiedCovariance,
    )
    from mogul.distances import drift
    from mogul.estimators import (
        GaussianMixture,
        GaussianMixtureSearch,
        MixtureClassifier,
        MixtureRegressor,
        OutlierDetector,
        agglomerate,
        bootstrap,
        brier_score,
        fit_many,
        likelihood_ratio_sequence,
        likelihood_ratio_test,
        select,
        standard_errors,
    )
    from mogul.family import ConjugatePrior
    from mogul.io import load
    from mogul.mixture import Mixture, convolve, mix, product
    from mogul.selection import criteria
    from mogul.truncated import Truncation
    from mogul.uncertainty import match

__version__ = VERSION

_HOMES = {
    # the value
    "Mixture": "mogul.mixture",
    "FullCovariance": "mogul.covariance",
    "TiedCovariance": "mogul.covariance",
    "DiagonalCovariance": "mogul.covariance",
    "SphericalCovariance": "mogul.covariance",
    # several mixtures
    "convolve": "mogul.mixture",
    "product": "mogul.mixture",
    "mix": "mogul.mixture",
    # any distribution
    "Approximation": "mogul.approximation",
    "approximate": "mogul.approximation",
    # two mixtures, or a mixture and data
    "drift": "mogul.distances",
    "FactorCovariance": "mogul.covariance",
    # estimators
    "GaussianMixture": "mogul.estimators",
    "GaussianMixtureSearch": "mogul.estimators",
    "select": "mogul.estimators",
    "criteria": "mogul.selection",
    "MixtureRegressor": "mogul.estimators",
    "OutlierDetector": "mogul.estimators",
    "agglomerate": "mogul.estimators",
    "fit_many": "mogul.estimators",
    "Truncation": "mogul.truncated",
    "MixtureClassifier": "mogul.estimators",
    "brier_score": "mogul.estimators",
    # how sure
    "bootstrap": "mogul.estimators",
    "standard_errors": "mogul.estimators",
    "match": "mogul.uncertainty",
    "likelihood_ratio_test": "mogul.estimators",
    "likelihood_ratio_sequence": "mogul.estimators",
    "ConjugatePrior": "mogul.family",
    # after the fit
    "merge_components": "mogul.clusters",
    "projection": "mogul.clusters",
    # files
    "load": "mogul.io",
}

__all__ = [
    "Approximation",
    "ConjugatePrior",
    "DiagonalCovariance",
    "FactorCovariance",
    "FullCovariance",
    "GaussianMixture",
    "GaussianMixtureSearch",
    "Mixture",
    "MixtureClassifier",
    "MixtureRegressor",
    "OutlierDetector",
    "SphericalCovariance",
    "TiedCovariance",
    "Truncation",
    "agglomerate",
    "approximate",
    "bootstrap",
    "brier_score",
    "convolve",
    "criteria",
    "drift",
    "fit_many",
    "likelihood_ratio_sequence",
    "likelihood_ratio_test",
    "load",
    "match",
    "merge_components",
    "mix",
    "product",
    "projection",
    "select",
    "standard_errors",
]


_MODULES = {"bridges", "distances"}
"""Parts that users reach as attributes of the package."""


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"mogul.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'mogul' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
