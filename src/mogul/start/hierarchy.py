"""A hierarchy of clusters: every number of them from one run of merges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import ParameterError


@final
@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Return how M leaves, distinct rows, were merged to one cluster, two clusters at a time.

    Attributes
    ----------
    merges : shape (M - 1, 2) of integers
        The clusters that each merge joins. 0 to M - 1 are leaves, M + t is the cluster that merge t made.
    costs : shape (M - 1,)
        By how much each merge raised the criterion.
    leaves : shape (N,) of integers
        The leaf of each row: equal rows share one.

    Examples
    --------
    >>> import mogul
    >>> hierarchy = mogul.agglomerate([[0.0], [1.0], [5.0], [7.0]], criterion="EII")
    >>> hierarchy.labels(2)
    array([0, 0, 1, 1])
    >>> hierarchy.labels(3)
    array([0, 0, 1, 2])
    """

    merges: Array
    costs: FloatArray
    leaves: Array

    def __post_init__(self) -> None:
        for name in ("merges", "costs", "leaves"):
            array = np.array(getattr(self, name))
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @property
    def n_leaves(self) -> int:
        """M, how many distinct rows there are, and so clusters at most."""
        return len(self.merges) + 1

    def labels(self, n_components: int) -> Array:
        """Return the cluster of each row where `n_components` are left, (N,) of integers.

        Clusters are numbered by their first rows. Every one of them is a union of clusters of any longer list.

        Raises
        ------
        ParameterError
            If there are not so many distinct rows.

        Examples
        --------
        >>> import mogul
        >>> mogul.agglomerate([[3.0], [0.0], [1.0]], criterion="EII").labels(2)
        array([0, 1, 1])
        """
        if not 1 <= n_components <= self.n_leaves:
            raise ParameterError(
                f"n_components must lie between 1 and {self.n_leaves}, the number of distinct rows; got {n_components}."
            )
        parents = np.arange(2 * self.n_leaves - 1)
        made = self.n_leaves + np.arange(self.n_leaves - n_components)
        parents[self.merges[: len(made)]] = made[:, None]
        # Each round, all skip to the parents of their parents, until these are roots.
        while (parents[parents] != parents).any():
            parents = parents[parents]
        _, first, inverse = np.unique(parents[self.leaves], return_index=True, return_inverse=True)
        result: Array = np.argsort(np.argsort(first))[inverse]
        return result
