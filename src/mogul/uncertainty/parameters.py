"""The parameters of a mixture, or one number about each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import freeze
from mogul.mixture import Mixture


@final
@dataclass(frozen=True, eq=False)
class Parameters:
    """Return one number for each parameter of a mixture: the parameters themselves, or their standard errors.

    Attributes
    ----------
    weights : shape (K,)
    means : shape (K, D)
    covariances : shape (K, D, D)
        Of every component, whatever the form of the mixture's covariances.

    All may have a leading axis in common, as for many mixtures.
    """

    weights: FloatArray
    means: FloatArray
    covariances: FloatArray

    def __post_init__(self) -> None:
        for name in ("weights", "means", "covariances"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @classmethod
    def of(cls, mixture: Mixture) -> Self:
        """Return the parameters of a mixture."""
        return cls(mixture.weights, mixture.means, mixture.covariances.dense())

    @classmethod
    def of_vectors(cls, vectors: FloatArray, n_components: int, n_features: int) -> Self:
        """Return the parameters from vectors (..., P), the inverse of `vectors`."""
        leading = vectors.shape[:-1]
        ends = [n_components, n_components * (1 + n_features)]
        weights, means, covariances = np.split(vectors, ends, axis=-1)
        shape = (*leading, n_components, n_features)
        return cls(weights, means.reshape(shape), covariances.reshape(*shape, n_features))

    @property
    def shape(self) -> tuple[int, int]:
        """K and D."""
        return self.means.shape[-2], self.means.shape[-1]

    def vectors(self) -> FloatArray:
        """Return all numbers one after the other, (..., P) with P = K (1 + D + D^2): weights, means, covariances."""
        leading = self.weights.shape[:-1]
        parts = [part.reshape(*leading, -1) for part in (self.weights, self.means, self.covariances)]
        return np.concatenate(parts, axis=-1)

    def map(self, change: Callable[[FloatArray], FloatArray]) -> Self:
        """Return the parameters that a change of vectors makes."""
        return self.of_vectors(change(self.vectors()), *self.shape)

    def variances(self) -> FloatArray:
        """Return the diagonals of the covariances, (..., K, D)."""
        result: FloatArray = np.einsum("...kdd->...kd", self.covariances)
        return result


def names_of(n_components: int, n_features: int, features: Sequence[str]) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Yield (name, component, place) of every parameter, component by component.

    The place says which number of `Parameters`: (k,) a weight, (k, i) a mean, (k, i, j) with i <= j a covariance.
    """
    for k in range(n_components):
        yield "weight", k, (k,)
        for i in range(n_features):
            yield f"mean {features[i]}", k, (k, i)
        for i in range(n_features):
            yield f"var {features[i]}", k, (k, i, i)
        for i in range(n_features):
            for j in range(i + 1, n_features):
                yield f"cov {features[i]}, {features[j]}", k, (k, i, j)


def number_at(parameters: Parameters, place: tuple[int, ...]) -> float:
    """Return the number at a place of `names_of`."""
    arrays = {1: parameters.weights, 2: parameters.means, 3: parameters.covariances}
    return float(arrays[len(place)][place])
