"""Draws from a mixture: at random, evenly spread, within a box."""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.random import child_generators, drawn_number, drawn_shape
from mogul.mixture.tilting import Tilted

GOLDEN = (np.sqrt(5) - 1) / 2
"""Multiples of it, without their whole part, fill the unit interval most evenly."""

BITS = 52
"""Of a quasi-random number."""

FEWEST = 1e-6
"""The share of proposals within a box that must be accepted."""


class AbstractSampling(AbstractMixture):
    """Draws, of which the head of a longer sample is always the shorter one."""

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
        sizes, n_draws = drawn_shape(shape)
        which, noise = child_generators(np.random.default_rng(rng), 2)
        labels = _chosen(self.weights, which.random(n_draws))
        draws = self._coloured(noise.standard_normal((n_draws, self.n_features)), labels)
        draws = draws.reshape(*sizes, self.n_features)
        return (draws, labels.reshape(sizes)) if with_components else draws

    @overload
    def sample_stratified(
        self, n_draws: int, *, rng: Rng = ..., with_components: Literal[False] = ...
    ) -> FloatArray: ...
    @overload
    def sample_stratified(
        self, n_draws: int, *, rng: Rng = ..., with_components: Literal[True]
    ) -> tuple[FloatArray, Array]: ...
    def sample_stratified(
        self, n_draws: int, *, rng: Rng = None, with_components: bool = False
    ) -> FloatArray | tuple[FloatArray, Array]:
        """Return random draws of which each component has its share, to a draw or two.

        Parameters
        ----------
        n_draws : int
            How many.
        rng : numpy.random.Generator, int or None
            Where randomness comes from. The head of a longer sample is the shorter one.
        with_components : bool, default False
            Whether to return also the component that each draw came from.

        Returns
        -------
        shape (n_draws, D); and, if asked for, the components, shape (n_draws,)

        Notes
        -----
        Draw n takes its component at ``(u + n g) mod 1`` of the cumulated weights, g the golden ratio and u random: in
        expectation each draw is from the mixture, while every head of the sample has nearly `weights` times its length
        of each component. Averages over the sample vary less than with `sample`.

        References
        ----------
        Niederreiter (1992), Random Number Generation and Quasi-Monte Carlo Methods, theorem 3.3.

        Examples
        --------
        >>> import numpy as np
        >>> import mogul
        >>> hills = mogul.Mixture.univariate([0.5, 0.3, 0.2], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
        >>> np.bincount(hills.sample_stratified(1000, rng=0, with_components=True)[1])
        array([500, 300, 200])
        """
        n_draws = drawn_number(n_draws)
        which, noise = child_generators(np.random.default_rng(rng), 2)
        labels = _chosen(self.weights, (which.random() + GOLDEN * np.arange(n_draws)) % 1.0)
        draws = self._coloured(noise.standard_normal((n_draws, self.n_features)), labels)
        return (draws, labels) if with_components else draws

    @overload
    def sample_quasi(self, n_draws: int, *, rng: Rng = ..., with_components: Literal[False] = ...) -> FloatArray: ...
    @overload
    def sample_quasi(
        self, n_draws: int, *, rng: Rng = ..., with_components: Literal[True]
    ) -> tuple[FloatArray, Array]: ...
    def sample_quasi(
        self, n_draws: int, *, rng: Rng = None, with_components: bool = False
    ) -> FloatArray | tuple[FloatArray, Array]:
        """Return quasi-random draws, which fill the mixture evenly: averages over them converge faster.

        Parameters
        ----------
        n_draws : int
            How many; powers of two are best.
        rng : numpy.random.Generator, int or None
            What scrambles the sequence: each draw is then distributed as the mixture, and repetitions with other seeds
            tell the error of an average. The head of a longer sample is the shorter one.
        with_components : bool, default False
            Whether to return also the component that each draw came from.

        Returns
        -------
        shape (n_draws, D); and, if asked for, the components, shape (n_draws,)

        Raises
        ------
        ShapeError
            If D is more than 21 200.

        Notes
        -----
        A scrambled Sobol sequence in D + 1 dimensions: the first chooses the component, the others become normal by the
        inverse of their distribution function.

        References
        ----------
        Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14, 466-489.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0])
        >>> draws = pair.sample_quasi(4096, rng=0)
        >>> bool(abs(draws.mean()) < 1e-3), bool(abs(draws.var() - 2) < 1e-2)
        (True, True)
        """
        from scipy.special import ndtri
        from scipy.stats import qmc

        n_draws = drawn_number(n_draws)
        if self.n_features >= qmc.Sobol.MAXDIM:
            raise ShapeError(
                f"Sobol sequences have {qmc.Sobol.MAXDIM} dimensions at most, and {self.n_features} features need one "
                "more. Use sample instead."
            )
        sobol = qmc.Sobol(self.n_features + 1, scramble=True, bits=BITS, rng=np.random.default_rng(rng))
        # Whole powers of two, as the sequence wants it; the middle of each cell, so that no number is zero.
        uniform = sobol.random_base2(max(n_draws - 1, 0).bit_length())[:n_draws] + 0.5 ** (BITS + 1)
        labels = self.order[_chosen(self.weights[self.order], uniform[:, 0])]
        draws = self._coloured(ndtri(uniform[:, 1:]), labels)
        return (draws, labels) if with_components else draws

    @overload
    def sample_within(
        self,
        low: ArrayLike,
        high: ArrayLike,
        shape: int | tuple[int, ...] = ...,
        *,
        rng: Rng = ...,
        with_components: Literal[False] = ...,
    ) -> FloatArray: ...
    @overload
    def sample_within(
        self,
        low: ArrayLike,
        high: ArrayLike,
        shape: int | tuple[int, ...] = ...,
        *,
        rng: Rng = ...,
        with_components: Literal[True],
    ) -> tuple[FloatArray, Array]: ...
    def sample_within(
        self,
        low: ArrayLike,
        high: ArrayLike,
        shape: int | tuple[int, ...] = (),
        *,
        rng: Rng = None,
        with_components: bool = False,
    ) -> FloatArray | tuple[FloatArray, Array]:
        """Return random draws from the mixture truncated to a box.

        Parameters
        ----------
        low, high : a number or shape (D,)
            The box, in the units of the data; infinite where a feature is not bounded.
        shape : int or tuple, default ()
            How many draws; () is one.
        rng : numpy.random.Generator, int or None
            Where randomness comes from. The head of a longer sample is the shorter one.
        with_components : bool, default False
            Whether to return also the component that each draw came from.

        Returns
        -------
        array
            Rows of D features in the given shape, all within the box; and, if asked for, the components.

        Raises
        ------
        ShapeError
            If the box has another number of features.
        ParameterError
            If the box is empty, or so far out that its probability leaves the range of floating point even as a
            logarithm, or almost all proposals are refused.

        Notes
        -----
        Draws are independent and exact, also where the box lies far in the tails: proposals are made by minimax
        tilting, see `mogul.mixture.tilting`, and accepted or refused. One feature, or independent ones, are drawn
        through the inverse of the distribution function, and none is refused. With strongly correlated features in many
        dimensions fewer are accepted.

        References
        ----------
        Botev (2017), The normal law under linear restrictions: simulation and estimation via minimax tilting, JRSS B
        79, 125-148.

        Examples
        --------
        >>> import mogul
        >>> normal = mogul.Mixture.univariate([1.0], [0.0], [1.0])
        >>> beyond = normal.sample_within(40.0, float("inf"), 1000, rng=0)  # of probability 1e-350
        >>> bool((beyond > 40).all()), bool(abs(beyond.mean() - 40.025) < 0.003)
        (True, True)
        """
        sizes, n_draws = drawn_shape(shape)
        lower, upper = self._box(low, high)
        law = Tilted.of(self.means, self.covariances.dense(), lower, upper)
        with np.errstate(divide="ignore"):
            log_weights = np.log(self.weights) + law.bounds
        if not np.isfinite(log_weights.max()):
            raise ParameterError(
                f"The box from {lower.tolist()} to {upper.tolist()} lies too far from every component: the "
                "logarithm of its probability leaves the range of floating point."
            )
        weights = np.exp(log_weights - log_weights.max())
        which, noise, coin = child_generators(np.random.default_rng(rng), 3)
        kept: list[tuple[FloatArray, Array]] = []
        n_kept = n_tried = 0
        while n_kept < n_draws:
            # How many are tried at once does not matter: each try takes its numbers from streams of their own.
            share = max((n_kept + 1) / (n_tried + 1), FEWEST)
            n_tries = int(np.clip(1.1 * (n_draws - n_kept) / share, 64, (1 << 20) // self.n_features + 64))
            labels = _chosen(weights, which.random(n_tries))
            proposals = law.proposed(labels, noise.random((n_tries, self.n_features)))
            accepted = np.log1p(-coin.random(n_tries)) <= proposals.log_acceptance
            kept.append((proposals.draws[accepted], labels[accepted]))
            n_kept, n_tried = n_kept + int(accepted.sum()), n_tried + n_tries
            if n_kept < FEWEST * n_tried:
                raise ParameterError(
                    f"Of {n_tried} proposals within the box {n_kept} were accepted. Use fewer features, or a box that "
                    "bounds fewer of them."
                )
        draws = np.concatenate([np.empty((0, self.n_features)), *(rows for rows, _ in kept)])[:n_draws]
        labels = np.concatenate([np.empty(0, dtype=np.int64), *(numbers for _, numbers in kept)])[:n_draws]
        # Rounding may carry a draw over the edge that it lies on.
        draws = np.clip(draws, lower, upper).reshape(*sizes, self.n_features)
        return (draws, labels.reshape(sizes)) if with_components else draws

    def _coloured(self, noise: FloatArray, labels: Array) -> FloatArray:
        """Return standard normal noise (N, D) as draws from the components (N,)."""
        return self.means[labels] + self.covariances.coloured(noise, labels)

    def _box(self, low: ArrayLike, high: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the corners of a box, (D,) each, or say what is wrong with it."""
        corners = []
        for name, corner in (("low", low), ("high", high)):
            values = np.asarray(corner, dtype=np.float64)
            if values.ndim and values.shape != (self.n_features,):
                raise ShapeError(f"{name} must be a number or have shape ({self.n_features},), got {values.shape}.")
            corners.append(np.broadcast_to(values, (self.n_features,)))
        lower, upper = corners
        if not (lower < upper).all():
            d = int(np.flatnonzero(~(lower < upper))[0])
            raise ParameterError(
                f"The box is empty: feature {d} should lie between {lower[d]:g} and {upper[d]:g}. low must be less "
                "than high."
            )
        return lower, upper


def _chosen(weights: FloatArray, uniform: FloatArray) -> Array:
    """Return the components (N,) at uniform numbers (N,) along the cumulated weights (K,)."""
    # The last edge is 1 up to rounding; a draw beyond it belongs to the last component that has any weight.
    edges = np.cumsum(weights)
    labels: Array = np.searchsorted(edges[:-1], uniform * edges[-1], side="right")
    return labels
