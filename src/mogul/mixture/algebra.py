"""Mixtures from a mixture: fewer features, other components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from mogul._kernels import Array
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture


class AbstractAlgebra(AbstractMixture):
    """What makes a new mixture of one."""

    def marginal(self, features: Sequence[int]) -> Self:
        """Return the distribution of some of the features, in the order given.

        Raises
        ------
        ShapeError
            If a feature does not exist, is named twice, or none is named.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture([1.0], [[1.0, 2.0]], [[[2.0, 1.0], [1.0, 3.0]]]).marginal([1]).covariance()
        array([[3.]])
        """
        chosen = [int(feature) for feature in features]
        if not chosen or len(set(chosen)) < len(chosen) or not all(0 <= f < self.n_features for f in chosen):
            raise ShapeError(f"features {chosen} must be different numbers from 0 to {self.n_features - 1}.")
        return type(self)(self.weights, self.means[:, chosen], self.covariances.marginal(chosen))

    def permuted(self, order: Sequence[int] | Array) -> Self:
        """Return the same mixture with its components numbered anew: the k-th is what was number ``order[k]``.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.2, 0.8], [0.0, 1.0], [1.0, 1.0]).permuted([1, 0]).weights
        array([0.8, 0.2])
        """
        places = np.asarray(order)
        if sorted(places.tolist()) != list(range(self.n_components)):
            raise ParameterError(
                f"order {places.tolist()} must name each component from 0 to {self.n_components - 1} once."
            )
        return type(self)(self.weights[places], self.means[places], self.covariances.selected(places))

    def selected(self, components: Sequence[int] | Array) -> Self:
        """Return the mixture of the given components in that order, with their weights scaled to sum to one.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.2, 0.2, 0.6], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0]).selected([1, 0]).means
        array([[1.],
               [0.]])
        """
        chosen = np.asarray(components)
        weights = self.weights[chosen]
        return type(self)(weights / weights.sum(), self.means[chosen], self.covariances.selected(chosen))
