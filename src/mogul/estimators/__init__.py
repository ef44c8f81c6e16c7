"""Estimators with scikit-learn's face."""

from mogul.estimators.agglomerating import agglomerate
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.many import ManyMixtures, fit_many
from mogul.estimators.mixture_classifier import MixtureClassifier, brier_score
from mogul.estimators.mixture_regressor import MixtureRegressor
from mogul.estimators.sureness import bootstrap, standard_errors

__all__ = [
    "GaussianMixture",
    "ManyMixtures",
    "MixtureClassifier",
    "MixtureRegressor",
    "agglomerate",
    "bootstrap",
    "brier_score",
    "fit_many",
    "standard_errors",
]
