"""A number that is known up to a standard error, and the draws that make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.abstract import AbstractMixture, Rng


@final
@dataclass(frozen=True)
class Estimate:
    """Return a value with the standard deviation of its error; 0 if it is exact.

    Examples
    --------
    >>> import mogul
    >>> narrow = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> round(float(narrow.entropy()), 4), narrow.entropy().standard_error
    (1.4189, 0.0)
    """

    value: float
    standard_error: float

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        return f"{self.value:.6g} +- {self.standard_error:.2g}"


def stratified_mean(
    mixture: AbstractMixture, function: Callable[[FloatArray], FloatArray], n_draws: int, rng: Rng
) -> Estimate:
    """Return the mean of a function of the rows under the mixture, each component being given its share of the draws.

    The variance between components is thereby no part of the error. A component gets two draws or more, so that
    the error can be told.
    """
    weights = mixture.weights
    counts = np.where(weights > 0, np.maximum(2, np.ceil(weights * n_draws)), 0).astype(int)
    labels = np.repeat(np.arange(len(weights)), counts)
    noise = np.random.default_rng(rng).standard_normal((len(labels), mixture.n_features))
    values = function(mixture.means[labels] + mixture.covariances.coloured(noise, labels))
    used = counts > 0
    means = np.bincount(labels, values, len(weights))[used] / counts[used]
    away = values - np.repeat(means, counts[used])
    variances = np.bincount(labels, away**2, len(weights))[used] / (counts[used] - 1)
    error = np.sqrt((weights[used] ** 2 * variances / counts[used]).sum())
    return Estimate(float(weights[used] @ means), float(error))
