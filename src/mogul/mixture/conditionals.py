"""Many conditionals of one mixture: what rows of known features say about the others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, final, overload

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import real_array
from mogul._kernels import Array, FloatArray
from mogul._numerics import freeze, sealed
from mogul.covariance import AbstractCovariance
from mogul.covariance.checks import factorised
from mogul.covariance.lines import Lines
from mogul.errors import ParameterError, ShapeError
from mogul.mixture.quantile import quantiles_of_normals
from mogul.mixture.random import child_generators, drawn_shape

if TYPE_CHECKING:
    from mogul.mixture.abstract import AbstractMixture, Rng
    from mogul.mixture.mixture import Mixture

BLOCK = 1 << 17
"""Numbers in a temporary array: it stays in cache."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class Conditionals:
    """N mixtures of K components in M free features, one for each row of known values. Immutable.

    Made by `Mixture.condition` and `Mixture.conditionals`. All have the same covariances, for those of conditional
    Gaussians do not depend on the values; weights and means differ. They are worked out a block of rows at a time, when
    something is asked for.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 4.0]], mogul.SphericalCovariance([1.0, 1.0]))
    >>> given = pair.condition({0: [0.0, 2.0, 4.0]})
    >>> given
    Conditionals(n_rows=3, n_components=2, n_features=1)
    >>> given.mean().round(2)
    array([[0.],
           [2.],
           [4.]])
    """

    given: AbstractMixture
    """The mixture of the known features, its components in canonical order."""
    rows: Array
    """The known values, (N, O)."""
    lines: Lines
    """How the means of the free features follow from the known ones, in canonical order."""
    residual: AbstractCovariance
    """The covariances, in canonical order."""
    places: Array
    """Where the components stand in canonical order, (K,)."""

    @classmethod
    def of(cls, mixture: AbstractMixture, known: Sequence[int], free: Sequence[int], rows: Array) -> Self:
        """Return the distributions of the free features of a mixture given rows of the known ones."""
        given = mixture.marginal(known)
        order = given.order
        slopes, residual = mixture.covariances.selected(order).conditional(known, free)
        means = mixture.means[order]
        centre = given.mean()
        centres = means[:, free] + np.einsum("kmo,ko->km", slopes, centre - means[:, known])
        return cls(
            given=given.permuted(order),
            rows=rows if not rows.flags.writeable else sealed(rows.copy()),
            lines=Lines(freeze(slopes), freeze(centres), sealed(centre)),
            residual=residual,
            places=np.argsort(order),
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"Conditionals(n_rows={len(self)}, n_components={self.n_components}, n_features={self.n_features})"

    @overload
    def __getitem__(self, rows: int) -> Mixture: ...
    @overload
    def __getitem__(self, rows: slice | Array) -> Conditionals: ...
    def __getitem__(self, rows: int | slice | Array) -> Mixture | Conditionals:
        """Return the mixture of one row, or the conditionals of several rows."""
        if not isinstance(rows, int | np.integer):
            return replace(self, rows=freeze_rows(self.rows[rows]))
        one = replace(self, rows=self.rows[rows][None])
        mixture: Mixture = type(self.given)(one.weights[0], one.means[0], self.covariances)  # type: ignore[assignment]
        return mixture

    @property
    def n_components(self) -> int:
        """K."""
        return len(self.lines.slopes)

    @property
    def n_features(self) -> int:
        """M, the number of free features."""
        return self.lines.n_outputs

    @property
    def weights(self) -> FloatArray:
        """The weights of the components given each row, shape (N, K)."""
        return np.exp(self.log_weights)

    @property
    def log_weights(self) -> FloatArray:
        """The logarithms of the weights, shape (N, K)."""
        results = np.empty((len(self), self.n_components))
        for part in self._blocks(self.n_components):
            results[part] = self._log_weights(part)[:, self.places]
        return results

    @property
    def means(self) -> FloatArray:
        """The means of the components given each row, shape (N, K, M)."""
        results = np.empty((len(self), self.n_components, self.n_features))
        for part in self._blocks():
            results[part] = self._means(part).swapaxes(1, 2)[:, self.places]
        return results

    @property
    def covariances(self) -> AbstractCovariance:
        """The covariances of the components, the same for all rows: K of M features."""
        return self.residual.selected(self.places)

    # ------------------------------------------------------------------------------------------ numbers

    def mean(self) -> FloatArray:
        """Return the mean of each mixture, shape (N, M): what is to be expected of the free features.

        It is ``sum_k weights[n, k] means[n, k]``. Cost: O(N K O (O + M)).

        References
        ----------
        Ghahramani and Jordan (1994), Supervised learning from incomplete data via an EM approach, NIPS 6, eq. 10.

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.5], [0.5, 1.0]]])
        >>> line.condition({0: [-2.0, 2.0]}).mean()
        array([[-1.],
               [ 1.]])
        """
        return self.given._expected(self.rows, self.lines)

    def variance(self) -> FloatArray:
        """Return the variance of each free feature in each mixture, shape (N, M).

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.5], [0.5, 1.0]]])
        >>> line.condition({0: [-2.0, 2.0]}).variance()
        array([[0.75],
               [0.75]])
        """
        results = np.empty((len(self), self.n_features))
        within = self.residual.variances_of_features()
        for part in self._blocks():
            shares, away, _ = self._away(part)
            results[part] = np.einsum("nk,nmk->nm", shares, away**2) + shares @ within
        return results

    def standard_deviation(self) -> FloatArray:
        """Return the standard deviation of each free feature in each mixture, shape (N, M).

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [-2.0, 2.0]}).standard_deviation()
        array([[0.8],
               [0.8]])
        """
        return np.sqrt(self.variance())

    def covariance(self) -> FloatArray:
        """Return the covariance of each mixture, shape (N, M, M).

        Var(y|x) = sum_k r_k (C_k + (m_k - m)(m_k - m)'), with r the weights and m the mean given x.

        Examples
        --------
        >>> import mogul
        >>> ball = mogul.Mixture([1.0], [[0.0, 0.0, 0.0]], mogul.SphericalCovariance([2.0]))
        >>> ball.condition({0: [1.0]}).covariance()
        array([[[2., 0.],
                [0., 2.]]])
        """
        results = np.empty((len(self), self.n_features, self.n_features))
        within = self.residual.dense()
        for part in self._blocks():
            shares, away, _ = self._away(part)
            results[part] = (shares[:, None] * away) @ away.swapaxes(1, 2) + np.einsum("nk,kij->nij", shares, within)
        return results

    # ------------------------------------------------------------------------------------------ densities

    def logpdf(self, y: ArrayLike) -> FloatArray:
        """Return the logarithm of the density of each mixture at its own point, shape (N,).

        Parameters
        ----------
        y : shape (N, M) or, if M = 1, (N,)
            One point a row, in the units of the data.

        Raises
        ------
        ShapeError
            If there are not as many points as rows.

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [1.0, 1.0]}).logpdf([0.6, 2.2]).round(4)
        array([-0.6958, -2.6958])
        """
        points = self._points(y)
        _, whitening, log_determinants = factorised(np.ascontiguousarray(self.residual.dense()))
        constants = -0.5 * (log_determinants + self.n_features * math.log(2 * math.pi))
        results = np.empty(len(self))
        for part in self._blocks():
            away = points[part, :, None] - self._means(part)  # (B, M, K)
            z = away.transpose(2, 0, 1) @ whitening.swapaxes(1, 2)  # (K, B, M)
            joint = self._log_weights(part) + constants - 0.5 * np.einsum("knm,knm->nk", z, z)
            top = joint.max(axis=1)
            shift = np.where(np.isfinite(top), top, 0.0)
            with np.errstate(divide="ignore"):
                results[part] = shift + np.log(np.exp(joint - shift[:, None]).sum(axis=1))
        return results

    def pdf(self, y: ArrayLike) -> FloatArray:
        """Return the density of each mixture at its own point, shape (N,).

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [1.0, 1.0]}).pdf([0.6, 2.2]).round(4)
        array([0.4987, 0.0675])
        """
        return np.exp(self.logpdf(y))

    def cdf(self, y: ArrayLike) -> FloatArray:
        """Return the probability that each free feature is at most its value, shape (N, M).

        Parameters
        ----------
        y : shape (N, M) or, if M = 1, (N,)
            One point a row. Each feature is taken by itself.

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [1.0, 1.0]}).cdf([0.6, 2.2]).round(4)
        array([[0.5   ],
               [0.9772]])
        """
        from scipy.special import ndtr

        points, results = self._points(y), np.empty((len(self), self.n_features))
        deviations = np.sqrt(self.residual.variances_of_features()).T
        for part in self._blocks():
            shares = self.given.responsibilities(self.rows[part])
            z = (points[part, :, None] - self._means(part)) / deviations
            results[part] = np.einsum("nk,nmk->nm", shares, ndtr(z))
        return results

    def quantiles(self, probabilities: ArrayLike) -> FloatArray:
        """Return, for each free feature, the values below which it lies with the given probabilities.

        Parameters
        ----------
        probabilities : a number or shape (P,)
            More than 0 and less than 1.

        Returns
        -------
        shape (N, M), or (P, N, M) for several probabilities
            Of each feature by itself, to rounding.

        Raises
        ------
        ParameterError
            If a probability is not between 0 and 1.

        Notes
        -----
        Solves ``sum_k weights[n, k] Phi((y - means[n, k]) / deviation_k) = p`` by Newton's method on the logarithm of
        the smaller tail, kept within a bracket.

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [1.0, 2.0]}).quantiles([0.1, 0.9])[:, :, 0].round(3)
        array([[-0.425,  0.175],
               [ 1.625,  2.225]])
        """
        wanted = np.asarray(probabilities, dtype=np.float64)
        if wanted.ndim > 1 or not ((wanted > 0) & (wanted < 1)).all():
            raise ParameterError(
                f"probabilities are {wanted.tolist()}; give one number or a list, each more than 0 and less than 1."
            )
        results = np.empty((wanted.size, len(self), self.n_features))
        deviations = np.sqrt(self.residual.variances_of_features()).T
        for part in self._blocks():
            shares, means = self.given.responsibilities(self.rows[part]), self._means(part)
            for q, probability in enumerate(wanted.ravel()):
                results[q, part] = quantiles_of_normals(float(probability), shares[:, None], means, deviations)
        return results.reshape(*wanted.shape, len(self), self.n_features)

    def sample(self, shape: int | tuple[int, ...] = (), *, rng: Rng = None) -> FloatArray:
        """Return random draws from each mixture.

        Parameters
        ----------
        shape : int or tuple, default ()
            How many draws for each row; () is one.
        rng : numpy.random.Generator, int or None
            Where randomness comes from. The head of a longer sample is the shorter one.

        Returns
        -------
        shape (*shape, N, M)

        Examples
        --------
        >>> import mogul
        >>> line = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.6], [0.6, 1.0]]])
        >>> line.condition({0: [1.0, 2.0]}).sample(1000, rng=0).shape
        (1000, 2, 1)
        """
        sizes, n_draws = drawn_shape(shape)
        which, noise = child_generators(np.random.default_rng(rng), 2)
        choices = which.random((n_draws, len(self)))
        draws = noise.standard_normal((n_draws, len(self), self.n_features))
        for part in self._blocks(max(n_draws, 1) * self.n_components * self.n_features):
            edges = np.cumsum(self.given.responsibilities(self.rows[part]), axis=1)
            labels = (choices[:, part, None] * edges[:, -1:] >= edges[:, :-1]).sum(axis=2)  # (S, B)
            means = self._means(part).swapaxes(1, 2)[np.arange(len(edges)), labels]  # (S, B, M)
            spread = self.residual.coloured(draws[:, part].reshape(-1, self.n_features), labels.ravel())
            draws[:, part] = means + spread.reshape(means.shape)
        return draws.reshape(*sizes, len(self), self.n_features)

    # ------------------------------------------------------------------------------------------ a block of rows

    def _blocks(self, width: int | None = None) -> Iterator[slice]:
        """Yield parts of the rows, so many that a temporary of `width` numbers a row stays small."""
        width = self.n_components * self.n_features if width is None else width
        step = int(np.clip(BLOCK // width, 1, 4096))
        for first in range(0, len(self), step):
            yield slice(first, min(first + step, len(self)))

    def _means(self, part: slice) -> FloatArray:
        """Return the means of the components given each row of a part, (B, M, K)."""
        return self.lines.at(self.rows[part])

    def _away(self, part: slice) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return (weights (B, K), means of the components about the mean (B, M, K), the mean (B, M))."""
        shares, means = self.given.responsibilities(self.rows[part]), self._means(part)
        mean = np.einsum("nk,nmk->nm", shares, means)
        means -= mean[:, :, None]
        return shares, means, mean

    def _log_weights(self, part: slice) -> FloatArray:
        """Return the logarithms of the weights given each row of a part, (B, K)."""
        return self.given.log_responsibilities(self.rows[part])

    def _points(self, y: ArrayLike) -> FloatArray:
        points = real_array(y, "y")
        if points.ndim == 1 and self.n_features == 1:
            points = points[:, None]
        if points.shape != (len(self), self.n_features):
            raise ShapeError(
                f"y must have shape ({len(self)}, {self.n_features}), one point for each row given, got {points.shape}."
            )
        return points


def freeze_rows(rows: Array) -> Array:
    """Return rows in their own precision, read-only."""
    return sealed(rows) if rows.base is None else sealed(rows.copy())
