"""Axes that K components share: the orthogonal D along which constrained variances fit K scatters best.

With w_k(D) = diag(D' W_k D) and b(D) the variances that fit w(D) (see `variances`), the axes minimise::

    loss(D) = sum_kj  counts[k] log b_kj + w_kj / b_kj

For free variances this is the criterion of Flury and Gautschi (1986), An algorithm for simultaneous orthogonal
transformation of several positive definite symmetric matrices to nearly diagonal form, SIAM J. Sci. Stat. Comput. 7,
169-184. Their pairwise rotations converge linearly. Here D turns by ``D exp(Theta)``, Theta skew-symmetric, in Newton's
steps, each of which lowers the loss: a few of them from the axes of the last M-step.

With T_k = D' W_k D and m = 1 / b, of which a change of b takes nothing from the first derivative (b is a minimum)::

    gradient_ij = 2 sum_k T_kij (m_kj - m_ki)
    hessian[Theta]_ij = 2 sum_k (T_k Theta - Theta T_k)_ij (m_kj - m_ki) + T_kij (dm_kj - dm_ki)

with dm the response of m to the change of w, diag(T_k Theta - Theta T_k). (Absil, Mahony and Sepulchre, 2008,
Optimization Algorithms on Matrix Manifolds, chapters 6 and 7.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import NotPositiveDefiniteError
from mogul.family.variances import AbstractShapes

STEPS = 200
"""The most steps from one start."""

FIRST_STEPS = 6
"""Steps from each of several starts, after which the best goes on alone."""

LARGEST = 0.5
"""The largest angle of a step: beyond, the quadratic model says little."""

SETTLED = 1e-7
"""Newton's steps square the error: after one as small as this there is nothing to add."""

EPSILON = 2.0**-52

ROUNDING = 1e-14
"""A rise of the loss by less than this a row is none."""

DENSE = 66
"""Angles, D (D - 1) / 2, up to which the Hessian is made as a matrix."""


@final
@dataclass(frozen=True, eq=False)
class Turned:
    """Return scatters along some axes, and the variances that fit them."""

    axes: FloatArray
    """D, (D, D), its columns the axes."""
    scatter: FloatArray
    """T_k, (K, D, D)."""
    along: FloatArray
    """w, (K, D)."""
    variances: FloatArray
    """b, (K, D)."""

    def gaps(self) -> FloatArray:
        """Return ``1 / b_kj - 1 / b_ki``, (K, D, D)."""
        return _differences(1 / self.variances)

    def gradient(self) -> FloatArray:
        """Return the derivative of the loss in every angle, skew-symmetric (D, D)."""
        result: FloatArray = 2 * (self.scatter * self.gaps()).sum(axis=0)
        return result


def _differences(values: FloatArray) -> FloatArray:
    """Return ``values_j - values_i`` at (i, j), (..., D, D)."""
    return values[..., None, :] - values[..., :, None]


