"""Gaussian mixtures: look at them, fit them, sample them, compute with them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mogul._version import VERSION

if TYPE_CHECKING:
    from mogul.covariance import DiagonalCovariance, FullCovariance, SphericalCovariance, TiedCovariance
    from mogul.estimators import GaussianMixture, agglomerate, fit_many
    from mogul.io import load
    from mogul.mixture import Mixture
    from mogul.truncated import Truncation

__version__ = VERSION

_HOMES = {
    # the value
    "Mixture": "mogul.mixture",
    "FullCovariance": "mogul.covariance",
    "TiedCovariance": "mogul.covariance",
    "DiagonalCovariance": "mogul.covariance",
    "SphericalCovariance": "mogul.covariance",
    # estimators
    "GaussianMixture": "mogul.estimators",
    "agglomerate": "mogul.estimators",
    "fit_many": "mogul.estimators",
    "Truncation": "mogul.truncated",
    # files
    "load": "mogul.io",
}

__all__ = [
    "DiagonalCovariance",
    "FullCovariance",
    "GaussianMixture",
    "Mixture",
    "SphericalCovariance",
    "TiedCovariance",
    "Truncation",
    "agglomerate",
    "fit_many",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'mogul' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
