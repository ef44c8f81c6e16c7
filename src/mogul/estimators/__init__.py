"""Estimators with scikit-learn's face."""

from mogul.estimators.gaussian_mixture import GaussianMixture

__all__ = ["GaussianMixture"]
