"""Mixtures of some, or of other, components of a mixture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import Array
from mogul.covariance.algebra import alike
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture


class AbstractComponents(AbstractMixture):
    """What makes a mixture of other components in the same features."""

    def __getitem__(self, components: int | slice | Sequence[int] | Array) -> Self:
        """Return one component as a mixture of its own, or several with their weights scaled to sum to one."""
        numbers = np.atleast_1d(np.arange(self.n_components)[components])
        return self.selected(numbers)

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
        return self._trusted(self.weights[places], self.means[places], self.covariances.selected(places))

    def selected(self, components: Sequence[int] | Array) -> Self:
        """Return the mixture of the given components in that order, with their weights scaled to sum to one.

        ``mixture[k]`` is short for one of them, ``mixture[[0, 2]]`` and ``mixture[1:]`` for several. One component
        alone has weight one.

        Raises
        ------
        ParameterError
            If no component is named, or all that are have weight zero.

        Examples
        --------
        >>> import mogul
        >>> mixture = mogul.Mixture.univariate([0.2, 0.2, 0.6], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
        >>> mixture.selected([1, 0]).means
        array([[1.],
               [0.]])
        >>> mixture[2].weights
        array([1.])
        """
        chosen = np.asarray(components)
        if chosen.ndim != 1 or not len(chosen):
            raise ParameterError(f"components must be one or more numbers, got {chosen.tolist()}.")
        weights = self.weights[chosen]
        # A single Gaussian is asked for as such, whatever its share.
        weights = np.ones(1) if len(weights) == 1 else weights
        if not weights.any():
            raise ParameterError(f"Components {chosen.tolist()} all have weight zero. Select one that has some.")
        return type(self)(weights / weights.sum(), self.means[chosen], self.covariances.selected(chosen))

    def sorted(self, along: int | ArrayLike | None = None) -> Self:
        """Return the same mixture with its components sorted.

        Parameters
        ----------
        along : int or shape (D,), optional
            A feature by its number, or a direction: components are then sorted by their means along it, least first.
            Without it they are sorted by weight, greatest first.

        Raises
        ------
        ShapeError
            If there is no such feature, or the direction has another length.

        Examples
        --------
        >>> import mogul
        >>> hills = mogul.Mixture.univariate([0.2, 0.5, 0.3], [5.0, 9.0, 1.0], [1.0, 1.0, 1.0])
        >>> hills.sorted().weights
        array([0.5, 0.3, 0.2])
        >>> hills.sorted(along=0).means[:, 0]
        array([1., 5., 9.])
        """
        if along is None:
            return self.permuted(np.argsort(-self.weights, kind="stable"))
        direction = np.asarray(along, dtype=np.float64)
        if direction.ndim == 0:
            if along not in range(self.n_features):
                raise ShapeError(f"along is {along}, but features are numbered from 0 to {self.n_features - 1}.")
            direction = np.eye(self.n_features)[int(direction)]
        if direction.shape != (self.n_features,):
            raise ShapeError(f"along must be a feature or a direction of length {self.n_features}, got {along}.")
        return self.permuted(np.argsort(self.means @ direction, kind="stable"))

    def pruned(self, threshold: float = 0.0) -> Self:
        """Return the mixture without components whose weight is `threshold` or less; the others are scaled up.

        Parameters
        ----------
        threshold : float, default 0.0
            At least 0 and less than the greatest weight. By default only components without weight go.

        Raises
        ------
        ParameterError
            If no component would be left.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.001, 0.499], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0]).pruned(0.01).n_components
        2
        """
        kept = np.flatnonzero(self.weights > threshold)
        if threshold < 0 or not len(kept):
            raise ParameterError(
                f"threshold is {threshold:g}, but must be at least 0 and less than the greatest weight, "
                f"{self.weights.max():g}, so that a component is left."
            )
        return self.selected(kept)

    def split(self, component: int, *, spread: float = 0.5) -> Self:
        """Return the mixture with one component cut into two halves along its longest axis.

        Parameters
        ----------
        component : int
            Which one. The halves stand at the end.
        spread : float, default 0.5
            How far the means of the halves lie from the old one, in its standard deviations along that axis; more than
            0 and less than 1.

        Returns
        -------
        Mixture
            K + 1 components. Its mean and covariance are those of the mixture.

        Raises
        ------
        ParameterError
            If there is no such component, or `spread` is not between 0 and 1.

        Notes
        -----
        With the half-axis a = sqrt(largest eigenvalue) times its eigenvector, the halves have means m + spread a and
        m - spread a, covariance S - spread^2 a a', and half the weight each.

        References
        ----------
        Huber, Bailey, Durrant-Whyte and Hanebeck (2008), On entropy approximation for Gaussian mixture random vectors,
        section V; Richardson and Green (1997), On Bayesian analysis of mixtures, JRSS B 59, eq. 11.

        Examples
        --------
        >>> import mogul
        >>> halves = mogul.Mixture.univariate([1.0], [0.0], [1.0]).split(0, spread=0.6)
        >>> halves.means[:, 0], halves.covariance()
        (array([ 0.6, -0.6]), array([[1.]]))
        """
        if component not in range(self.n_components):
            raise ParameterError(
                f"component is {component}, but components are numbered from 0 to {self.n_components - 1}."
            )
        if not 0 < spread < 1:
            raise ParameterError(f"spread is {spread:g}; it must be more than 0 and less than 1.")
        axis, covariance = self.covariances.shortened(component, spread**2)
        others = [k for k in range(self.n_components) if k != component]
        form = covariance.selected([0, 0])
        if others:
            rest, halves = alike(self.covariances.selected(others), form)
            form = rest.joined([halves])
        weight, mean = self.weights[component], self.means[component]
        return type(self)(
            np.concatenate([self.weights[others], [weight / 2, weight / 2]]),
            np.concatenate([self.means[others], [mean + spread * axis, mean - spread * axis]]),
            form,
        )
