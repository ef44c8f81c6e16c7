"""Mixtures of fewer components that stay as close as they can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Self, TypeVar, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import symmetric
from mogul.covariance import FullCovariance
from mogul.errors import ParameterError
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.greedy import Merges, merged_greedily
from mogul.mixture.merging import AbstractCriterion, Parts, Runnalls, Salmond, inner_products
from mogul.mixture.squared_error import merged_by_squared_error

CRITERIA: dict[str, AbstractCriterion] = {criterion.name: criterion for criterion in (Runnalls(), Salmond())}

SQUARED_ERROR = "squared_error"

FEW = 256
"""Components, or twice those wanted, to which Runnalls' criterion leads before the squared error takes over."""

By = Literal["runnalls", "salmond", "squared_error"]

M = TypeVar("M", bound=AbstractMixture)


@final
@dataclass(frozen=True, eq=False)
class Reduction(Generic[M]):
    """Return the merges that make a mixture smaller, one component at a time; made by `Mixture.reduction`.

    Examples
    --------
    >>> import mogul
    >>> three = mogul.Mixture.univariate([0.4, 0.4, 0.2], [0.0, 0.5, 9.0], [1.0, 1.0, 1.0])
    >>> path = three.reduction()
    >>> path.pairs, path.costs.round(3)
    (((0, 1), (2, 3)), array([0.024, 1.27 ]))
    >>> path.at(2).means
    array([[0.25],
           [9.  ]])
    """

    mixture: M
    """The mixture that is reduced."""
    components: Array
    """The numbers of its components that have any weight, (K,), to which `pairs` refer."""
    pairs: tuple[tuple[int, int], ...]
    """The merges: the t-th makes number K + t of two earlier ones."""
    costs: FloatArray
    """What each merge cost, or, by squared error, the integrated squared error after it."""

    def at(self, n_components: int) -> M:
        """Return the mixture of so many components on the way.

        Raises
        ------
        ParameterError
            If the reduction did not go so far, or the mixture never had so many.
        """
        least, most = len(self.components) - len(self.pairs), len(self.components)
        if not least <= n_components <= most:
            raise ParameterError(f"n_components is {n_components}; this reduction leads from {most} to {least}.")
        return _of_groups(self.mixture, self.components, self._labels(most - n_components))

    def _labels(self, n_merges: int) -> Array:
        """Return the group of each component after so many merges, numbered by their first members."""
        n_given = len(self.components)
        parents = np.arange(n_given + n_merges)
        for t, pair in enumerate(self.pairs[:n_merges]):
            parents[list(pair)] = n_given + t
        for node in range(len(parents) - 1, -1, -1):  # parents are younger, and already point to their roots
            parents[node] = parents[parents[node]]
        _, first, labels = np.unique(parents[:n_given], return_index=True, return_inverse=True)
        result: Array = np.argsort(np.argsort(first))[labels]
        return result


