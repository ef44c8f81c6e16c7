"""The law of a mixture's own density: how often the density at a draw is as low as a given one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.gaussian import LOG_ROOT_2_PI
from mogul.mixture.line import Line
from mogul.mixture.pieces import Pieces

N_REPLICATES = 16
_DEEPEST = 690.0
"""Draws reach out to where exp(-690), 1e-300, of a component lies beyond."""
_BLOCK = 1 << 14


class AbstractDensityLaw(ABC):
    """The distribution of log p(X) for X drawn from the mixture itself; made by `Mixture.density_law`."""

    def p_values(self, log_densities: FloatArray) -> FloatArray:
        """Return ``P(log p(X) <= log_density)`` for each of any number of log-densities, in their shape."""
        levels = np.asarray(log_densities, dtype=float)
        return np.where(np.isnan(levels), np.nan, self._p_values(levels))

    @abstractmethod
    def _p_values(self, levels: FloatArray) -> FloatArray:
        """Return the p-values of log-densities of which some may be no numbers, with any value for those."""

    @abstractmethod
    def standard_errors(self, log_densities: FloatArray) -> FloatArray:
        """Return the standard error of each p-value, in the shape of the log-densities; zero where it is exact."""

    @abstractmethod
    def log_levels(self, masses: FloatArray) -> FloatArray:
        """Return the log-density above which each of the given masses lies, in their shape."""


def law_of(mixture: AbstractMixture, rng: Rng, n_draws: int) -> AbstractDensityLaw:
    """Return the law of a mixture's density, exact where there is one feature or one component."""
    if mixture.n_features == 1:
        return ExactLaw(Pieces.of(Line.of(mixture)))
    if (mixture.weights > 0).sum() == 1:
        return SingleLaw(mixture)
    return SampledLaw.of(mixture, rng, n_draws)


@final
@dataclass(frozen=True, eq=False)
class ExactLaw(AbstractDensityLaw):
    """Of one feature: the mass beyond the points where the density crosses the level."""

    pieces: Pieces

    def _p_values(self, levels: FloatArray) -> FloatArray:
        flat = levels.reshape(-1)
        parts = [self.pieces.log_mass_below(flat[i : i + _BLOCK]) for i in range(0, len(flat), _BLOCK)]
        result: FloatArray = np.exp(np.concatenate([np.empty(0), *parts])).reshape(levels.shape)
        return result

    def standard_errors(self, log_densities: FloatArray) -> FloatArray:
        return np.zeros(np.shape(log_densities))

    def log_levels(self, masses: FloatArray) -> FloatArray:
        shares = np.asarray(masses, dtype=float)
        return self.pieces.log_levels(shares.reshape(-1)).reshape(shares.shape)


@final
@dataclass(frozen=True, eq=False)
class SingleLaw(AbstractDensityLaw):
    """Of one Gaussian: log p(X) falls short of its top by half a chi-square variable of D degrees of freedom."""

    mixture: AbstractMixture

    def _top(self) -> float:
        return float(_tops(self.mixture)[self.mixture.weights > 0][0])

    def _p_values(self, levels: FloatArray) -> FloatArray:
        from scipy.special import gammaincc

        depth = self._top() - levels
        result: FloatArray = gammaincc(self.mixture.n_features / 2, np.maximum(depth, 0.0))
        return result

    def standard_errors(self, log_densities: FloatArray) -> FloatArray:
        return np.zeros(np.shape(log_densities))

    def log_levels(self, masses: FloatArray) -> FloatArray:
        from scipy.special import gammaincinv

        result: FloatArray = self._top() - gammaincinv(self.mixture.n_features / 2, np.asarray(masses, dtype=float))
        return result


