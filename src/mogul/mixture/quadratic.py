"""The law of a quadratic function of independent standard normal variables."""

from __future__ import annotations

import numpy as np

from mogul._kernels import Array, FloatArray

_NODES = (96, 384, 1536, 6144)
"""Nodes of the rule: more, where fewer are not enough."""

_SLOPES = (0.5, -0.5, 0.2, -0.2, 0.0)
"""How much a path of integration leans to the right; the best is found by trying."""

_ENOUGH = 1e-9
"""Half of the nodes are this far from all of them: then all of them are far closer, as a double exponential rule is."""

_AT_ONCE = 1 << 19
"""Complex numbers that are held at once."""


def probability_below(squares: FloatArray, slopes: FloatArray, limits: FloatArray) -> FloatArray:
    """Return P(sum_d squares[d] z_d^2 + slopes[d] z_d < limit) for each of M rows, shape (M,).

    Squares and slopes are (M, D), of any sign, limits (M,). The law is that of a generalised chi-square. Its moment
    generating function,

        M(s) = prod_d (1 - 2 a_d s)^(-1/2) exp(s^2 b_d^2 / (2 (1 - 2 a_d s))),

    has no pole where a vanishes, and is inverted, P(Q > q) = 1 / (2 pi i) integral M(s) exp(-s q) / s ds, along a
    curve through the saddle point that leans to where the integrand dies out (Davies, 1973, eq. 8, and Helstrom,
    1996, for the curve), by a double exponential rule. One variable with a square is left to its roots.
    """
    result = np.empty(len(limits))
    effective = (squares != 0) | (slopes != 0)
    single = effective.sum(axis=1) <= 1
    linear = (squares == 0).all(axis=1)
    several = ~single & ~linear
    result[several] = _by_inversion(squares[several], slopes[several], limits[several])
    result[linear] = _linear(slopes[linear], limits[linear])
    alone = single & ~linear
    a = np.take_along_axis(squares[alone], effective[alone].argmax(axis=1)[:, None], axis=1)[:, 0]
    b = np.take_along_axis(slopes[alone], effective[alone].argmax(axis=1)[:, None], axis=1)[:, 0]
    result[alone] = _by_roots(a, b, limits[alone])
    clipped: FloatArray = np.clip(result, 0.0, 1.0)
    return clipped


