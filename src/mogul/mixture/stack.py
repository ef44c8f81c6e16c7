"""Several mixtures of one form and size, as arrays: what kernels take and give at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.covariance import AbstractCovariance
from mogul.mixture.mixture import Mixture


@final
@dataclass(frozen=True, eq=False)
class Stack:
    """Return C mixtures of K components in D features, one after the other."""

    form: type[AbstractCovariance]
    weights: FloatArray
    """Shape (C, K)."""
    means: FloatArray
    """Shape (C, K, D)."""
    covariances: FloatArray
    """The arrays that define the forms, shape (C, ...)."""

    @classmethod
    def of(cls, mixtures: Sequence[Mixture]) -> Self:
        """Return the stack of at least one mixture."""
        return cls(
            type(mixtures[0].covariances),
            np.array([mixture.weights for mixture in mixtures]),
            np.array([mixture.means for mixture in mixtures]),
            np.array([mixture.covariances.array for mixture in mixtures]),
        )

    @classmethod
    def joined(cls, stacks: Sequence[Self]) -> Self:
        """Return the mixtures of several stacks of one form and size, one after the other."""
        weights, means = np.concatenate([s.weights for s in stacks]), np.concatenate([s.means for s in stacks])
        return cls(stacks[0].form, weights, means, np.concatenate([s.covariances for s in stacks]))

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def shape(self) -> tuple[int, int]:
        """K and D."""
        return self.means.shape[1], self.means.shape[2]

    def mixture(self, number: int) -> Mixture:
        """Return one of the mixtures, as a value of its own."""
        form = self.form.trusted(self.covariances[number].copy(), *self.shape)
        return Mixture._trusted(self.weights[number].copy(), self.means[number].copy(), form)

    def replaced(self, numbers: Sequence[int] | Array, others: Self) -> Self:
        """Return the stack with other mixtures in the places of these numbers."""
        arrays = self.weights.copy(), self.means.copy(), self.covariances.copy()
        for array, new in zip(arrays, (others.weights, others.means, others.covariances), strict=True):
            array[np.asarray(numbers, dtype=np.intp)] = new
        return type(self)(self.form, *arrays)

    def selected(self, numbers: Sequence[int] | Array) -> Self:
        """Return the mixtures of the given numbers, in that order."""
        chosen = np.asarray(numbers, dtype=np.intp)
        return type(self)(self.form, self.weights[chosen], self.means[chosen], self.covariances[chosen])