@final
@dataclass(frozen=True, eq=False)
class SampledLaw(AbstractDensityLaw):
    """Of several components and features: weighted draws that reach far into the tails.

    Notes
    -----
    A draw is ``m_k + r L_k e`` with a direction e on the sphere, and the radius r beyond which a share exp(-t) of
    component k lies. Under the mixture, k has probability w_k and t is exponential. Half of the draws take t so, a
    quarter from a density of ``(1 + t)^-2``, and a quarter evenly from 0 to 690; components are drawn with probability
    ``(w_k + 1 / K) / 2``. Weights that are the ratios of densities make up for it. So shares of 1e-3 and of 1e-100 both
    have draws of their own. Directions, components and t come from Sobol points, scrambled anew for each of 16
    replicates; the spread of the replicates is the standard error.

    Where a density is lower than at every draw, the p-value is the upper bound
    ``sum_k w_k P(w_k N_k(X) <= density | k)``, for the mixture is nowhere lower than one of its components.

    References
    ----------
    Owen and Zhou (2000), Safe and effective importance sampling, JASA 95, 135-143, section 3.
    Hyndman (1996), Computing and graphing highest density regions, The American Statistician 50, section 3.2.
    """

    mixture: AbstractMixture
    log_densities: FloatArray
    """Of the draws, ascending in each replicate, shape (16, n)."""
    shares: FloatArray
    """The mass of the draws up to and including each, shape (16, n); the last of each replicate is one."""

    @classmethod
    def of(cls, mixture: AbstractMixture, rng: Rng, n_draws: int) -> Self:
        """Return the law as told by about `n_draws` draws."""
        generator = np.random.default_rng(rng)
        n_each = max(64, 1 << int(np.ceil(np.log2(max(n_draws, 1) / N_REPLICATES))))
        densities, shares = np.empty((2, N_REPLICATES, n_each))
        for replicate in range(N_REPLICATES):
            rows, weights = _deep_draws(mixture, n_each, generator)
            found = mixture.logpdf(rows)
            order = np.argsort(found)
            densities[replicate] = found[order]
            summed = np.cumsum(weights[order])
            shares[replicate] = summed / summed[-1]
        return cls(mixture, densities, shares)

    def _p_values(self, levels: FloatArray) -> FloatArray:
        p = self._shares_below(levels.reshape(-1)).mean(axis=0).reshape(levels.shape)
        return np.where(p > 0, p, self._bound(levels))

    def standard_errors(self, log_densities: FloatArray) -> FloatArray:
        levels = np.asarray(log_densities, dtype=float)
        each = self._shares_below(levels.reshape(-1))
        result: FloatArray = (each.std(axis=0, ddof=1) / np.sqrt(N_REPLICATES)).reshape(levels.shape)
        return result

    def log_levels(self, masses: FloatArray) -> FloatArray:
        order = np.argsort(self.log_densities, axis=None)
        levels = self.log_densities.reshape(-1)[order]
        steps = np.diff(self.shares, axis=1, prepend=0.0).reshape(-1)[order]
        below = np.cumsum(steps) / N_REPLICATES
        wanted = 1 - np.asarray(masses, dtype=float)
        return np.asarray(np.interp(wanted, below, levels))

    def _shares_below(self, levels: FloatArray) -> FloatArray:
        """Return the share of each replicate at or below each of N levels, shape (16, N)."""
        result = np.empty((N_REPLICATES, len(levels)))
        for replicate, (densities, shares) in enumerate(zip(self.log_densities, self.shares, strict=True)):
            result[replicate] = np.append(0.0, shares)[np.searchsorted(densities, levels, side="right")]
        return result

    def _bound(self, levels: FloatArray) -> FloatArray:
        from scipy.special import gammaincc

        some = self.mixture.weights > 0
        weights, tops = self.mixture.weights[some], _tops(self.mixture)[some]
        depth = np.log(weights) + tops - levels[..., None]
        result: FloatArray = gammaincc(self.mixture.n_features / 2, np.maximum(depth, 0.0)) @ weights
        return result


def _tops(mixture: AbstractMixture) -> FloatArray:
    """Return the log-density of each component at its mean, shape (K,)."""
    return -mixture.n_features * LOG_ROOT_2_PI - mixture.covariances.log_determinants / 2


def _deep_draws(mixture: AbstractMixture, n: int, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return n draws (n, D), half of them from far out, and their weights (n,)."""
    from scipy.special import gammainccinv, ndtri
    from scipy.stats import qmc

    n_features = mixture.n_features
    cube = qmc.Sobol(n_features + 2, scramble=True, rng=rng).random(n)
    # A scrambled point may lie on the border of the cube, where quantiles are infinite.
    cube = np.clip(cube, 2.0**-54, 1 - 2.0**-53)
    weights = mixture.weights[mixture.order]
    chances = np.where(weights > 0, (weights + 1 / (weights > 0).sum()) / 2, 0.0)
    edges = np.cumsum(chances)
    places = np.minimum(np.searchsorted(edges, cube[:, 0] * edges[-1], side="right"), np.flatnonzero(chances)[-1])
    depth = _depths(cube[:, 1])
    natural = np.exp(-depth)
    ratios = natural / _depth_density(depth) * (weights / np.where(chances > 0, chances, 1.0))[places]
    radius = np.sqrt(2 * gammainccinv(n_features / 2, natural))
    noise = ndtri(cube[:, 2:])
    noise *= (radius / np.linalg.norm(noise, axis=1))[:, None]
    labels = mixture.order[places]
    return mixture.means[labels] + mixture.covariances.coloured(noise, labels), ratios


def _depths(u: FloatArray) -> FloatArray:
    """Return depths t of uniform numbers: half of them exponential, a quarter of density ~(1 + t)^-2, a quarter even.

    Blocks of a Sobol sequence whose length is a power of two are balanced sets of points.
    """
    quarter = len(u) // 4
    natural, lower, even = u[: 2 * quarter], u[2 * quarter : 3 * quarter], u[3 * quarter :]
    share = lower * _DEEPEST / (1 + _DEEPEST)
    return np.concatenate([-np.log(natural), share / (1 - share), even * _DEEPEST])


def _depth_density(t: FloatArray) -> FloatArray:
    """Return the density of all depths together."""
    far = (1 + 1 / _DEEPEST) * (1 + t) ** -2 + 1 / _DEEPEST
    return np.exp(-t) / 2 + np.where(t <= _DEEPEST, far, 0.0) / 4
