"""Where the next event will happen: regions of given mass, and how unusual a point is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import real_array
from mogul._kernels import Array, FloatArray
from mogul.mixture.abstract import AbstractMixture, Rng
from mogul.mixture.law import AbstractDensityLaw, law_of
from mogul.mixture.line import Line
from mogul.mixture.pieces import Pieces
from mogul.mixture.quantiles import checked_masses, require_one_feature

_N_DRAWS = 1 << 17


@final
@dataclass(frozen=True, eq=False)
class Region:
    """The smallest region that holds a given mass: where the density is at least `level`. Made by `Mixture.region`."""

    mixture: AbstractMixture = field(repr=False)
    mass: float
    log_level: float
    """The log-density at its edge."""
    standard_error: float
    """Of the mass that it holds; zero where the level is exact."""

    @property
    def level(self) -> float:
        """The density at its edge."""
        return float(np.exp(self.log_level))

    def contains(self, x: ArrayLike) -> Array:
        """Return whether each point lies in the region.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        shape (N,) of bool, or one for one point

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([1.0], [0.0], [1.0]).region(0.95).contains([0.0, 1.9, 2.0])
        array([ True,  True, False])
        """
        return np.asarray(self.mixture.logpdf(x) >= self.log_level)[()]

    def intervals(self) -> FloatArray:
        """Return the intervals that the region consists of, shape (M, 2), ascending; for D = 1.

        Raises
        ------
        ShapeError
            If D > 1.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-5.0, 5.0], [1.0, 1.0])
        >>> pair.region(0.9).intervals().round(3)
        array([[-6.645, -3.355],
               [ 3.355,  6.645]])
        """
        require_one_feature(self.mixture)
        return Pieces.of(Line.of(self.mixture)).intervals(self.log_level)


class AbstractRegions(AbstractMixture):
    """Regions and p-values under the law of the mixture's own density."""

    def region(self, mass: float, *, rng: Rng = 0, n_draws: int = _N_DRAWS) -> Region:
        """Return the highest-density region of a given mass: the smallest one that holds so much.

        Parameters
        ----------
        mass : float
            Above 0 and below 1: the probability that the next event happens in the region.
        rng, n_draws
            As in `density_law`, which finds the level. For several regions of one mixture, ask it once.

        Returns
        -------
        Region
            With `contains(x)`, `level`, `log_level`, `standard_error` and, for D = 1, `intervals()`.

        Raises
        ------
        ParameterError
            If the mass is not between 0 and 1.

        Notes
        -----
        The region is {x : p(x) >= level} with ``P(p(X) >= level) = mass``. An ellipse of a fixed number of standard
        deviations is this for a single Gaussian only.

        References
        ----------
        Hyndman (1996), Computing and graphing highest density regions, The American Statistician 50, 120-126.

        Examples
        --------
        >>> import mogul
        >>> pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [4.0, 0.0]], mogul.SphericalCovariance([1.0, 1.0]))
        >>> region = pair.region(0.95)
        >>> draws = pair.sample(100_000, rng=1)
        >>> bool(abs(region.contains(draws).mean() - 0.95) < 0.003), region.standard_error < 0.001
        (True, True)
        """
        chosen = checked_masses(np.asarray(mass, dtype=float).reshape(-1))
        law = self.density_law(rng=rng, n_draws=n_draws)
        level = law.log_levels(chosen)
        return Region(self, float(chosen[0]), float(level[0]), float(law.standard_errors(level)[0]))

    def p_values(self, x: ArrayLike, *, rng: Rng = 0, n_draws: int = _N_DRAWS) -> FloatArray:
        """Return how often a draw from the mixture is as improbable as each point: ``P(p(X) <= p(x))``.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)
        rng, n_draws
            As in `density_law`. To ask often, keep the law: ``law.p_values(mixture.logpdf(x))``.

        Returns
        -------
        shape (N,), or a number for one point
            Between 0 and 1; uniform for draws from the mixture itself. A point in the gap between two clusters gets a
            small one too, though it lies in the middle.

        Notes
        -----
        See `density_law` for how exact they are.

        References
        ----------
        Box (1980), Sampling and Bayes' inference in scientific modelling and robustness, JRSS A 143, section 2.

        Examples
        --------
        >>> import mogul
        >>> one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
        >>> one.p_values([1.0, 1.96, 30.0])
        array([3.17310508e-001, 4.99957903e-002, 9.81342785e-198])
        """
        log_densities = np.asarray(self.logpdf(real_array(x, "x")))
        return self.density_law(rng=rng, n_draws=n_draws).p_values(log_densities)[()]

    def density_law(self, *, rng: Rng = 0, n_draws: int = _N_DRAWS) -> AbstractDensityLaw:
        """Return the distribution of the log-density at draws from the mixture itself.

        Parameters
        ----------
        rng : numpy.random.Generator, int or None, default 0
            For K > 1 and D > 1: where draws come from. With an integer, the same call gives the same law.
        n_draws : int, default 131072
            For the same: how many; rounded up to a power of two.

        Returns
        -------
        AbstractDensityLaw
            With ``p_values(log_densities)``, ``standard_errors(log_densities)`` and ``log_levels(masses)``.

        Notes
        -----
        Exact to rounding for D = 1, from the points where the density crosses a level, all of which are known because
        all its modes are; and for K = 1, from the chi-square distribution. Otherwise from weighted quasi-random draws
        that reach to where 1e-300 of the mass is left: shares near one half are right to about 1e-4, small p-values
        to a few per cent of themselves.

        Examples
        --------
        >>> import numpy as np
        >>> import mogul
        >>> law = mogul.Mixture([1.0], [[0.0, 0.0]], mogul.SphericalCovariance([1.0])).density_law()
        >>> law.p_values(law.log_levels(np.array([0.5, 0.95]))).round(10)
        array([0.5 , 0.05])
        """
        return law_of(self, rng, n_draws)
