"""Volume and shape: how the variances along the axes of K components are constrained.

With Sigma_k = D_k diag(b_k) D_k', b_k = lambda_k a_k and ``prod_j a_kj = 1``, the axes D_k decide which scatters
w_kj a component has along them. What is left of the M-step is to find, among the variances that the letters for
volume and shape allow, those that minimise::

    sum_kj  counts[k] log b_kj + w_kj / b_kj,     b_kj >= least_j

The least variances are zero unless a floor is given. In log b each of these problems is convex, so what is found is
the minimum, with the floor as without.

Celeux and Govaert (1995), Pattern Recognition 28, 781-793, table 1 and section 4.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import BoolArray, FloatArray
from mogul._numerics import LOG_2
from mogul.errors import NotPositiveDefiniteError
from mogul.family.volumes import balanced, diagonal_balance

SETTLED = 1e-14
"""Alternating updates have settled when none changes a number by more than this share of it."""

ROUNDS = 1000
"""Alternating updates made at most; a few are enough unless the floor holds."""


class AbstractVariances(ABC):
    """A constraint on K x D variances. Frozen; holds no data."""

    @abstractmethod
    def n_parameters(self, n_components: int, n_features: int) -> int:
        """Return the number of free parameters of K times D variances."""

    @abstractmethod
    def fitted(self, counts: FloatArray, scatter: FloatArray, least: FloatArray | float = 0.0) -> FloatArray:
        """Return the variances (K, D) of scatters (K, D) of `counts` (K,) rows.

        Raises
        ------
        NotPositiveDefiniteError
            If nothing holds the variances and they have no minimum.
        """


class AbstractShapes(AbstractVariances):
    """A constraint that leaves every component its shape."""

    @abstractmethod
    def response(self, variances: FloatArray, scatter: FloatArray, free: BoolArray, change: FloatArray) -> FloatArray:
        """Return how the logarithms of the variances change with those of scatters, `change` (..., K, D).

        To first order, for those that are free of the floor; zero for the others.
        """


@final
@dataclass(frozen=True)
class SharedVariances(AbstractVariances):
    """One volume, one shape: b_kj = b_j, the average over all rows."""

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_features

    def fitted(self, counts: FloatArray, scatter: FloatArray, least: FloatArray | float = 0.0) -> FloatArray:
        return np.tile(np.maximum(scatter.sum(axis=0) / counts.sum(), least), (len(counts), 1))


@final
@dataclass(frozen=True)
class SharedShape(AbstractVariances):
    """A volume each, one shape: b_kj = lambda_k a_j (see `volumes`)."""

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components + n_features - 1

    def fitted(self, counts: FloatArray, scatter: FloatArray, least: FloatArray | float = 0.0) -> FloatArray:
        volumes, shape = _volumes_and_shape(counts, scatter)
        variances: FloatArray = volumes[:, None] * shape
        if np.all(variances >= least):
            return variances
        # In units of the floor the constraint is b >= 1. Whoever obeys it can be written with volumes and shape
        # both at least 1: bounds apart from each other, so that taking turns still leads to the minimum.
        volumes, shape = _bounded_volumes_and_shape(counts, scatter / least)
        result: FloatArray = volumes[:, None] * shape * least
        return result


def _volumes_and_shape(counts: FloatArray, scatter: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (volumes, shape) that minimise without a floor; zeros if there is no minimum."""
    shape = scatter.sum(axis=0)
    if not (shape.all() and scatter.any(axis=1).all()):
        return np.zeros(len(counts)), shape
    start = (scatter / shape).sum(axis=1) / counts
    return balanced(counts, start, lambda volumes: diagonal_balance(scatter, volumes))


