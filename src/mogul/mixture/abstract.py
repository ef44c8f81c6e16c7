"""What every part of the mixture's interface builds upon."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import Array, FloatArray
from mogul.covariance import AbstractCovariance
from mogul.covariance.lines import Lines

Rng = np.random.Generator | int | None


class AbstractMixture(ABC):
    """Weights, means and covariances, and the density they make.

    The interface of `Mixture` is written in several files, one class for each subject, all on top of this one.
    """

    weights: FloatArray
    means: FloatArray
    covariances: AbstractCovariance
    order: Array

    @abstractmethod
    def __init__(self, weights: ArrayLike, means: ArrayLike, covariances: AbstractCovariance | ArrayLike) -> None: ...

    @classmethod
    @abstractmethod
    def _trusted(cls, weights: FloatArray, means: FloatArray, covariances: AbstractCovariance) -> Self:
        """Return the mixture of parameters of our own making, neither copied nor checked."""

    @property
    def n_components(self) -> int:
        """K, the number of Gaussians."""
        return len(self.weights)

    @property
    def n_features(self) -> int:
        """D, the number of features."""
        return int(self.means.shape[1])

    @abstractmethod
    def logpdf(self, x: ArrayLike) -> FloatArray:
        """Return the logarithm of the density at each point."""

    @abstractmethod
    def responsibilities(self, x: ArrayLike) -> FloatArray:
        """Return the probability that each point came from each component."""

    @abstractmethod
    def log_responsibilities(self, x: ArrayLike) -> FloatArray:
        """Return the logarithm of the probability that each point came from each component."""

    @abstractmethod
    def _expected(self, rows: Array, lines: Lines) -> FloatArray:
        """Return what is to be expected of the outputs of `lines` at each row, shape (N, M)."""

    @abstractmethod
    def mean(self) -> FloatArray:
        """Return the mean of the whole mixture."""

    @abstractmethod
    def covariance(self) -> FloatArray:
        """Return the covariance of the whole mixture."""

    @abstractmethod
    def marginal(self, dimensions: Sequence[int]) -> Self:
        """Return the distribution of some of the features, in the order given."""

    @abstractmethod
    def permuted(self, order: Sequence[int] | Array) -> Self:
        """Return the same mixture with its components numbered anew."""
