"""Estimators with scikit-learn's face."""

from mogul.estimators.agglomerate import agglomerate
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.many import ManyMixtures, fit_many

__all__ = ["GaussianMixture", "ManyMixtures", "agglomerate", "fit_many"]