class AbstractReduction(AbstractMixture):
    """What makes a mixture of fewer components."""

    def reduced(self, n_components: int, *, by: By = "runnalls") -> Self:
        """Return a mixture of so many components that stays as close as merging pairs can keep it.

        Parameters
        ----------
        n_components : int
            How many are left.
        by : {'runnalls', 'salmond', 'squared_error'}, default 'runnalls'
            Which pair is merged next; see `reduction`.

        Returns
        -------
        Mixture
            With the mean and the covariance of this one, to rounding.

        Raises
        ------
        ParameterError
            If `n_components` is less than one, or `by` is unknown.

        Examples
        --------
        >>> import mogul
        >>> three = mogul.Mixture.univariate([0.25, 0.25, 0.5], [0.0, 1.0, 9.0], [1.0, 1.0, 1.0])
        >>> two = three.reduced(2)
        >>> two.means.ravel(), two.covariances.dense().ravel()
        (array([0.5, 9. ]), array([1.25, 1.  ]))
        """
        if n_components >= self.n_components and by in (*CRITERIA, SQUARED_ERROR):
            return self
        path = self.reduction(n_components, by=by)
        return path.at(min(n_components, len(path.components)))

    def reduction(self, n_components: int = 1, *, by: By = "runnalls") -> Reduction[Self]:
        """Return how the mixture is reduced to so many components, with the cost of each merge.

        Parameters
        ----------
        n_components : int, default 1
            Where to end.
        by : {'runnalls', 'salmond', 'squared_error'}, default 'runnalls'
            Each step merges the pair for which this is least:

            - 'runnalls': an upper bound of the Kullback-Leibler divergence that the merge adds;
            - 'salmond': the variance between the two, in units of the covariance of the whole mixture;
            - 'squared_error': the integrated squared error to this mixture.

        Returns
        -------
        Reduction
            `pairs`, `costs`, and `at(n)`, the mixture of any number of components on the way.

        Raises
        ------
        ParameterError
            If `n_components` is less than one, or `by` is unknown.

        Notes
        -----
        Two components become the Gaussian of their mean and covariance, so that those of the mixture do not change:

            w = w_i + w_j,  m = (w_i m_i + w_j m_j) / w,
            S = (w_i S_i + w_j S_j) / w + w_i w_j / w^2 (m_i - m_j)(m_i - m_j)'

        'runnalls': ``(w log |S| - w_i log |S_i| - w_j log |S_j|) / 2``. 'salmond':
        ``w_i w_j / w (m_i - m_j)' C^-1 (m_i - m_j)`` with the covariance C of the mixture. For both the cheapest of
        all pairs is found exactly, at a cost that grows like K^2 with a small factor: lower bounds spare nearly all
        pairs. 'squared_error' looks at all pairs of up to 64 components, of more at the 12 nearest older ones of each;
        mixtures of more than 256 (or twice `n_components`) are first brought there by 'runnalls'.

        References
        ----------
        Runnalls (2007), Kullback-Leibler approach to Gaussian mixture reduction, eqs 16 and 21. Salmond (1990),
        Mixture reduction algorithms for target tracking in clutter, section 3; (2009), Mixture reduction algorithms
        for point and extended object tracking in clutter, eq. 9. Williams and Maybeck (2003), Cost-function-based
        Gaussian mixture reduction for target tracking, section 4.

        Examples
        --------
        >>> import mogul
        >>> three = mogul.Mixture.univariate([0.4, 0.4, 0.2], [0.0, 0.5, 9.0], [1.0, 1.0, 1.0])
        >>> three.reduction(by="squared_error").costs.round(4)
        array([0.    , 0.1047])
        """
        if n_components < 1:
            raise ParameterError(f"n_components is {n_components}; at least one component must be left.")
        if by not in (*CRITERIA, SQUARED_ERROR):
            known = ", ".join([*CRITERIA, SQUARED_ERROR])
            raise ParameterError(f"by={by!r} is unknown; use one of: {known}.")
        components = np.flatnonzero(self.weights > 0)
        n_given = len(components)
        n_wanted = min(n_components, n_given)
        given, scale = self._in_own_units(components)
        criterion = CRITERIA.get(by)
        if criterion is not None:
            parts = Parts.of(*given, n_given - n_wanted)
            pairs, costs = merged_greedily(parts, n_given, n_wanted, criterion)
        else:
            pairs, costs = _by_squared_error(given, n_wanted)
            costs = [cost / scale for cost in costs]
        numbers = np.array(costs)
        numbers.flags.writeable = False
        return Reduction(self, components, tuple(pairs), numbers)

    def _in_own_units(self, components: Array) -> tuple[tuple[FloatArray, FloatArray, FloatArray], float]:
        """Return weights, means and covariances where the whole has unit covariance, and the volume of that unit."""
        weights, means = self.weights[components], self.means[components]
        weights = weights / weights.sum()
        centre = weights @ means
        dense = self.covariances.dense()[components]
        whole = np.einsum("k,kij->ij", weights, dense) + (weights[:, None] * (means - centre)).T @ (means - centre)
        form = FullCovariance(symmetric(whole)[None])
        whitening = form.whitening[0]
        scale = float(np.exp(0.5 * form.log_determinants[0]))
        return (weights, (means - centre) @ whitening.T, symmetric(whitening @ dense @ whitening.T)), scale


