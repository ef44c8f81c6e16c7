"""What families demand of covariances within a round of EM, in NumPy: see cpp/kernels/constraint.hpp.

Plain turns and rotations, each to its minimum, in place of the kernels' Newton steps.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np

from mogul._kernels.types import FloatArray

SETTLED = 1e-15
TURNS = 20_000


class NoMinimumError(Exception):
    """The average scatters have no volume, or the covariances before no axes in common."""


def _sharing_variances(counts: FloatArray, s: FloatArray) -> FloatArray:
    return np.tile(counts @ s / counts.sum(), (len(counts), 1))


def _sharing_volume(counts: FloatArray, s: FloatArray) -> FloatArray:
    volumes = np.exp(np.log(_positive(s)).mean(axis=1))
    result: FloatArray = s * (counts @ volumes / counts.sum() / volumes)[:, None]
    return result


def _sharing_shape(counts: FloatArray, s: FloatArray) -> FloatArray:
    shape = counts @ s / counts.sum()
    if not (shape > 0).all():
        raise NoMinimumError
    variances = s
    for _ in range(TURNS):
        before = variances
        volumes = _positive((s / shape).mean(axis=1))
        shape = counts / volumes @ s / counts.sum()
        variances = volumes[:, None] * shape
        if np.allclose(variances, before, rtol=SETTLED, atol=0):
            break
    return variances


def _as_given(counts: FloatArray, s: FloatArray) -> FloatArray:
    return _positive(s)


_Variances = Callable[[FloatArray, FloatArray], FloatArray]


def _positive(values: FloatArray) -> FloatArray:
    if not (values > 0).all():
        raise NoMinimumError
    return values


def _on_own_axes(counts: FloatArray, scatters: FloatArray, variances: _Variances) -> FloatArray:
    values, axes = np.linalg.eigh(scatters)
    values = np.where(values > values.shape[1] * 2.0**-52 * values[:, -1:], values, 0.0)
    return _composed(axes, variances(counts, values))


def _composed(axes: FloatArray, variances: FloatArray) -> FloatArray:
    result: FloatArray = (axes * variances[:, None, :]) @ axes.swapaxes(-1, -2)
    return result


def _of_one_product(counts: FloatArray, scatters: FloatArray) -> FloatArray:
    volumes = _positive(np.linalg.det(scatters)) ** (1 / scatters.shape[1])
    result: FloatArray = scatters * (counts @ volumes / counts.sum() / volumes)[:, None, None]
    return result


def _proportional(counts: FloatArray, scatters: FloatArray) -> FloatArray:
    volumes = np.ones(len(counts))
    for _ in range(TURNS):
        before = volumes
        common = np.tensordot(counts / volumes, scatters, 1) / counts.sum()
        if np.linalg.eigvalsh(common)[0] <= 0:
            raise NoMinimumError
        volumes = _positive(np.einsum("ij,kji->k", np.linalg.inv(common), scatters) / scatters.shape[1])
        if np.allclose(volumes, before, rtol=SETTLED, atol=0):
            break
    result: FloatArray = volumes[:, None, None] * common
    return result


def _common_axes(covariances: FloatArray) -> FloatArray:
    shares = 1 / (1 + 0.618 * np.arange(len(covariances))) / np.einsum("kii->k", covariances)
    _, axes = np.linalg.eigh(np.tensordot(shares, covariances, 1))
    turned = axes.T @ covariances @ axes
    deviations = np.sqrt(np.einsum("kii->ki", turned))
    correlations = turned / deviations[:, :, None] / deviations[:, None, :]
    if (np.abs(correlations - np.eye(len(axes))) > 1e-6).any():
        raise NoMinimumError
    return axes


def _on_common_axes(
    counts: FloatArray, scatters: FloatArray, variances: _Variances, previous: FloatArray | None
) -> FloatArray:
    def loss(axes: FloatArray) -> float:
        fitted = variances(counts, np.einsum("ji,kjl,li->ki", axes, scatters, axes))
        return float(counts @ np.log(fitted).sum(axis=1))

    if previous is None:
        _, eigenvectors = np.linalg.eigh(np.concatenate([np.tensordot(counts, scatters, 1)[None], scatters]))
        starts = [np.eye(scatters.shape[1]), *eigenvectors]
    else:
        starts = [_common_axes(previous)]
    axes = min((_rotated(start, loss) for start in starts), key=loss)
    return _composed(axes, variances(counts, np.einsum("ji,kjl,li->ki", axes, scatters, axes)))


def _rotated(axes: FloatArray, loss: Callable[[FloatArray], float]) -> FloatArray:
    """Return axes turned in one plane after another, each by golden sections, until nothing is gained."""
    golden = (np.sqrt(5) - 1) / 2
    reach = 0.5
    while reach > 1e-9:
        before = loss(axes)
        for plane in combinations(range(len(axes)), 2):
            low, high = -reach, reach
            while high - low > 1e-3 * reach:
                left, right = high - golden * (high - low), low + golden * (high - low)
                if loss(_turned(axes, plane, left)) < loss(_turned(axes, plane, right)):
                    high = right
                else:
                    low = left
            turned = _turned(axes, plane, (low + high) / 2)
            axes = turned if loss(turned) < loss(axes) else axes
        if before - loss(axes) <= 1e-4 * reach**2 * abs(before):
            reach /= 4
    return axes


def _turned(axes: FloatArray, plane: tuple[int, int], angle: float) -> FloatArray:
    i, j = plane
    turned = axes.copy()
    turned[:, i] = np.cos(angle) * axes[:, i] - np.sin(angle) * axes[:, j]
    turned[:, j] = np.sin(angle) * axes[:, i] + np.cos(angle) * axes[:, j]
    return turned


def constrained(constraint: int, counts: FloatArray, previous: FloatArray | None, averages: FloatArray) -> FloatArray:
    """Return the covariances that a constraint makes of average scatters of `counts` rows.

    Parameters
    ----------
    constraint : int
        As numbered in cpp/kernels/constraint.hpp: none, EII, EEI, EVI, VEI, VEE, EVE, VVE, EEV, EVV, VEV.
    counts : shape (K,)
    previous : shape (K, D, D), optional
        The covariances before, from whose axes those of EVE and VVE are sought.
    averages : shape (K,), (K, D) or (K, D, D)

    Raises
    ------
    NoMinimumError
    """
    made: dict[int, Callable[[], FloatArray]] = {
        0: lambda: averages,
        1: lambda: _sharing_variances(counts, averages[:, None])[:, 0],
        2: lambda: _sharing_variances(counts, averages),
        3: lambda: _sharing_volume(counts, averages),
        4: lambda: _sharing_shape(counts, averages),
        5: lambda: _proportional(counts, averages),
        6: lambda: _on_common_axes(counts, averages, _sharing_volume, previous),
        7: lambda: _on_common_axes(counts, averages, _as_given, previous),
        8: lambda: _on_own_axes(counts, averages, _sharing_variances),
        9: lambda: _of_one_product(counts, averages),
        10: lambda: _on_own_axes(counts, averages, _sharing_shape),
    }
    return made[constraint]()
