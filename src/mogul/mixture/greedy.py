"""Merge the cheapest pair again and again, exactly, without looking at all pairs each time."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from mogul._kernels import Array
from mogul.mixture.merging import AbstractCriterion, Parts

Merges = tuple[list[tuple[int, int]], list[float]]
"""Pairs of numbers of parts, the t-th of which became number K + t; and what each merge cost."""

_TRIED = 12
"""How many partners that look cheapest are tried first, to know what the others must beat."""

_SWEEP = 128
"""Merges after which parts that are gone are swept out of the list of those that live."""


def merged_greedily(parts: Parts, n_given: int, n_wanted: int, criterion: AbstractCriterion) -> Merges:
    """Return the merges that lead from `n_given` parts to `n_wanted`, each the cheapest pair of its time.

    Each part keeps its cheapest partner among those older than itself, and its cost stands on a heap. If that partner
    is gone, the cost is a lower bound of what another partner will cost; it is searched for only when it comes to the
    top. A merged part is younger than all, so it searches once, and nobody else need look at it. A search computes the
    criterion's lower bound for all, and the cost of those whose bound is below the least cost found.
    """
    alive = np.zeros(len(parts.weights), dtype=bool)
    alive[:n_given] = True
    living = np.arange(n_given)
    partner = np.full(len(parts.weights), -1)

    def search(one: int) -> float:
        older = living[: np.searchsorted(living, one)]
        older = older[alive[older]]
        if not len(older):
            return np.inf
        cost, partner[one] = _cheapest(parts, one, older, criterion)
        return cost

    heap = [(search(one), one) for one in range(1, n_given)]
    heapify(heap)
    pairs: list[tuple[int, int]] = []
    costs: list[float] = []
    while len(pairs) < n_given - n_wanted:
        cost, one = heappop(heap)
        if not alive[one]:
            continue
        other = int(partner[one])
        if not alive[other]:
            found = search(one)
            if np.isfinite(found):
                heappush(heap, (found, one))
            continue
        place = n_given + len(pairs)
        parts.put(place, other, one)
        alive[[other, one]] = False
        alive[place] = True
        pairs.append((other, one))
        costs.append(cost)
        if len(pairs) % _SWEEP == 0:
            living = living[alive[living]]
        living = np.append(living, place)
        heappush(heap, (search(place), place))
    return pairs, costs


def _cheapest(parts: Parts, one: int, others: Array, criterion: AbstractCriterion) -> tuple[float, int]:
    bounds = criterion.least(parts, one, others)
    if len(others) > _TRIED:
        nearest = np.argpartition(bounds, _TRIED)[:_TRIED]
        limit = float(criterion.costs(parts, one, others[nearest]).min())
        # Those tried stay among them, even where a bound is above the cost by rounding.
        bounds[nearest] = -np.inf
        others = others[bounds <= limit]
    costs = criterion.costs(parts, one, others)
    best = int(costs.argmin())
    return float(costs[best]), int(others[best])
