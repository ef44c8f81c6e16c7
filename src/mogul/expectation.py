"""The E-step: rows and a mixture in, statistics out.

The table says which kernel serves which form of covariance and kind of moments. Where none does, the covariances are
taken as full ones and the moments cut from full ones, so that every form goes with every family.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._kernels.types import Expected
from mogul.covariance import DiagonalCovariance, FullCovariance, SphericalCovariance, TiedCovariance
from mogul.mixture import Mixture
from mogul.statistics import AbstractMoments, DiagonalMoments, FullMoments, PooledMoments, Statistics, TraceMoments

_Kernel = Callable[..., Expected]

_KERNELS: dict[tuple[type, type], _Kernel] = {
    (FullCovariance, FullMoments): core.expect_full,
    (TiedCovariance, PooledMoments): core.expect_tied,
    (DiagonalCovariance, DiagonalMoments): core.expect_diagonal,
    (SphericalCovariance, TraceMoments): core.expect_spherical,
}


def expect(mixture: Mixture, rows: Array, row_weights: FloatArray | None, moments: AbstractMoments) -> Statistics:
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

    Returns
    -------
    Statistics
        Sums are made in a fixed order: any number of threads gives the same bits, and so does any numbering of the
        components, but for the numbering.
    """
    kernel = _KERNELS.get((type(mixture.covariances), type(moments)))
    if kernel is None:
        dense = Mixture(mixture.weights, mixture.means, FullCovariance(mixture.covariances.dense()))
        full = expect(dense, rows, row_weights, FullMoments())
        second = moments.of_full(full.second)
        return Statistics(full.log_likelihood, full.counts, full.first, second, mixture.means, moments)
    order = mixture.order
    parameters = (mixture.constants, mixture.means[order], *mixture.covariances.kernel_arrays(order))
    log_likelihood, counts, first, second = kernel(rows, row_weights, *parameters, n_threads=thread_count())
    given = np.argsort(order)
    return Statistics(
        log_likelihood,
        counts[given],
        first[given],
        second if moments.pooled else second[given],
        mixture.means,
        moments,
    )