def _linear(slopes: FloatArray, limits: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    size = np.sqrt((slopes**2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(size > 0, limits / size, np.where(limits > 0, np.inf, -np.inf))
    result: FloatArray = ndtr(z)
    return result


def _by_roots(a: FloatArray, b: FloatArray, limits: FloatArray) -> FloatArray:
    """Return P(a z^2 + b z < limit): the mass between the roots of the parabola, or outside."""
    from scipy.special import ndtr

    centre = -b / (2 * a)
    reach = np.sqrt(np.maximum(centre**2 + limits / a, 0.0))
    # On the side of the smaller tail, so that small masses keep their digits.
    inside = ndtr(reach - np.abs(centre)) - ndtr(-reach - np.abs(centre))
    outside = ndtr(-reach + centre) + ndtr(-reach - centre)
    result: FloatArray = np.where(a > 0, inside, outside)
    return result


def _by_inversion(a: FloatArray, b: FloatArray, q: FloatArray) -> FloatArray:
    # For P(Q > q) the path crosses the axis right of zero; P(Q < q) is P(-Q > -q). The smaller of both is computed.
    upper = q >= a.sum(axis=1)
    sign = np.where(upper, 1.0, -1.0)
    a, b, q = a * sign[:, None], b * sign[:, None], q * sign
    with np.errstate(divide="ignore", invalid="ignore"):
        highest = np.where((a >= 0).any(axis=1), np.inf, np.where(a != 0, -(b**2) / (4 * a), 0.0).sum(axis=1))
    tail = np.zeros(len(q))
    reached = q < highest
    if reached.any():
        tail[reached] = _tail(a[reached], b[reached], q[reached])
    return np.where(upper, 1 - tail, tail)


def _tail(a: FloatArray, b: FloatArray, q: FloatArray) -> FloatArray:
    """Return P(Q > q) where q is above the mean of Q and below its greatest value."""
    saddle, width = _saddle(a, b, q)
    tail, error = np.zeros(len(q)), np.full(len(q), np.inf)
    for n_nodes in _NODES:
        for lean in _SLOPES:
            open_ = np.flatnonzero(error > _ENOUGH)
            for part in np.array_split(open_, max(1, len(open_) * n_nodes // _AT_ONCE)):
                found, wrong = _along(a[part], b[part], q[part], saddle[part], width[part], lean, n_nodes)
                better = wrong < error[part]
                tail[part] = np.where(better, found, tail[part])
                error[part] = np.where(better, wrong, error[part])
    return tail


def _along(
    a: FloatArray, b: FloatArray, q: FloatArray, saddle: FloatArray, width: FloatArray, lean: float, n_nodes: int
) -> tuple[FloatArray, FloatArray]:
    """Return the integral along a path that leans so much, and how wrong it may be in relation to it, each (M,)."""
    x = np.linspace(-4.2, 4.2, n_nodes + 1)
    grown = np.exp(np.pi / 2 * np.sinh(x))
    steps = np.pi / 2 * np.cosh(x) * grown * (x[1] - x[0])
    u, du = width[:, None] * grown, width[:, None] * steps
    root = np.sqrt(u**2 + width[:, None] ** 2)
    s = saddle[:, None] + lean * (root - width[:, None]) + 1j * u
    with np.errstate(over="ignore", invalid="ignore"):
        values = (np.exp(_log_integrand(a, b, q, s)) * (lean * u / root + 1j)).imag * du / np.pi
        whole, half = values.sum(axis=1), 2 * values[:, ::2].sum(axis=1)
        # What a sum of large terms of both signs has lost by rounding counts too.
        wrong = (np.abs(whole - half) + 1e-16 * np.abs(values).sum(axis=1)) / np.abs(whole)
    return whole, np.where(np.isfinite(wrong), wrong, np.inf)


def _log_integrand(a: FloatArray, b: FloatArray, q: FloatArray, s: Array) -> Array:
    total = -s * q[:, None] - np.log(s)
    for a_d, b_d in zip(a.T, b.T, strict=True):
        factor = 1 - 2 * a_d[:, None] * s
        total = total + s**2 * b_d[:, None] ** 2 / (2 * factor) - np.log(factor) / 2
    return total


def _saddle(a: FloatArray, b: FloatArray, q: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return where, between zero and the first pole, the integrand is least, and its width there, each (M,)."""
    largest = np.maximum(a.max(axis=1), 0.0)
    low = np.zeros(len(q))
    with np.errstate(divide="ignore"):
        high = np.where(largest > 0, 1 / (2 * largest), 1.0)
    for _ in range(200):
        unbounded = (largest == 0) & (_slope(a, b, q, high) < 0)
        if not unbounded.any():
            break
        high = np.where(unbounded, 2 * high, high)
    for _ in range(80):
        middle = (low + high) / 2
        falling = _slope(a, b, q, middle) < 0
        low, high = np.where(falling, middle, low), np.where(falling, high, middle)
    s = (low + high) / 2
    factor = 1 - 2 * a * s[:, None]
    curvature = (2 * a**2 / factor**2 + b**2 / factor**3).sum(axis=1) + 1 / s**2
    return s, 1 / np.sqrt(curvature)


def _slope(a: FloatArray, b: FloatArray, q: FloatArray, s: FloatArray) -> FloatArray:
    """Return the derivative of the logarithm of the integrand at real s, (M,)."""
    s = s[:, None]
    factor = 1 - 2 * a * s
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = (a / factor + s * b**2 / factor + a * s**2 * b**2 / factor**2).sum(axis=1) - q - 1 / s[:, 0]
    result: FloatArray = np.where(np.isfinite(slope), slope, np.inf)
    return result
