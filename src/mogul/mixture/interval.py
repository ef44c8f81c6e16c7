"""A standard normal variable within an interval, however far out."""

from __future__ import annotations

import numpy as np

from mogul._kernels import FloatArray

NARROW = 1e-3
"""Intervals narrower than this, in units of the scale on which the density changes, are integrated by a series."""


def log_probability(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return log P(low < Z < high), to rounding wherever the interval lies; the ends may be infinite.

    With the Mills ratio R(x) = P(Z > x) / phi(x), which changes slowly, it is on one side of zero

        P = phi(a) (R(a) - R(b) exp(-(b - a)(a + b) / 2)),   0 <= a < b,

    across zero one less the two tails, and in a narrow interval phi(middle) times width, with a term of second order.
    """
    # Mirrored where the interval lies to the left: a is the end nearer to the middle of the law.
    left = low < -high
    a, b = np.where(left, -high, low), np.where(left, -low, high)
    with np.errstate(all="ignore"):
        width = b - a
        middle = np.where(np.isfinite(width), 0.5 * (a + b), 0.0)
        fine = width * np.maximum(1.0, np.abs(middle)) < NARROW
        series = np.log(width) + _log_phi(middle) + np.log1p(width**2 * (middle**2 - 1) / 24)
        rest = np.where(np.isinf(b), 0.0, mills_ratio(np.maximum(b, 0)) * np.exp(-0.5 * width * (a + b)))
        one_side = _log_phi(np.maximum(a, 0)) + np.log(mills_ratio(np.maximum(a, 0)) - rest)
        across = np.log1p(-_tail(-a) - _tail(b))
        result: FloatArray = np.where(fine, series, np.where(a > 0, one_side, across))
    return result


def drawn_within(uniform: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return standard normal draws between `low` and `high`: the inverse of the distribution function at `uniform`.

    It increases with `uniform`, from `low` to `high`.
    """
    from scipy.special import ndtr, ndtri

    left = low < -high
    a, b = np.where(left, -high, low), np.where(left, -low, high)
    uniform = np.maximum(uniform, 2.0**-54)  # A zero would be drawn at infinity, where there is one.
    u, rest = np.where(left, 1 - uniform, uniform), np.where(left, uniform, 1 - uniform)
    lower, upper = ndtr(np.minimum(low, 0)), ndtr(np.minimum(-high, 0))
    mass = 1 - lower - upper
    with np.errstate(all="ignore"):
        # Across zero, from the end that is nearer.
        across = np.where(uniform < 0.5, ndtri(lower + uniform * mass), -ndtri(upper + (1 - uniform) * mass))
        away = _beyond(np.maximum(a, 0), b, u, rest)
    draws = np.where(a > 0, np.where(left, -away, away), across)
    result: FloatArray = np.clip(draws, low, high)
    return result


def _beyond(a: FloatArray, b: FloatArray, u: FloatArray, rest: FloatArray) -> FloatArray:
    """Return x between a >= 0 and b with P(Z > x) = P(Z > a) - u P(a < Z < b); `rest` is 1 - u.

    Solved for the way d = x - a, in which log P(Z > a + d) / P(Z > a) is concave and falls: Newton's steps from the
    right, where a Rayleigh tail would have it, go down to the root and never past it.
    """
    ratio = mills_ratio(a)
    # P(Z > b) / P(Z > a), and the same at x, whose logarithm is small for small u and large for a small rest.
    log_end = np.where(np.isinf(b), -np.inf, log_survival(a, np.where(np.isinf(b), 0.0, b - a), ratio))
    wanted = np.where(u < 0.5, np.log1p(u * np.expm1(log_end)), np.log(rest + u * np.exp(log_end)))
    d = -2 * wanted / (a + np.sqrt(a * a - 2 * wanted))
    for _ in range(8):
        d = d + (log_survival(a, d, ratio) - wanted) * mills_ratio(a + d)
        d = np.maximum(d, 0)
    result: FloatArray = a + d
    return result


def log_survival(a: FloatArray, d: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return log P(Z > a + d) - log P(Z > a), for a and d of at least 0 and the Mills ratio at a."""
    result: FloatArray = -d * (a + 0.5 * d) + np.log(mills_ratio(a + d) / ratio)
    return result


def mills_ratio(x: FloatArray) -> FloatArray:
    """Return P(Z > x) / phi(x)."""
    from scipy.special import erfcx

    result: FloatArray = np.sqrt(np.pi / 2) * erfcx(x / np.sqrt(2))
    return result


def _tail(x: FloatArray) -> FloatArray:
    from scipy.special import ndtr

    result: FloatArray = ndtr(-x)
    return result


def _log_phi(x: FloatArray) -> FloatArray:
    result: FloatArray = -0.5 * x * x - 0.5 * np.log(2 * np.pi)
    return result
