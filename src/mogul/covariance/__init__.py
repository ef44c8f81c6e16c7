"""Forms: how K covariance matrices are stored."""

from mogul.covariance.abstract import AbstractCovariance, Outputs
from mogul.covariance.diagonal import DiagonalCovariance
from mogul.covariance.factor import FactorCovariance
from mogul.covariance.full import FullCovariance, as_form
from mogul.covariance.spherical import SphericalCovariance
from mogul.covariance.tied import TiedCovariance

__all__ = [
    "AbstractCovariance",
    "DiagonalCovariance",
    "FactorCovariance",
    "FullCovariance",
    "Outputs",
    "SphericalCovariance",
    "TiedCovariance",
    "as_form",
]
