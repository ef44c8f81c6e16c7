"""The E-step: rows and a mixture in, statistics out; and whole rounds of EM, where a kernel can make them.

The table says which kernels serve which form of covariance and kind of moments. Where none does, the covariances are
taken as full ones and the moments cut from full ones, so that every form goes with every family.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray, core, thread_count
from mogul._kernels.factors import block_rows, expect_factors
from mogul._kernels.types import Climbed, Expected, Partitioned
from mogul._numerics import LOG_2, in_parts
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FactorCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.mixture import Mixture, Stack
from mogul.statistics import (
    AbstractMoments,
    DiagonalMoments,
    FullMoments,
    PooledMoments,
    ProjectedMoments,
    Statistics,
    TraceMoments,
)


class _Kernels(NamedTuple):
    expect: Callable[..., Expected]
    climb: Callable[..., Climbed]
    partitioned: Callable[..., Partitioned]


_KERNELS: dict[tuple[type, type], _Kernels] = {
    (FullCovariance, FullMoments): _Kernels(core.expect_full, core.climb_full, core.partitioned_full),
    (TiedCovariance, PooledMoments): _Kernels(core.expect_tied, core.climb_tied, core.partitioned_tied),
    (DiagonalCovariance, DiagonalMoments): _Kernels(
        core.expect_diagonal, core.climb_diagonal, core.partitioned_diagonal
    ),
    (SphericalCovariance, TraceMoments): _Kernels(
        core.expect_spherical, core.climb_spherical, core.partitioned_spherical
    ),
}


def expect(
    mixture: Mixture,
    rows: Array,
    row_weights: FloatArray | None,
    moments: AbstractMoments,
    *,
    in_float32: bool = False,
) -> Statistics:
    """Return the statistics of the rows under the mixture; its means are their origin.

    Parameters
    ----------
    mixture : Mixture
        K components in D features.
    rows : shape (N, D), float32 or float64, any strides
    row_weights : shape (N,) or None
        None counts every row once.
    moments : AbstractMoments
        Which second moments to collect.
    in_float32 : bool
        Whether float32 will do for what is computed of each row: faster, and sums are float64 all the same.

    Returns
    -------
    Statistics
        Sums are made in a fixed order: any number of threads gives the same bits, and so does any numbering of the
        components, but for the numbering.
    """
    projected = _PROJECTED.get(type(moments))
    if projected is not None:
        return projected(mixture, rows, row_weights, moments, in_float32)
    kernels = _KERNELS.get((type(mixture.covariances), type(moments)))
    if kernels is None:
        dense = Mixture(mixture.weights, mixture.means, FullCovariance(mixture.covariances.dense()))
        full = expect(dense, rows, row_weights, FullMoments(), in_float32=in_float32)
        second = moments.of_full(full.second)
        # Full covariances may be told in another unit than what they were made of.
        change = full.total * (dense.log_unit - mixture.log_unit) if dense.exponent != mixture.exponent else 0.0
        return Statistics(full.log_likelihood + change, full.counts, full.first, second, mixture.means, moments)
    order = mixture.order
    parameters = (mixture.constants, mixture.means[order], *mixture.covariances.kernel_arrays(order))
    log_likelihood, counts, first, second = kernels.expect(
        rows, row_weights, *parameters, n_threads=thread_count(), in_float32=in_float32
    )
    given = np.argsort(order)
    return Statistics(
        log_likelihood,
        counts[given],
        first[given],
        second if moments.pooled else second[given],
        mixture.means,
        moments,
    )


def _expect_projected(
    mixture: Mixture, rows: Array, row_weights: FloatArray | None, moments: ProjectedMoments, in_float32: bool
) -> Statistics:
    """Return statistics projected on the factors of the mixture, or on arbitrary directions if it has none such."""
    form = mixture.covariances
    if type(form) is not FactorCovariance or form.axes.shape[2] != moments.n_factors:
        return _expect_along(mixture, rows, row_weights, moments.along(1 / form.scales()))
    order = mixture.order
    parameters = (mixture.constants, mixture.means[order], *form.kernel_arrays(order))
    log_likelihood, counts, first, second = expect_factors(
        rows, row_weights, *parameters, n_threads=thread_count(), in_float32=in_float32
    )
    given = np.argsort(order)
    # A factor of no strength stays without: the ridge is as good as infinite.
    ridge = 1 + 1 / np.maximum(form.strengths**2, 1e-30)
    bound = ProjectedMoments(moments.n_factors, form.whitening[:, :, None] * form.axes, ridge)
    return Statistics(log_likelihood, counts[given], first[given], second[given], mixture.means, bound)


def _expect_along(
    mixture: Mixture, rows: Array, row_weights: FloatArray | None, moments: ProjectedMoments
) -> Statistics:
    """Return statistics along directions that have nothing to do with the mixture: for the first pass of a fit."""

    def of_block(block: slice) -> tuple[float, FloatArray, FloatArray, FloatArray]:
        own = rows[block].astype(np.float64)
        v = np.ones(len(own)) if row_weights is None else row_weights[block]
        r = mixture.responsibilities(own) * v[:, None]
        firsts, seconds = [], []
        for k, mean in enumerate(mixture.means):
            away = own - mean
            firsts.append(r[:, k] @ away)
            seconds.append(moments.selected(np.array([k])).of_rows(away, r[:, k]))
        log_likelihood = float(v @ (mixture.logpdf(own) - mixture.log_unit))
        return log_likelihood, r.sum(axis=0), np.array(firsts), np.array(seconds)

    parts = in_parts(len(rows), block_rows(mixture.n_features), of_block)
    log_likelihood, counts, first, second = (sum(each) for each in zip(*parts, strict=True))
    return Statistics(log_likelihood, counts, first, second, mixture.means, moments)


_PROJECTED: dict[type, Callable[..., Statistics]] = {ProjectedMoments: _expect_projected}
"""Kinds of moments that depend on the mixture."""


@final
@dataclass(frozen=True, eq=False)
class Climb:
    """Return how far rounds of EM took each of C mixtures."""

    mixtures: Stack
    """After the last round that went well."""
    exponents: Array
    """The unit of each log-likelihood, that of its own mixture (see `Mixture.exponent`), (C, 1 + most rounds)."""
    traces: FloatArray
    """Log-likelihoods of the mixture begun with and after each round, (C, 1 + most rounds); NaN where there is none."""
    n_rounds: Array
    """How many rounds went well, (C,)."""
    complete: BoolArray
    """Whether these are all that were asked for, or all that were worth while, (C,)."""
    settled: BoolArray
    """Whether little was left to gain, if a tolerance was given, (C,)."""

    def traces_in_unit(self, exponent: int | Array, total_weights: float | FloatArray) -> FloatArray:
        """Return `traces` in the unit 2^exponent, given the total weight of the rows of each run: numbers, or (C, 1).

        Each is converted once, from the unit of its own mixture: to the last bit, it does not matter where a run began.
        """
        result: FloatArray = self.traces + total_weights * (self.exponents - exponent) * LOG_2
        return result


def climbs(form: type[AbstractCovariance], moments: AbstractMoments) -> bool:
    """Return whether `climb` goes from mixtures of this form by these moments."""
    return (form, type(moments)) in _KERNELS


def partitioned(
    form: type[AbstractCovariance],
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    moments: AbstractMoments,
    rows_worth: FloatArray,
    *,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
) -> tuple[Stack, BoolArray]:
    """Return (mixtures, made): of the given form, implied by C partitions of the rows.

    Parameters
    ----------
    form, moments
        For which `climbs` holds.
    rows : shape (N, D)
    row_weights : shape (N,)
    labels : shape (C, N) of integers from 0 to K - 1
    rows_worth : shape (1,) or (C,)
        Scatters of few rows are drawn towards the average one, as by so many more rows.
    floors, widening, offsets, constraint
        See `climb`; with offsets, the labels are (1, N).

    Returns
    -------
    mixtures : Stack
    made : shape (C,)
        False where a component has no rows or its covariance does not lie above the floor: that mixture is to be made
        otherwise.
    """
    kernel = _KERNELS[form, type(moments)].partitioned
    given = rows, row_weights, labels, n_components, rows_worth, floors, widening, offsets, constraint
    *arrays, made = kernel(*given, n_threads=thread_count())
    return Stack(form, *arrays), made > 0


_SETTLED = 6
"""Why a run of `climb` ended: little was left to gain."""


def climb(
    mixtures: Stack,
    rows: Array,
    row_weights: FloatArray | None,
    moments: AbstractMoments,
    n_rounds: Array,
    *,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
) -> Climb:
    """Return where rounds of EM lead from each of C mixtures, for families that a kernel knows.

    A round that does not go well, because a covariance would not lie above its floor or a component has no rows, is
    not made, and ends the run. Every number of threads, mixtures or rounds at once gives the same bits.

    Parameters
    ----------
    mixtures : Stack
        Of a form for which `climbs` holds.
    rows, row_weights, moments
        See `expect`.
    n_rounds : shape (C,) of integers
    floors : shape (1 or C, ...), optional
        The least average scatter, for all mixtures or for each.
    widening : float
        What is added to every variance.
    offsets : shape (C + 1,) of integers, optional
        Mixture c sees the rows ``offsets[c]`` to ``offsets[c + 1]`` only.
    constraint : int
        What the family makes of average scatters; see `mogul.family.Constraint`.
    tolerance : float
        If not negative, a run ends too once no more than this is left to gain; see `mogul.engine.StopRule`.
    """
    kernel = _KERNELS[mixtures.form, type(moments)].climb
    arrays = mixtures.weights, mixtures.means, mixtures.covariances
    *after, exponents, traces, made, ends = kernel(
        rows, row_weights, *arrays, n_rounds, floors, widening, offsets, constraint, tolerance, n_threads=thread_count()
    )
    settled = ends == _SETTLED
    return Climb(Stack(mixtures.form, *after), exponents, traces, made, (ends == 0) | settled, settled)