@final
@dataclass(frozen=True, eq=False)
class AxesProblem:
    """Return the problem of finding axes for scatters (K, D, D) of `counts` (K,) rows."""

    counts: FloatArray
    scatter: FloatArray
    variances: AbstractShapes
    least: float = 0.0

    def turned(self, axes: FloatArray) -> Turned:
        """Return the scatters along the given axes."""
        scatter = axes.T @ self.scatter @ axes
        along = np.einsum("kii->ki", scatter)
        # Of few rows the scatter has no volume: what is left of it along some axis is rounding.
        along = np.where(along > len(axes) * EPSILON * along.max(axis=1, keepdims=True), along, 0.0)
        variances = self.variances.fitted(self.counts, along, self.least)
        if variances.min() <= 0:
            component = int(variances.min(axis=1).argmin())
            raise NotPositiveDefiniteError(
                f"The covariance of component {component} is not positive definite: its rows do not vary along an axis."
            )
        return Turned(axes, scatter, along, variances)

    def rise(self, here: Turned, there: Turned) -> float:
        """Return by how much the loss a row is higher there than here, to the same bits in any power of two's unit."""
        logs = np.log(there.variances / here.variances)
        ratios = there.along / there.variances - here.along / here.variances
        return float((self.counts[:, None] * logs + ratios).sum() / self.counts.sum())

    def best(self, starts: Iterable[FloatArray]) -> Turned:
        """Return the local minimum to which the best of some axes leads."""
        found = [self.descended(axes, FIRST_STEPS) for axes in starts]
        best = found[0]
        for other in found[1:]:
            # Of equal ones the first, so that rounding does not choose.
            best = other if self.rise(best, other) < -ROUNDING else best
        return self.descended(best.axes)

    def descended(self, axes: FloatArray, n_steps: int = STEPS) -> Turned:
        """Return the local minimum below the given axes, or what is on the way to it after so many steps."""
        here = self.turned(axes)
        for _ in range(n_steps):
            gradient = here.gradient()
            step = self._newton(here, gradient)
            size = float(np.abs(step).max())
            if not size > 0:
                break
            if size > LARGEST:
                step *= LARGEST / size
            there = self._lower(here, step)
            if there is None:
                break
            here = there
            if size < SETTLED:
                break
        return here

    def _lower(self, here: Turned, step: FloatArray) -> Turned | None:
        """Return where a step leads, or half of it, or half of that: the first place that is not higher."""
        eye = np.eye(len(step))
        for _ in range(40):
            # Cayley's map: orthogonal, and exp(step) to second order.
            there = self.turned(_orthogonal(here.axes @ np.linalg.solve(eye - step / 2, eye + step / 2)))
            if self.rise(here, there) <= ROUNDING:
                return there
            step = step / 2
        return None

    def _newton(self, here: Turned, gradient: FloatArray) -> FloatArray:
        """Return the step to the minimum of the quadratic model, away from it where the model curves down."""
        rows, columns, basis = _planes(len(gradient))
        if not len(rows):
            return np.zeros_like(gradient)
        if len(rows) > DENSE:
            return self._conjugate_gradients(here, gradient)
        hessian = self._hessian(here, basis)[:, rows, columns]
        hessian = (hessian + hessian.T) / 2
        slope = gradient[rows, columns]
        values, vectors = np.linalg.eigh(hessian)
        curvature = np.maximum(np.abs(values), 1e-12 * np.abs(values).max())
        if not curvature[0] > 0:
            return np.zeros_like(gradient)
        angles = -vectors @ ((slope @ vectors) / curvature)
        step = np.zeros_like(gradient)
        step[rows, columns], step[columns, rows] = angles, -angles
        return step

    def _hessian(self, here: Turned, turn: FloatArray) -> FloatArray:
        """Return the Hessian applied to skew-symmetric matrices (..., D, D)."""
        turn = turn[..., None, :, :]
        change = here.scatter @ turn - turn @ here.scatter
        along = np.einsum("...kii->...ki", change)
        free = here.variances > self.least
        relative = self.variances.response(here.variances, here.along, free, along / np.where(free, here.along, 1.0))
        change *= here.gaps()
        change -= here.scatter * _differences(relative / here.variances)
        result: FloatArray = 2 * change.sum(axis=-3)
        return result

    def _conjugate_gradients(self, here: Turned, gradient: FloatArray) -> FloatArray:
        """Return nearly Newton's step, by conjugate gradients that end where the model curves down."""
        inverse = 1 / self._curvature_of_planes(here)
        step, residual = np.zeros_like(gradient), -gradient
        direction = inverse * residual
        size = first = float((residual * direction).sum())
        for _ in range(gradient.size):
            if size <= 1e-12 * first:
                break
            bent = self._hessian(here, direction)
            bent = (bent - bent.T) / 2
            curvature = float((direction * bent).sum())
            if curvature <= 0:
                return step if step.any() else direction
            step = step + (size / curvature) * direction
            residual = residual - (size / curvature) * bent
            following = float((residual * inverse * residual).sum())
            direction = inverse * residual + (following / size) * direction
            size = following
        return step

    def _curvature_of_planes(self, here: Turned) -> FloatArray:
        """Return the second derivative in each angle alone with the variances held, made positive, (D, D)."""
        curvature = -2 * (_differences(here.along) * here.gaps()).sum(axis=0)
        result: FloatArray = np.maximum(curvature, 1e-6 * curvature.max() + 1e-300)
        return result


@lru_cache(maxsize=16)
def _planes(n_features: int) -> tuple[Array, Array, FloatArray]:
    """Return (i, j, basis) of the planes of D axes: basis[p] turns axis i[p] towards axis j[p]."""
    rows, columns = np.triu_indices(n_features, 1)
    basis = np.zeros((len(rows), n_features, n_features))
    planes = np.arange(len(rows))
    basis[planes, rows, columns], basis[planes, columns, rows] = 1.0, -1.0
    return rows, columns, basis


def _orthogonal(axes: FloatArray) -> FloatArray:
    """Return axes that rounding has moved a little away from being orthogonal, moved back (Newton and Schulz)."""
    result: FloatArray = axes @ (1.5 * np.eye(len(axes)) - 0.5 * (axes.T @ axes))
    return result
