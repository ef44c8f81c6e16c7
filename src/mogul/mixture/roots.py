"""Roots of many functions of one variable at once, each within a bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mogul._kernels import Array, FloatArray

Values = tuple[FloatArray, FloatArray, FloatArray]
_MOST_ROUNDS = 2000
_EPSILON = 2.0**-52


def bracketed_roots(
    function: Callable[[FloatArray, Array], Values], below: FloatArray, above: FloatArray
) -> FloatArray:
    """Return where each of N continuous functions is zero, shape (N,), between a point below zero and one above.

    Parameters
    ----------
    function : (x, places) -> (values, slopes, noise)
        Of the functions numbered `places`, at one point x each; `noise` is how large a value may be by rounding.
    below, above : shape (N,)
        Where each function is not positive, and not negative. Either may be the greater number.

    Notes
    -----
    Newton's method where it stays in the bracket and halves the value; otherwise the bracket is halved. A root is
    found when the value is no more than noise, when the step is lost in the rounding of x, or when no number is left
    between the ends.
    """
    low, high = below.astype(float), above.astype(float)
    x = low / 2 + high / 2
    last = np.full(len(x), np.inf)
    active = np.flatnonzero(low != high)
    for _ in range(_MOST_ROUNDS):
        if not len(active):
            break
        here = x[active]
        values, slopes, noise = function(here, active)
        negative = values < 0
        low[active] = np.where(negative, here, low[active])
        high[active] = np.where(negative, high[active], here)
        new = _next_points(here, values, slopes, low[active], high[active], last[active])
        last[active] = np.abs(values)
        done = (np.abs(values) <= noise) | (np.abs(new - here) <= _EPSILON * np.abs(here)) | ~np.isfinite(values)
        x[active] = np.where(np.abs(values) <= noise, here, new)
        active = active[~done]
    return x


def _next_points(
    x: FloatArray, values: FloatArray, slopes: FloatArray, low: FloatArray, high: FloatArray, last: FloatArray
) -> FloatArray:
    with np.errstate(all="ignore"):
        newton = x - values / slopes
        inside = (np.minimum(low, high) <= newton) & (newton <= np.maximum(low, high))
    return np.where(inside & (np.abs(values) <= 0.5 * last), newton, low / 2 + high / 2)
