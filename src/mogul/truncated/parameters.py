"""A mixture as the kernels of the truncated E-step see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Self, final

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul.covariance import DiagonalCovariance, FullCovariance, SphericalCovariance, TiedCovariance
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, DiagonalMoments, FullMoments, PooledMoments, Statistics, TraceMoments

Units = Callable[[Any, Array, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

_WORK = 1e9
"""Rough operations of one call of a kernel: some 50 ms."""

_LONGEST = 4096
"""Rows of a group of a search, at most."""


@final
@dataclass(frozen=True)
class _Kernels:
    """The kernels of one form: what they collect, and how that returns to the units of the data."""

    recall: Callable[..., None]
    search: Callable[..., None]
    add: Callable[..., None]
    moments: AbstractMoments
    in_units: Units
    second_length: Callable[[int], int]


def _full_units(
    form: FullCovariance, order: Array, first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    return core.unwhiten(form.factors, first, second, n_threads=thread_count())


def _tied_units(
    form: TiedCovariance, order: Array, first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    factors, pooled = form.factor[None], second[order].sum(axis=0)[None]
    _, second = core.unwhiten(factors, np.zeros((1, form.n_features)), pooled, n_threads=thread_count())
    return np.einsum("ij,kj->ki", form.factor, first), second[0]


def _diagonal_units(
    form: DiagonalCovariance, order: Array, first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    return first / form.whitening, second / form.whitening**2


def _spherical_units(
    form: SphericalCovariance, order: Array, first: FloatArray, second: FloatArray
) -> tuple[FloatArray, FloatArray]:
    return first / form.whitening[:, None], second[:, 0] / form.whitening**2


_KERNELS: dict[tuple[type, type], _Kernels] = {
    (FullCovariance, FullMoments): _Kernels(
        core.recall_full, core.search_full, core.add_kept_full, FullMoments(), _full_units, lambda n: n * (n + 1) // 2
    ),
    (TiedCovariance, PooledMoments): _Kernels(
        core.recall_tied, core.search_tied, core.add_kept_tied, PooledMoments(), _tied_units, lambda n: n * (n + 1) // 2
    ),
    (DiagonalCovariance, DiagonalMoments): _Kernels(
        core.recall_diagonal,
        core.search_diagonal,
        core.add_kept_diagonal,
        DiagonalMoments(),
        _diagonal_units,
        lambda n: n,
    ),
    (SphericalCovariance, TraceMoments): _Kernels(
        core.recall_spherical,
        core.search_spherical,
        core.add_kept_spherical,
        TraceMoments(),
        _spherical_units,
        lambda n: 1,
    ),
}


def dense(mixture: Mixture) -> Mixture:
    """Return the same mixture with covariances of the full form."""
    return Mixture(mixture.weights, mixture.means, FullCovariance(mixture.covariances.dense()))


@final
@dataclass(frozen=True, eq=False)
class Parameters:
    """Return the arguments of the kernels for one mixture, components in the order of the mixture."""

    mixture: Mixture
    constants: FloatArray
    kernels: _Kernels
    moments: AbstractMoments

    @classmethod
    def of(cls, mixture: Mixture, moments: AbstractMoments) -> Self:
        """Return the parameters of a mixture; where form and moments have no kernels, of its dense twin."""
        kernels = _KERNELS.get((type(mixture.covariances), type(moments)))
        if kernels is None:
            mixture, kernels = dense(mixture), _KERNELS[FullCovariance, FullMoments]
        constants = np.empty_like(mixture.constants)
        constants[mixture.order] = mixture.constants
        return cls(mixture, constants, kernels, moments)

    @property
    def n_components(self) -> int:
        """K."""
        return self.mixture.n_components

    def recall(self, rows: Array, kept: Array) -> FloatArray:
        """Return the joints (N, C) of rows and what they keep, minus infinity where that is negative; sort both."""
        joint = np.full(kept.shape, -np.inf)
        edges, members = core.grouped(kept.ravel(), self.n_components)
        form = self.mixture.covariances
        for begin, end in _ranges(edges, (rows.shape[1] + 4.0) ** 2):
            self.kernels.recall(
                rows,
                self.constants,
                self.mixture.means,
                form.whitening,
                edges,
                members,
                begin,
                end,
                joint,
                n_threads=thread_count(),
            )
        core.order_kept(kept, joint, n_threads=thread_count())
        return joint

    def search(self, rows: Array, anchors: Array, lists: Array, kept: Array, joint: FloatArray) -> None:
        """Let each row try the components of the list that its anchor names, in place; none if that is negative."""
        edges, members = core.grouped(anchors, len(lists))
        edges, lists = _cut(edges, lists)
        form = self.mixture.covariances
        for begin, end in _ranges(edges, lists.shape[1] * (rows.shape[1] + 4.0) ** 2):
            self.kernels.search(
                rows,
                self.constants,
                self.mixture.means,
                form.whitening,
                lists,
                edges,
                members,
                begin,
                end,
                kept,
                joint,
                n_threads=thread_count(),
            )

    def empty_sums(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return counts, first and second of no rows."""
        n_components, n_features = self.mixture.means.shape
        second = np.zeros((n_components, self.kernels.second_length(n_features)))
        return np.zeros(n_components), np.zeros((n_components, n_features)), second

    def add(
        self, rows: Array, kept: Array, responsibilities: FloatArray, sums: tuple[FloatArray, FloatArray, FloatArray]
    ) -> None:
        """Add the moments of rows under their responsibilities (N, C) for what they keep, in place."""
        pairs = np.where(responsibilities > 0, kept, np.int32(-1)).ravel()
        edges, members = core.grouped(pairs, self.n_components)
        form = self.mixture.covariances
        for begin, end in _ranges(edges, 2 * (rows.shape[1] + 4.0) ** 2):
            self.kernels.add(
                rows,
                self.mixture.means,
                form.whitening,
                edges,
                members,
                begin,
                end,
                responsibilities,
                *sums,
                n_threads=thread_count(),
            )

    def statistics(self, free_energy: float, sums: tuple[FloatArray, FloatArray, FloatArray]) -> Statistics:
        """Return the statistics that sums over all rows amount to."""
        counts, first, second = sums
        first, second = self.kernels.in_units(self.mixture.covariances, self.mixture.order, first, second)
        if type(self.moments) is not type(self.kernels.moments):
            second = self.moments.of_full(second)
        return Statistics(free_energy, counts, first, second, self.mixture.means, self.moments)


def _cut(edges: Array, lists: Array) -> tuple[Array, Array]:
    """Return the groups of a search, long ones cut in pieces, so that several threads work on them."""
    n_pieces = np.maximum(1, -(-np.diff(edges) // _LONGEST))
    if len(lists) == n_pieces.sum():
        return edges, lists
    group = np.repeat(np.arange(len(lists)), n_pieces)
    place = np.arange(len(group)) - np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    return np.append(edges[group] + _LONGEST * place, edges[-1]), lists[group]


def _ranges(edges: Array, operations: float) -> Iterator[tuple[int, int]]:
    """Yield ranges (begin, end) of groups of a call's work each, at `operations` a member."""
    step = max(1, int(_WORK / operations))
    inner = np.searchsorted(edges, np.arange(step, edges[-1], step))
    cuts = np.unique(np.concatenate([[0], inner, [len(edges) - 1]]))
    yield from zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True)
