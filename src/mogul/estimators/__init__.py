"""Estimators with scikit-learn's face."""

from mogul.estimators.agglomerating import agglomerate
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.many import ManyMixtures, fit_many
from mogul.estimators.sureness import bootstrap, standard_errors

__all__ = ["GaussianMixture", "ManyMixtures", "agglomerate", "bootstrap", "fit_many", "standard_errors"]