def _by_squared_error(given: tuple[FloatArray, FloatArray, FloatArray], n_wanted: int) -> Merges:
    weights, means, covariances = given
    n_given = len(weights)
    parts = Parts.of(weights, means, covariances, n_given - n_wanted)
    n_few = max(FEW, 2 * n_wanted)
    if n_given <= n_few:
        return merged_by_squared_error(parts, n_given, n_wanted, given, 0.0)
    pairs, _ = merged_greedily(parts, n_given, n_few, CRITERIA["runnalls"])
    gone = {number for pair in pairs for number in pair}
    living = np.array([number for number in range(n_given + len(pairs)) if number not in gone])
    some = Parts.of(parts.weights[living], parts.means[living], parts.covariances[living], n_few - n_wanted)
    errors = _errors_on_the_way(given, pairs)
    later, later_errors = merged_by_squared_error(some, n_few, n_wanted, given, errors[-1])
    numbers = np.concatenate([living, n_given + len(pairs) + np.arange(n_few - n_wanted)])
    renamed = [(int(numbers[a]), int(numbers[b])) for a, b in later]
    return pairs + renamed, [*errors, *later_errors]


def _errors_on_the_way(given: tuple[FloatArray, FloatArray, FloatArray], pairs: list[tuple[int, int]]) -> list[float]:
    """Return the squared error to the given mixture after each merge that another criterion chose."""
    weights, means, covariances = given
    n_given = len(weights)
    parts = Parts.of(weights, means, covariances, len(pairs))
    # Change d of the density at each merge; the difference f - g is minus the sum of the changes so far.
    error, errors = 0.0, []
    signed = np.concatenate([np.zeros(n_given), np.zeros(len(pairs))])
    for t, (first, second) in enumerate(pairs):
        place = n_given + t
        parts.put(place, first, second)
        own = {place: parts.weights[place], first: -parts.weights[first], second: -parts.weights[second]}
        changed = np.flatnonzero(signed)
        for part, weight in own.items():
            given_part = (parts.means[part], parts.covariances[part])
            if len(changed):
                error += (
                    2
                    * weight
                    * float(
                        signed[changed] @ inner_products(parts.means[changed], parts.covariances[changed], *given_part)
                    )
                )
            for other, other_weight in own.items():
                product = inner_products(
                    parts.means[part], parts.covariances[part], parts.means[other], parts.covariances[other]
                )
                error += weight * other_weight * float(product)
        for part, weight in own.items():
            signed[part] += weight
        errors.append(max(0.0, error))
    return errors


def _of_groups(mixture: M, components: Array, labels: Array) -> M:
    """Return the mixture whose components have the weight, mean and covariance of groups of components.

    Each is computed from its members at once, so that errors do not add up over many merges.
    """
    n_groups = int(labels.max()) + 1
    weights, means = mixture.weights[components], mixture.means[components]
    dense = mixture.covariances.dense()[components]
    order = np.argsort(labels, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(n_groups))
    totals = np.add.reduceat(weights[order], starts)
    shares = weights / totals[labels]
    origins = means[order[starts]]
    centres = origins + np.add.reduceat((shares[:, None] * (means - origins[labels]))[order], starts)
    away = means - centres[labels]
    spreads = shares[:, None, None] * (dense + away[:, :, None] * away[:, None, :])
    covariances = symmetric(np.add.reduceat(spreads[order], starts))
    return type(mixture)(totals / totals.sum(), centres, FullCovariance(covariances))
