"""Where the density of a mixture of one feature rises and falls, with proof that no turn is missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture.line import Line
from mogul.mixture.roots import Values, bracketed_roots

_EPSILON = 2.0**-52
_MOST_ROUNDS = 200
_BLOCK = 1 << 18
# Where an interval is cut: no fraction that a symmetric mixture would make a stationary point.
_CUT = 0.4871


@final
@dataclass(frozen=True, eq=False)
class Stationary:
    """Every stationary point of a density at which it turns: a mode, an antimode, ..., a mode."""

    points: FloatArray
    """Ascending, an odd number of them: those of even index are modes, those of odd index antimodes."""
    undecided: FloatArray
    """Intervals (U, 2) in which the derivative is zero to rounding, so that more than the one turn found might hide."""


def stationary_points(line: Line) -> Stationary:
    """Return all points at which the density of a mixture of one feature turns.

    Notes
    -----
    Below the least mean the density rises and above the greatest it falls, so all turns lie between. With
    ``u_k = (x - m_k) / s_k^2`` and any component j, the derivative of the density has the sign of

        g(x) = p'(x) / (w_j N_j(x)) = -sum_k u_k exp(q_k),   q_k = log (w_k N_k(x) / w_j N_j(x)),

    and g'(x) = -sum_k (1 / s_k^2 + u_k (u_j - u_k)) exp(q_k). On an interval, u_k is linear and q_k and the bracket
    are parabolas: their exact ranges are known, and with them bounds of g and g'. If those of g exclude zero, there is
    no turn; if those of g' do, g is monotone, and there is one turn if its signs at the ends differ and none if they
    agree. Otherwise the interval is cut in two, and j is chosen anew. All bounds are widened by what rounding may
    have done. Only where g, g' and hence p' and p'' vanish together can cutting go on for ever; such an interval is
    given up when g is within rounding of zero all over it, and reported.

    References
    ----------
    Moore, Kearfott and Cloud (2009), Introduction to Interval Analysis, sections 5.2 and 8.1.
    Carreira-Perpinan and Williams (2003), On the number of modes of a Gaussian mixture, Scale Space 2003, 625-640.
    """
    # In units near the largest deviation, squares stay in the range of floating point; a power of two changes no bit.
    unit = float(np.ldexp(1.0, int(np.frexp(line.deviations.max())[1])))
    scaled = Line(line.weights, line.means / unit, line.deviations / unit)
    left, right, odd = _isolated(scaled)
    points = _refined(scaled, left, right)
    clusters = np.stack([left[odd], right[odd]], axis=1)
    return Stationary(points * unit, clusters * unit)


def _isolated(line: Line) -> tuple[FloatArray, FloatArray, Array]:
    """Return intervals (left, right), each with one turn, and which of them are undecided; in ascending order."""
    least = line.deviations.min()
    margin = 0.25 * line.deviations.min() + 8 * _EPSILON * np.abs(line.means).max()
    left = np.array([line.means.min() - margin])
    right = np.array([line.means.max() + margin])
    rising, falling = np.array([1]), np.array([-1])  # the sign of the derivative at the ends
    turns, undecided = [], []
    for _ in range(_MOST_ROUNDS):
        none, monotone, level = _judged(line, left, right)
        known = rising * falling != 0
        decided = none | (monotone & known)
        turn = decided & ~none & (rising != falling)
        turns.append(np.stack([left[turn], right[turn]], axis=1))
        narrow = right - left <= 8 * _EPSILON * np.maximum(np.abs(left), np.abs(right)) + 1e-10 * least
        lost = ~decided & (level | narrow)
        undecided.append((left[lost], right[lost], rising[lost], falling[lost]))
        open_ = ~decided & ~lost
        if not open_.any():
            break
        left, right, rising, falling = left[open_], right[open_], rising[open_], falling[open_]
        cut = left + _CUT * (right - left)
        sign = _sign(line, cut)
        left, right = np.concatenate([left, cut]), np.concatenate([cut, right])
        rising, falling = np.concatenate([rising, sign]), np.concatenate([sign, falling])
    isolated = np.concatenate(turns)
    clusters = _merged(*(np.concatenate(parts) for parts in zip(*undecided, strict=True)))
    together = np.concatenate([isolated, clusters])
    is_cluster = np.arange(len(together)) >= len(isolated)
    order = np.argsort(together[:, 0])
    return together[order, 0], together[order, 1], is_cluster[order]


def _merged(left: FloatArray, right: FloatArray, rising: Array, falling: Array) -> FloatArray:
    """Return the runs of undecided intervals whose derivative changes its sign, shape (U, 2).

    A run without a change may hide a mode and an antimode that rounding cannot tell from none.
    """
    order = np.argsort(left)
    left, right, rising, falling = left[order], right[order], rising[order], falling[order]
    if not len(left):
        return np.empty((0, 2))
    begins = np.concatenate([[True], left[1:] > right[:-1]])
    ends = np.concatenate([begins[1:], [True]])
    changes = rising[begins] != falling[ends]
    return np.stack([left[begins][changes], right[ends][changes]], axis=1)


def _judged(line: Line, left: FloatArray, right: FloatArray) -> tuple[Array, Array, Array]:
    """Return which intervals have no turn, on which g is monotone, and on which g is within rounding of zero."""
    step = max(1, _BLOCK // len(line.weights))
    parts = [_judged_part(line, left[i : i + step], right[i : i + step]) for i in range(0, len(left), step)]
    none, monotone, level = (np.concatenate(part) for part in zip(*parts, strict=True))
    return none, monotone, level


def _judged_part(line: Line, left: FloatArray, right: FloatArray) -> tuple[Array, Array, Array]:
    j = line.joint(left / 2 + right / 2).argmax(axis=1)
    precision = line.deviations**-2
    ends = (left[:, None], right[:, None])  # (M, 1) each
    low_u, high_u = ((end - line.means) * precision for end in ends)  # (M, K)
    own = (j[:, None],)
    m_j, p_j = line.means[own], precision[own]
    bend = p_j - precision  # of q_k, and, times -p_k, half that of the bracket
    with np.errstate(all="ignore"):
        # Where the parabolas turn, if they turn inside.
        q_turn = np.clip(np.nan_to_num((p_j * m_j - precision * line.means) / bend), *ends)
        u_j_left = (ends[0] - m_j) * p_j
        c_slope = precision * (u_j_left - low_u) + low_u * bend
        c_turn = np.clip(np.nan_to_num(ends[0] - c_slope / (2 * precision * bend)), *ends)
        low_q, high_q, size = _range_of_ratio(line, j, (*ends, q_turn))
        low_c, high_c = _range_of_bracket(line, j, (*ends, c_turn))
        wide = (high_q > 600).any(axis=1)
        # What rounding may have done to each exp(q), relative to it.
        loose = 8 * _EPSILON * (2 + size)
        low_r, high_r = np.exp(low_q), np.exp(high_q)
        g_low, g_high, g_noise = _sum_of_products(low_u, high_u, low_r, high_r, loose)
        d_low, d_high, d_noise = _sum_of_products(low_c, high_c, low_r, high_r, loose)
        # By the mean value theorem, g is also near its value in the middle: where g' is small, this is much tighter.
        g_middle, middle_noise = _at_middle(line, j, left / 2 + right / 2)
        reach = (np.maximum(np.abs(d_low), np.abs(d_high)) + d_noise) * (right - left) / 2
        g_noise = np.minimum(g_noise, middle_noise)
        g_low, g_high = np.maximum(g_low, g_middle - reach), np.minimum(g_high, g_middle + reach)
        none = ~wide & ((g_low > g_noise) | (g_high < -g_noise))
        monotone = ~wide & ((d_low > d_noise) | (d_high < -d_noise))
        level = ~wide & (np.maximum(np.abs(g_low), np.abs(g_high)) <= 4 * g_noise)
    return none, monotone, level


def _at_middle(line: Line, j: Array, x: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return g at one point each, shape (M,), and its noise."""
    joint = line.joint(x)
    ratio = np.exp(joint - joint[np.arange(len(x)), j][:, None])
    pull = -line.standardised(x) / line.deviations
    squares = line.standardised(x) ** 2
    size = squares + squares[np.arange(len(x)), j][:, None]
    size[np.arange(len(x)), j] = 0.0
    noise = 8 * _EPSILON * ((2 + size) * ratio * np.abs(pull)).sum(axis=1)
    return (ratio * pull).sum(axis=1), noise


