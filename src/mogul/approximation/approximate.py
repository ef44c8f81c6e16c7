"""A mixture that approximates any distribution, with as many Gaussians as it takes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul.approximation.errors import Errors, measured
from mogul.approximation.fits import Fitter, grown
from mogul.approximation.nodes import Nodes
from mogul.approximation.targets import nodes_of
from mogul.errors import ApproximationWarning, ParameterError
from mogul.mixture import Mixture
from mogul.mixture.abstract import Rng

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TOLERANCE = 0.02
MOST = 256


@final
@dataclass(frozen=True, eq=False)
class Approximation:
    """Return a mixture with how far it is from what it approximates; made by `approximate`."""

    mixture: Mixture
    errors: Errors
    path: tuple[Errors, ...]
    """The errors of all numbers of components that were tried, ascending."""
    mixtures: tuple[Mixture, ...]
    """The mixtures that `path` tells of."""

    @property
    def kl(self) -> float:
        """The Kullback-Leibler divergence of the target from the mixture, in nats."""
        return self.errors.kl

    @property
    def total_variation(self) -> float:
        """The most by which the probability of an event differs."""
        return self.errors.total_variation

    @property
    def largest_error(self) -> float:
        """The largest difference of the densities."""
        return self.errors.largest_error

    @property
    def kolmogorov(self) -> float:
        """The largest difference of the distribution functions; NaN for more than one feature."""
        return self.errors.kolmogorov

    def plot(self, *, ax: Axes | None = None) -> Axes:
        """Draw the errors against the number of components, and return the axes.

        Raises
        ------
        MissingDependencyError
            Without matplotlib, which comes with ``pip install "mogul[plot]"``.
        """
        from mogul.plot.errors import draw_errors

        return draw_errors(self.path, ax)

    def __str__(self) -> str:
        e = self.errors
        return f"{e.n_components} components: KL {e.kl:.3g}, total variation {e.total_variation:.3g}"


def approximate(
    target: Any,
    n_components: int | None = None,
    *,
    tolerance: float | None = None,
    support: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    max_components: int = MOST,
    rng: Rng = 0,
) -> Approximation:
    """Return a mixture close to any distribution, with the errors that are left.

    Parameters
    ----------
    target : frozen SciPy distribution, callable, Mixture, (counts, edges), or points
        What to approximate:

        - a continuous distribution of SciPy, ``scipy.stats.gamma(2)`` or one of several features with `logpdf` and
          `rvs`;
        - a function that returns the log-density, up to a constant, of points: (N,) for one feature, (N, D) for two or
          three. It needs `support`;
        - another mixture;
        - a histogram, as ``numpy.histogram`` returns it;
        - points of shape (N,) or (N, D), with `weights` if they do not count alike.
    n_components : int, optional
        How many Gaussians. If not given, as few as meet the tolerance.
    tolerance : float, optional
        The total variation that is good enough, 0.02 if neither this nor `n_components` is given; for points of one
        feature, the Kolmogorov distance.
    support : (low, high), or shape (D, 2), optional
        Where a log-density lives. A distribution of one feature is cut to it.
    weights : shape (N,), optional
        Of points.
    max_components : int, default 256
        Where the search for enough components ends, with a warning.
    rng : numpy.random.Generator, int or None, default 0
        For targets that are known by their draws.

    Returns
    -------
    Approximation
        `mixture`, `kl`, `total_variation`, `largest_error`, `kolmogorov`; `path`, the errors on the way, which `plot`
        draws, and `mixtures`, those that were met there.

    Raises
    ------
    ParameterError, ShapeError
        If both `n_components` and `tolerance` are given, or arguments do not fit the target.

    Warns
    -----
    ApproximationWarning
        If the tolerance was not met.

    Notes
    -----
    The mixture minimises the Kullback-Leibler divergence ``KL(p || q)`` of the target p, by weighted EM on the nodes of
    a quadrature: Gauss and Legendre's rule within parts of equal probability for one feature, a grid for two and three,
    draws where nothing else is known. Starts are partitions of equal mass and graded ones, and the mixture of half as
    many components with each split. Errors are measured at other nodes: the total variation is the integral of
    ``(p - q)_+``. Of a distribution with tails the outermost 1e-10 of the probability is left out. The number of
    components is doubled until the tolerance is met, then halved in between.

    A density with a jump is never met everywhere: next to it `largest_error` stays half of the jump, while the stretch
    where the error is large shrinks with every component.

    Examples
    --------
    >>> import mogul
    >>> from scipy import stats
    >>> found = mogul.approximate(stats.gamma(2))
    >>> found.total_variation < 0.02, found.mixture.n_components
    (True, 7)
    >>> mogul.approximate(lambda x: -abs(x), 4, support=(-15, 15)).mixture.n_components
    4
    """
    if n_components is not None and tolerance is not None:
        raise ParameterError("Give n_components or tolerance, not both: one follows from the other.")
    if n_components is not None and n_components < 1:
        raise ParameterError(f"n_components is {n_components}; it must be 1 or more.")
    if tolerance is not None and not 0 < tolerance < 1:
        raise ParameterError(f"tolerance is {tolerance}; it must lie between 0 and 1.")
    nodes, check = nodes_of(target, support, weights, np.random.default_rng(rng))
    if n_components is None and nodes.log_densities is None and nodes.n_features > 1:
        raise ParameterError("Points of several features have no distance to a density: give n_components.")
    search = _Search(nodes, check)
    if n_components is not None:
        chosen = search.up_to(n_components)
    else:
        chosen = search.until(TOLERANCE if tolerance is None else tolerance, max_components)
    numbers = sorted(search.errors)
    path = tuple(search.errors[n] for n in numbers)
    mixtures = tuple(search.mixtures[n] for n in numbers)
    return Approximation(search.mixtures[chosen], search.errors[chosen], path, mixtures)


class _Search:
    """The mixtures found so far, by their number of components."""

    def __init__(self, nodes: Nodes, check: Nodes) -> None:
        self.fitter, self.check = Fitter.of(nodes, check), check
        self.is_line = nodes.n_features == 1
        self.mixtures: dict[int, Mixture] = {}
        self.errors: dict[int, Errors] = {}
        self._keep(self.fitter.single())

    def up_to(self, n_components: int) -> int:
        """Find mixtures of 1, 2, 4, ... components up to so many."""
        doubled = 2
        while doubled < n_components:
            self._find(doubled)
            doubled *= 2
        self._find(n_components)
        return n_components

    def until(self, tolerance: float, most: int) -> int:
        """Return the least number of components found to meet a tolerance: by doubling, then by bisection."""

        def is_met(n: int) -> bool:
            self._find(n)
            return self.errors[n].size <= tolerance

        high = 1
        while not is_met(high):
            if high >= most:
                best = min(self.errors, key=lambda n: self.errors[n].size)
                warnings.warn(
                    f"{most} components leave an error of {self.errors[best].size:.3g}, more than the tolerance of "
                    f"{tolerance:g}. Raise max_components or tolerance.",
                    ApproximationWarning,
                    stacklevel=3,
                )
                return best
            high = min(2 * high, most)
        low = max((n for n in self.errors if n < high), default=0)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if is_met(middle) else (middle, high)
        return high

    def _find(self, n_components: int) -> None:
        if n_components in self.mixtures:
            return
        below = self.mixtures[max(n for n in self.mixtures if n < n_components)]
        starts = [grown(below, n_components)] if 2 * below.n_components >= n_components else []
        above = [n for n in self.mixtures if n > n_components]
        if above:
            starts.append(self.mixtures[min(above)].reduced(n_components))
        if self.is_line:
            starts += self.fitter.partitions(n_components)
        self._keep(self.fitter.best(starts))

    def _keep(self, mixture: Mixture) -> None:
        self.mixtures[mixture.n_components] = mixture
        self.errors[mixture.n_components] = measured(mixture, self.check)
