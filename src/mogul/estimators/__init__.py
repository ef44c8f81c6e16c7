"""Estimators with scikit-learn's face."""

from mogul.estimators.agglomerating import agglomerate
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.likelihood_ratio import (
    LikelihoodRatioSequence,
    LikelihoodRatioTest,
    likelihood_ratio_sequence,
    likelihood_ratio_test,
)
from mogul.estimators.many import ManyMixtures, fit_many
from mogul.estimators.mixture_classifier import MixtureClassifier, brier_score
from mogul.estimators.mixture_regressor import MixtureRegressor
from mogul.estimators.outlier_detector import OutlierDetector
from mogul.estimators.search import GaussianMixtureSearch, select
from mogul.estimators.sureness import bootstrap, standard_errors

__all__ = [
    "GaussianMixture",
    "GaussianMixtureSearch",
    "LikelihoodRatioSequence",
    "LikelihoodRatioTest",
    "ManyMixtures",
    "MixtureClassifier",
    "MixtureRegressor",
    "OutlierDetector",
    "agglomerate",
    "bootstrap",
    "brier_score",
    "fit_many",
    "likelihood_ratio_sequence",
    "likelihood_ratio_test",
    "select",
    "standard_errors",
]