def _range_of_ratio(line: Line, j: Array, places: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the least and the greatest q_k at the places, and the size of the squares it is the difference of."""
    offset = np.log(line.weights / line.deviations)
    values, sizes = [], []
    for x in places:
        z = (x - line.means) / line.deviations
        z_j = (x - line.means[j][:, None]) / line.deviations[j][:, None]
        values.append(offset - offset[j][:, None] - (z * z - z_j * z_j) / 2)
        # The ratio of a component to itself is one exactly.
        sizes.append(np.where(j[:, None] == np.arange(z.shape[1]), 0.0, z * z + z_j * z_j))
    return np.minimum.reduce(values), np.maximum.reduce(values), np.maximum.reduce(sizes)


def _range_of_bracket(line: Line, j: Array, places: tuple[FloatArray, ...]) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest ``1 / s_k^2 + u_k (u_j - u_k)`` at the places."""
    precision = line.deviations**-2
    values = []
    for x in places:
        u = (x - line.means) * precision
        u_j = (x - line.means[j][:, None]) * precision[j][:, None]
        values.append(precision + u * (u_j - u))
    return np.minimum.reduce(values), np.maximum.reduce(values)


def _sum_of_products(
    low: FloatArray, high: FloatArray, low_r: FloatArray, high_r: FloatArray, loose: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return bounds (M,) of the sum over k of a factor within (low, high) times a positive one, and their noise."""
    least = np.minimum(low * low_r, low * high_r).sum(axis=1)
    most = np.maximum(high * low_r, high * high_r).sum(axis=1)
    noise = (np.maximum(np.abs(low), np.abs(high)) * high_r * loose).sum(axis=1)
    return least, most, noise * (1 + 0.1 * np.log2(low.shape[1]))


def _sign(line: Line, x: FloatArray) -> Array:
    """Return the sign of the derivative of the density at each point, or zero where rounding hides it."""
    value, noise = _at_middle(line, line.joint(x).argmax(axis=1), x)
    return np.where(np.abs(value) > noise, np.sign(value), 0).astype(int)


def _refined(line: Line, left: FloatArray, right: FloatArray) -> FloatArray:
    """Return the turn within each interval, to rounding; the first is a mode, and they alternate."""

    def fall(x: FloatArray, places: Array) -> Values:
        _, first, second = line.slopes(x)
        sign = np.where(places % 2 == 0, -1.0, 1.0)
        scale = np.sqrt((np.exp(line.joint(x) - line.logpdf(x)[..., None]) * line.deviations**-2).sum(axis=1))
        return sign * first, sign * second, _EPSILON * scale

    return bracketed_roots(fall, left, right)
