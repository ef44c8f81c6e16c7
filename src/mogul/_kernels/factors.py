"""Kernels for covariances of few factors, made of products of matrices: NumPy's BLAS does the work.

A component is given by its mean, one over the standard deviations t_k of its noise, orthonormal axes V_k (D, Q) and
strengths s_k, see `FactorCovariance`. With differences first, in units of the noise::

    y_nk = (x_n - m_k) t_k
    p_nk = V_k' y_nk                                      along the factors
    joint_nk = constants[k] - (|y_nk - V_k p_nk|^2 + sum_q p_nkq^2 / (1 + s_kq^2)) / 2

Sums of squares cannot cancel, however narrow the noise. Rows are read in blocks whose size depends on D alone, chunks
of several blocks are shared out to threads, and their sums are added in order: any number of threads gives the same
bits. BLAS is held to one thread meanwhile, for the same reason, and because these products are too thin to be shared
out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

from mogul._kernels.threads import thread_count
from mogul._kernels.types import Array, Expected, FloatArray

_T = TypeVar("_T")

BLOCK = 2.0**17
"""Numbers of a block of rows: what a core keeps near it."""

CHUNK = 8
"""Blocks of a chunk: what a thread takes at a time."""

SHARED_OUT = 2e6
"""Operations of a chunk from which threads are worth while."""


class _Parameters(NamedTuple):
    """Constants (K,), means and t (K, D), V (K, D, Q), and 1 / (1 + s^2) (K, Q)."""

    constants: FloatArray
    means: FloatArray
    inverse_deviations: FloatArray
    axes: FloatArray
    shares: FloatArray


def expect_factors(
    rows: Array,
    row_weights: FloatArray | None,
    constants: FloatArray,
    means: FloatArray,
    inverse_deviations: FloatArray,
    axes: FloatArray,
    strengths: FloatArray,
    n_threads: int = 1,
    in_float32: bool = False,
) -> Expected:
    """Return (log_likelihood, counts, first, second); `second` is projected, shape (K, D, 1 + Q).

    Of ``sum_n v_n r_nk d d'``, with d = x_n - m_k, it holds the diagonal, and the product with t_k V_k (D, Q).
    """
    shares = 1 / (1 + strengths**2)
    parameters = _Parameters(constants, means, inverse_deviations, axes, shares)
    dtype: np.dtype[Any] = np.dtype(np.float32 if in_float32 else np.float64)

    def work(chunk: slice) -> Expected:
        weights = None if row_weights is None else row_weights[chunk]
        return _expected(rows[chunk], weights, parameters, dtype)

    n_components, n_features, n_axes = axes.shape
    log_likelihood, counts = 0.0, np.zeros(n_components)
    first, second = np.zeros((n_components, n_features)), np.zeros((n_components, n_features, 1 + n_axes))
    for part in _in_order(work, len(rows), axes.shape, n_threads):
        log_likelihood += part[0]
        counts += part[1]
        first += part[2]
        second += part[3]
    # Back from the units of the noise.
    first /= inverse_deviations
    second[:, :, 0] /= inverse_deviations**2
    second[:, :, 1:] /= inverse_deviations[:, :, None]
    return log_likelihood, counts, first, second


def _expected(rows: Array, row_weights: FloatArray | None, given: _Parameters, dtype: np.dtype[Any]) -> Expected:
    """Return what a chunk of rows adds, in units of the noise."""
    n_components, n_features, n_axes = given.axes.shape
    axes = given.axes.astype(dtype, copy=False)
    log_likelihood, counts = 0.0, np.zeros(n_components)
    first, second = np.zeros((n_components, n_features)), np.zeros((n_components, n_features, 1 + n_axes))
    for block in _slices(len(rows), block_rows(n_features)):
        joint = _joints(rows[block], given, axes)
        top = joint.max(axis=1, initial=-np.inf)
        with np.errstate(under="ignore", invalid="ignore"):
            r = np.exp(joint - top[:, None])
        total = r.sum(axis=1)
        v = np.ones(len(r)) if row_weights is None else row_weights[block]
        log_likelihood += float(np.einsum("n,n->", v, top + np.log(total)))
        r *= (v / total)[:, None]
        counts += r.sum(axis=0)
        for k in range(n_components):
            # Far from everything else, where D is large, most rows have but one component.
            own = np.flatnonzero(r[:, k])
            if not len(own):
                continue
            y = _away(rows[block][own], given, k, dtype)
            p = y @ axes[k]
            share = r[own, k].astype(dtype)
            first[k] += share @ y
            second[k, :, 1:] += y.T @ (share[:, None] * p)
            y *= y
            second[k, :, 0] += share @ y
    return log_likelihood, counts, first, second


def score_factors(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    inverse_deviations: FloatArray,
    axes: FloatArray,
    strengths: FloatArray,
    joint: FloatArray | None = None,
    log_density: FloatArray | None = None,
    responsibilities: FloatArray | None = None,
    labels: Array | None = None,
) -> None:
    """Write what is asked for into the given arrays; see `reference.score_full`."""
    given = _Parameters(constants, means, inverse_deviations, axes, 1 / (1 + strengths**2))

    def work(chunk: slice) -> None:
        for block in _slices(chunk.stop - chunk.start, block_rows(axes.shape[1])):
            which = slice(chunk.start + block.start, chunk.start + block.stop)
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                joints = _joints(rows[which], given, axes)
                top = joints.max(axis=1, initial=-np.inf)
                shifted = np.exp(joints - top[:, None])
            total = shifted.sum(axis=1)
            if joint is not None:
                joint[which] = joints
            if log_density is not None:
                log_density[which] = top + np.log(total)
            if responsibilities is not None:
                responsibilities[which] = shifted / total[:, None]
            if labels is not None:
                labels[which] = joints.argmax(axis=1)

    for _ in _in_order(work, len(rows), axes.shape, thread_count()):
        pass


def _joints(rows: Array, given: _Parameters, axes: Array) -> FloatArray:
    """Return joint log densities (B, K)."""
    joint = np.empty((len(rows), len(given.constants)))
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(len(axes)):
            y = _away(rows, given, k, axes.dtype)
            p = y @ axes[k]
            y -= p @ axes[k].T
            distance = np.einsum("nd,nd->n", y, y).astype(np.float64) + (p * p) @ given.shares[k]
            joint[:, k] = given.constants[k] - distance / 2
    return joint


def _away(rows: Array, given: _Parameters, k: int, dtype: np.dtype[Any]) -> Array:
    """Return the rows from the mean of a component, in units of its noise, (B, D)."""
    away = np.subtract(rows, given.means[k])
    scaled: Array = np.multiply(away, given.inverse_deviations[k], out=away).astype(dtype, copy=False)
    return scaled


# ------------------------------------------------------------------------------------------ blocks, chunks, threads


def block_rows(n_features: int) -> int:
    """Return how many rows a block has: a power of two that depends on D alone."""
    return 1 << int(np.clip(np.log2(BLOCK / n_features), 4, 10))


def _slices(n_rows: int, size: int) -> Iterator[slice]:
    return (slice(first, min(first + size, n_rows)) for first in range(0, n_rows, size))


def _in_order(work: Callable[[slice], _T], n_rows: int, shape: tuple[int, ...], n_threads: int) -> Iterator[_T]:
    """Yield ``work(chunk)`` of each chunk in turn; as many as there are threads are worked on at a time."""
    size = CHUNK * block_rows(shape[1])
    chunks = list(_slices(n_rows, size))
    with _controller().limit(limits=1, user_api="blas"):
        if n_threads == 1 or len(chunks) == 1 or float(size) * np.prod(shape) < SHARED_OUT:
            yield from map(work, chunks)
            return
        with ThreadPoolExecutor(n_threads) as pool:
            for first in range(0, len(chunks), n_threads):
                yield from list(pool.map(work, chunks[first : first + n_threads]))


@cache
def _controller() -> ThreadpoolController:
    """Return the handle on the libraries that are loaded; to find them takes milliseconds."""
    return ThreadpoolController()
