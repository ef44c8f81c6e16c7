"""The scoring function as numbers: joint log density k of a row x is constants[k] - |P_k (x - m_k)|^2 / 2."""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Self, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.covariance import FullCovariance
from mogul.errors import MissingDependencyError
from mogul.mixture import Mixture


@final
@dataclass(frozen=True, eq=False)
class Formula:
    """Return the constants (K,), means (K, D) and lower triangular whitenings P (K, D, D) of a mixture."""

    constants: FloatArray
    means: FloatArray
    whitening: FloatArray

    @classmethod
    def of(cls, mixture: Mixture) -> Self:
        """Return the formula; the constant of a component without weight is minus infinity."""
        form = FullCovariance(mixture.covariances.dense())
        with np.errstate(divide="ignore"):
            logs = np.log(mixture.weights)
        constants = logs - 0.5 * (form.log_determinants + mixture.n_features * math.log(2 * math.pi))
        return cls(constants, mixture.means, np.tril(form.whitening))


def needed(package: str, extra: str) -> ModuleType:
    """Return a package that a bridge leads to, or say how to get it."""
    try:
        return import_module(package)
    except ImportError as error:
        raise MissingDependencyError(
            f"This needs {package}, which could not be imported. Run: python -m pip install {extra}"
        ) from error