def _bounded_volumes_and_shape(counts: FloatArray, scatter: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (volumes, shape) that minimise subject to volumes >= 1 and shape >= 1."""
    volumes, shape = np.ones(len(counts)), np.maximum(scatter.sum(axis=0) / counts.sum(), 1.0)
    per_row = counts * len(shape)
    for _ in range(ROUNDS):
        before = volumes[:, None] * shape
        volumes = np.maximum((scatter / shape).sum(axis=1) / per_row, 1.0)
        shape = np.maximum((scatter / volumes[:, None]).sum(axis=0) / counts.sum(), 1.0)
        if np.all(np.abs(volumes[:, None] * shape - before) <= SETTLED * before):
            break
        # Both as far from their bounds as their products allow: a bound then holds only where the floor does.
        balance = np.sqrt(volumes.min() / shape.min())
        volumes, shape = np.maximum(volumes / balance, 1.0), np.maximum(shape * balance, 1.0)
    return volumes, shape


@final
@dataclass(frozen=True)
class SharedVolume(AbstractShapes):
    """One volume, a shape each: the K products over j of b_kj are equal."""

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return 1 + n_components * (n_features - 1)

    def fitted(self, counts: FloatArray, scatter: FloatArray, least: FloatArray | float = 0.0) -> FloatArray:
        volumes = geometric_means(scatter)
        if (volumes > 0).all():
            variances: FloatArray = scatter * (volumes.sum() / counts.sum() / volumes)[:, None]
            if np.all(variances >= least):
                return variances
        if np.all(np.asarray(least) <= 0):
            component = int(volumes.argmin())
            raise NotPositiveDefiniteError(
                f"The covariance of component {component} is not positive definite: its rows span no volume, which it "
                "would have to share."
            )
        result: FloatArray = _equal_products(counts.sum(), scatter / least) * least
        return result

    def response(self, variances: FloatArray, scatter: FloatArray, free: BoolArray, change: FloatArray) -> FloatArray:
        # b_kj = w_kj / mu_k where free, with equal sums of logarithms and sum_k mu_k = total.
        sizes = np.maximum(free.sum(axis=1), 1)
        shares = np.where(free, scatter / variances, 0.0).max(axis=1) / sizes
        sums = np.where(free, change, 0.0).sum(axis=-1)
        product = sums @ (shares / max(shares.sum(), 1e-300))
        result: FloatArray = np.where(free, change - ((sums - product[..., None]) / sizes)[..., None], 0.0)
        return result


def geometric_means(values: FloatArray) -> FloatArray:
    """Return the geometric mean of each row of values (K, D), to the same bits in any unit that is a power of two."""
    mantissas, exponents = np.frexp(values)
    whole, rest = np.divmod(exponents.sum(axis=-1), values.shape[-1])
    with np.errstate(divide="ignore"):
        logs = np.log(mantissas).sum(axis=-1) + rest * LOG_2
    result: FloatArray = np.ldexp(np.exp(logs / values.shape[-1]), whole)
    return result


def _equal_products(total: float, scatter: FloatArray) -> FloatArray:
    """Return the variances b >= 1 of equal products that minimise the loss.

    Given the logarithm c of the product, b_kj = max(w_kj / mu_k, 1), with log mu_k the largest over m of (the sum of
    the m largest log w_kj, less c) / m. At the minimum, ``sum_k mu_k = total``, or c = 0. The left side falls with c
    and is convex, so that Newton's steps from c = 0 never go too far.
    """
    logs = np.log(np.maximum(scatter, 1e-300))
    sums = np.cumsum(-np.sort(-logs, axis=1), axis=1)
    sizes = np.arange(1, logs.shape[1] + 1)
    product = 0.0
    for _ in range(ROUNDS):
        candidates = (sums - product) / sizes
        log_mu, active = candidates.max(axis=1), sizes[candidates.argmax(axis=1)]
        mu = np.exp(log_mu - log_mu.max())
        excess = log_mu.max() + np.log(mu.sum()) - np.log(total)
        step = excess * mu.sum() / (mu / active).sum()
        if step <= SETTLED * (1 + product):
            break
        product += step
    variances: FloatArray = np.exp(np.maximum(logs - log_mu[:, None], 0.0))
    return variances


@final
@dataclass(frozen=True)
class FreeVariances(AbstractShapes):
    """A volume and a shape each: b_kj = w_kj / counts[k]."""

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components * n_features

    def fitted(self, counts: FloatArray, scatter: FloatArray, least: FloatArray | float = 0.0) -> FloatArray:
        return np.maximum(scatter / counts[:, None], least)

    def response(self, variances: FloatArray, scatter: FloatArray, free: BoolArray, change: FloatArray) -> FloatArray:
        return np.where(free, change, 0.0)
