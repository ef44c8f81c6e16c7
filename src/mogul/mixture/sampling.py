"""Draws from a mixture."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.random import child_generators


class AbstractSampling(AbstractMixture):
    """Random draws."""

    @overload
    def sample(
        self, shape: int | tuple[int, ...] = ..., *, rng: Rng = ..., with_components: Literal[False] = ...
    ) -> FloatArray: ...
    @overload
    def sample(
        self, shape: int | tuple[int, ...] = ..., *, rng: Rng = ..., with_components: Literal[True]
    ) -> tuple[FloatArray, Array]: ...
    def sample(
        self, shape: int | tuple[int, ...] = (), *, rng: Rng = None, with_components: bool = False
    ) -> FloatArray | tuple[FloatArray, Array]:
        """Return random draws, in random order.

        Parameters
        ----------
        shape : int or tuple, default ()
            How many draws; () is one.
        rng : numpy.random.Generator, int or None
            Where randomness comes from. The same seed gives the same draws, and the head of a longer sample is the
            shorter one.
        with_components : bool, default False
            Whether to return also the component that each draw came from.

        Returns
        -------
        array
            Rows of D features in the given shape; and, if asked for, the components, integers in the given shape.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-9.0, 9.0], [1.0, 1.0])
        >>> draws, components = pair.sample(5, rng=0, with_components=True)
        >>> draws.shape, bool(((draws[:, 0] > 0) == (components == 1)).all())
        ((5, 1), True)
        """
        sizes = (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
        if any(size < 0 for size in sizes):
            raise ParameterError(f"shape {sizes} has a negative length.")
        n_draws = int(np.prod(sizes))
        which, noise = child_generators(np.random.default_rng(rng), 2)
        # The last edge is 1 up to rounding; a draw beyond it belongs to the last component that has any weight.
        edges = np.cumsum(self.weights)
        labels = np.searchsorted(edges[:-1], which.random(n_draws) * edges[-1], side="right")
        draws = self.means[labels] + self.covariances.coloured(
            noise.standard_normal((n_draws, self.n_features)), labels
        )
        draws = draws.reshape(*sizes, self.n_features)
        return (draws, labels.reshape(sizes)) if with_components else draws
