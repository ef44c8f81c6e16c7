"""Optimal transport between mixtures along mixtures: distance, plan, map and way between."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points
from mogul._kernels import Array, FloatArray
from mogul._numerics import sealed, symmetric
from mogul.covariance import FullCovariance
from mogul.distances.gaussian_maps import linear_maps
from mogul.distances.pairwise import pairwise_wasserstein
from mogul.errors import ParameterError
from mogul.mixture import Mixture


@final
@dataclass(frozen=True, eq=False)
class Transport:
    """Return how one mixture is moved to another, component by component, at the least cost; made by `transport`.

    Examples
    --------
    >>> import mogul
    >>> here = mogul.Mixture.univariate([0.5, 0.5], [0.0, 10.0], [1.0, 1.0])
    >>> there = mogul.Mixture.univariate([0.5, 0.5], [13.0, 3.0], [1.0, 1.0])
    >>> moved = mogul.distances.transport(here, there)
    >>> moved.distance, moved.plan
    (3.0, array([[0. , 0.5],
           [0.5, 0. ]]))
    >>> moved.apply([0.0, 10.0])
    array([ 3., 13.])
    """

    first: Mixture
    second: Mixture
    plan: FloatArray
    """How much weight of each component of the first goes to each of the second, shape (K, L)."""
    squared_costs: FloatArray
    """The squared 2-Wasserstein distance of each pair of components, shape (K, L)."""

    @property
    def distance(self) -> float:
        """The mixture-Wasserstein distance, in the units of the data."""
        return math.sqrt(max(0.0, float((self.plan * self.squared_costs).sum())))

    def apply(self, x: ArrayLike) -> FloatArray:
        """Return where each point of the first mixture goes, on average.

        Parameters
        ----------
        x : shape (N, D), (D,) or, if D = 1, (N,)

        Returns
        -------
        array of the shape of x

        Notes
        -----
        ``sum_kl plan[k, l] N_k(x) T_kl(x) / sum_k w_k N_k(x)`` with the linear map T_kl between two Gaussians. The
        images are near the second mixture, but follow its law only where components do not overlap.

        References
        ----------
        Delon and Desolneux (2020), A Wasserstein-type distance in the space of Gaussian mixture models, section 6.3.
        """
        rows, _ = points(x, self.first.n_features)
        used = self.first.weights > 0
        # Of the pairs only those are looked at that carry weight: fewer than K + L of them.
        sources, targets = np.nonzero(self.plan)
        shares = self.first.responsibilities(rows)[:, sources] * (
            self.plan[sources, targets] / np.where(used, self.first.weights, 1.0)[sources]
        )
        maps = self._maps(sources, targets)
        away = rows[:, None] - self.first.means[sources]
        images = self.second.means[targets] + np.einsum("pij,npj->npi", maps, away)
        moved: FloatArray = np.einsum("np,npi->ni", shares, images)
        return moved.reshape(np.shape(x))

    def between(self, share: float) -> Mixture:
        """Return the mixture on the shortest way, a share of the way from the first (0) to the second (1).

        Raises
        ------
        ParameterError
            If the share is not between 0 and 1.

        Examples
        --------
        >>> import mogul
        >>> here = mogul.Mixture.univariate([1.0], [0.0], [1.0])
        >>> there = mogul.Mixture.univariate([1.0], [8.0], [3.0])
        >>> half = mogul.distances.transport(here, there).between(0.5)
        >>> half.means, half.covariances.dense()
        (array([[4.]]), array([[[4.]]]))
        """
        if not 0 <= share <= 1:
            raise ParameterError(f"share is {share}; it must lie between 0 (the first mixture) and 1 (the second).")
        sources, targets = np.nonzero(self.plan)
        maps: FloatArray = (1 - share) * np.eye(self.first.n_features) + share * self._maps(sources, targets)
        covariances = symmetric(maps @ self.first.covariances.dense()[sources] @ maps)
        means = (1 - share) * self.first.means[sources] + share * self.second.means[targets]
        weights = self.plan[sources, targets]
        return Mixture(weights / weights.sum(), means, FullCovariance(covariances))

    def _maps(self, sources: Array, targets: Array) -> FloatArray:
        return linear_maps(self.first.covariances.dense()[sources], self.second.covariances.dense()[targets])


def transport(first: Mixture, second: Mixture) -> Transport:
    """Return the cheapest way to move one mixture to another, among those that pass through mixtures only.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features D.

    Returns
    -------
    Transport
        With `distance`, `plan`, `apply` (the map) and `between` (the mixtures on the way).

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    A linear programme over the K x L weights of the plan, solved by HiGHS; its costs are those of
    `pairwise_wasserstein`, squared. Exact to about 1e-9 of the weights.

    References
    ----------
    Delon and Desolneux (2020), A Wasserstein-type distance in the space of Gaussian mixture models, proposition 4.

    Examples
    --------
    >>> import mogul
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> two = mogul.Mixture.univariate([0.25, 0.75], [-1.0, 3.0], [1.0, 1.0])
    >>> mogul.distances.transport(one, two).plan
    array([[0.25, 0.75]])
    """
    squared_costs = pairwise_wasserstein(first, second) ** 2
    plan = optimal_plan([first.weights, second.weights], squared_costs)
    return Transport(first, second, sealed(plan), sealed(squared_costs))


def mixture_wasserstein(first: Mixture, second: Mixture) -> float:
    """Return the mixture-Wasserstein distance MW2 of two mixtures, in the units of the data.

    Raises
    ------
    ShapeError
        If they differ in the number of features.

    Notes
    -----
    The least cost of moving one to the other through mixtures, see `transport`. It is a metric, at least the
    2-Wasserstein distance of the densities, and equal to it for single Gaussians.

    References
    ----------
    Delon and Desolneux (2020), definition 4.

    Examples
    --------
    >>> import mogul
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> two = mogul.Mixture.univariate([0.25, 0.75], [-1.0, 3.0], [1.0, 1.0])
    >>> round(mogul.distances.mixture_wasserstein(one, two), 6)  # sqrt(0.25 * 1 + 0.75 * 9)
    2.645751
    """
    return transport(first, second).distance


def optimal_plan(marginals: list[FloatArray], costs: FloatArray) -> FloatArray:
    """Return the joint weights with the given marginals at the least total cost; costs have one axis a marginal."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    sizes = costs.shape
    places = np.indices(sizes).reshape(len(sizes), -1)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    constraints = np.concatenate([place + offset for place, offset in zip(places, offsets, strict=False)])
    variables = np.tile(np.arange(costs.size), len(sizes))
    matrix = coo_array((np.ones(len(variables)), (constraints, variables)), shape=(offsets[-1], costs.size)).tocsr()
    scale = float(costs.max()) or 1.0
    # One equation of each marginal but the first follows from the others; left in, rounding makes them contradict.
    kept = np.setdiff1d(np.arange(offsets[-1]), offsets[2:] - 1)
    wanted = np.concatenate([weights / weights.sum() for weights in marginals])
    solution = linprog(costs.ravel() / scale, A_eq=matrix[kept], b_eq=wanted[kept], method="highs-ds")
    if solution.status != 0:
        raise ParameterError(f"The transport plan was not found: {solution.message}")
    plan: FloatArray = np.maximum(solution.x, 0.0).reshape(sizes)
    # What the solver's tolerance leaves behind is no transport.
    plan[plan < 1e-12] = 0.0
    plan /= plan.sum()
    return plan
