"""What every compiled kernel means, in NumPy.

Each function here has a compiled twin of the same name and signature in ``_core``; the twin may be faster,
never different. Set ``MOGUL_KERNELS=reference`` to run the whole library on this file.

Letters: N rows, D features, K components. A component is given by its mean, by a whitening P_k that makes it a
standard normal, and by a constant that holds its weight and the volume of its covariance::

    z_nk = P_k (x_n - m_k),        Sigma_k^-1 = P_k' P_k
    joint_nk = constants[k] - |z_nk|^2 / 2          (= log w_k N(x_n | m_k, Sigma_k))

A whitening has shape (K, D, D) lower triangular (full), (D, D) lower triangular (tied), (K, D) (diagonal: one over
each standard deviation) or (K,) (spherical: the same, one number a component).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mogul._kernels import reference_agglomeration as _agglomeration
from mogul._kernels import reference_truncated as _truncated
from mogul._kernels.reference_constraint import NoMinimumError, constrained
from mogul._kernels.types import Array, Climbed, Expected, FloatArray, Partitioned

# ------------------------------------------------------------------------------------------------ whitening


def _whitened_full(rows: Array, means: FloatArray, whitening: FloatArray) -> FloatArray:
    # Differences first: expanding the square would cancel for data far from zero.
    difference = rows.astype(float)[:, None, :] - means  # (N, K, D)
    with np.errstate(over="ignore", invalid="ignore"):
        result: FloatArray = np.einsum("kij,nkj->nki", whitening, difference)
        return result


def _whitened_tied(rows: Array, means: FloatArray, whitening: FloatArray) -> FloatArray:
    with np.errstate(over="ignore", invalid="ignore"):
        return (rows.astype(float)[:, None, :] - means) @ whitening.T


def _whitened_diagonal(rows: Array, means: FloatArray, whitening: FloatArray) -> FloatArray:
    return (rows.astype(float)[:, None, :] - means) * whitening


def _whitened_spherical(rows: Array, means: FloatArray, whitening: FloatArray) -> FloatArray:
    return (rows.astype(float)[:, None, :] - means) * whitening[:, None]


# ------------------------------------------------------------------------------------------------ E-step


def _posterior(z: FloatArray, constants: FloatArray, row_weights: FloatArray | None) -> tuple[float, FloatArray]:
    """Return sum_n v_n log p(x_n) and v_n r_nk."""
    joint = constants - 0.5 * np.einsum("nkd,nkd->nk", z, z)
    top = joint.max(axis=1, initial=-np.inf)
    shifted = np.exp(joint - top[:, None])
    total = shifted.sum(axis=1)
    v = np.ones(len(z)) if row_weights is None else row_weights
    log_likelihood = float(v @ (top + np.log(total)))
    return log_likelihood, shifted * (v / total)[:, None]


def expect_full(
    rows: Array,
    row_weights: FloatArray | None,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    factors: FloatArray,
    n_threads: int = 1,
    in_float32: bool = False,
) -> Expected:
    """Return (log_likelihood, counts, first, second) of a mixture of dense covariances.

    With v_n the row weights (None: all one) and r_nk the responsibilities::

        log_likelihood = sum_n v_n log sum_k exp(joint_nk)
        counts[k]      = sum_n v_n r_nk                          (K,)
        first[k]       = sum_n v_n r_nk (x_n - m_k)              (K, D)
        second[k]      = sum_n v_n r_nk (x_n - m_k)(x_n - m_k)'  (K, D, D)

    `factors` L_k, with L_k P_k = 1, bring whitened moments back to the units of the data: sums of products of z are
    free of units and keep their relative accuracy along narrow directions.

    With `in_float32`, float32 will do for what is computed of each row (a compiled kernel may be faster so); sums over
    rows are float64 in any case.
    """
    z = _whitened_full(rows, means, whitening)
    log_likelihood, r = _posterior(z, constants, row_weights)
    first = np.einsum("kij,kj->ki", factors, np.einsum("nk,nkd->kd", r, z))
    inner = np.einsum("nk,nki,nkj->kij", r, z, z)
    return log_likelihood, r.sum(axis=0), first, factors @ inner @ factors.swapaxes(1, 2)


def expect_tied(
    rows: Array,
    row_weights: FloatArray | None,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    factors: FloatArray,
    n_threads: int = 1,
    in_float32: bool = False,
) -> Expected:
    """Return (log_likelihood, counts, first, second); `second` is pooled over components, (D, D)."""
    z = _whitened_tied(rows, means, whitening)
    log_likelihood, r = _posterior(z, constants, row_weights)
    first = np.einsum("nk,nkd->kd", r, z) @ factors.T
    inner = np.einsum("nk,nki,nkj->ij", r, z, z)
    return log_likelihood, r.sum(axis=0), first, factors @ inner @ factors.T


def expect_diagonal(
    rows: Array,
    row_weights: FloatArray | None,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    n_threads: int = 1,
    in_float32: bool = False,
) -> Expected:
    """Return (log_likelihood, counts, first, second); `second` holds squares only, (K, D)."""
    z = _whitened_diagonal(rows, means, whitening)
    log_likelihood, r = _posterior(z, constants, row_weights)
    first = np.einsum("nk,nkd->kd", r, z) / whitening
    return log_likelihood, r.sum(axis=0), first, np.einsum("nk,nkd,nkd->kd", r, z, z) / whitening**2


def expect_spherical(
    rows: Array,
    row_weights: FloatArray | None,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    n_threads: int = 1,
    in_float32: bool = False,
) -> Expected:
    """Return (log_likelihood, counts, first, second); `second` is sum_n v_n r_nk |x_n - m_k|^2, (K,)."""
    z = _whitened_spherical(rows, means, whitening)
    log_likelihood, r = _posterior(z, constants, row_weights)
    first = np.einsum("nk,nkd->kd", r, z) / whitening[:, None]
    return log_likelihood, r.sum(axis=0), first, np.einsum("nk,nkd,nkd->k", r, z, z) / whitening**2


# ------------------------------------------------------------------------------------------------ scoring


def _score(
    z: FloatArray,
    constants: FloatArray,
    joint: FloatArray | None,
    log_density: FloatArray | None,
    responsibilities: FloatArray | None,
    labels: Array | None,
) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        joints = constants - 0.5 * np.einsum("nkd,nkd->nk", z, z)
        top = joints.max(axis=1, initial=-np.inf)
        shifted = np.exp(joints - top[:, None])
        total = shifted.sum(axis=1)
    if joint is not None:
        joint[...] = joints
    if log_density is not None:
        log_density[...] = top + np.log(total)
    if responsibilities is not None:
        responsibilities[...] = shifted / total[:, None]
    if labels is not None:
        labels[...] = joints.argmax(axis=1)


def score_full(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    joint: FloatArray | None = None,
    log_density: FloatArray | None = None,
    responsibilities: FloatArray | None = None,
    labels: Array | None = None,
    n_threads: int = 1,
) -> None:
    """Write what is asked for into the given arrays; None means not wanted.

    joint (N, K) ; log_density (N,) = log sum_k exp(joint_nk) ; responsibilities (N, K) = exp(joint - log_density) ;
    labels (N,) int64 = the k of the largest joint, the first of equals.
    Where every joint overflows to minus infinity, log_density is not finite and the others are unspecified.
    """
    _score(_whitened_full(rows, means, whitening), constants, joint, log_density, responsibilities, labels)


def regress_full(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    slopes: FloatArray,
    centres: FloatArray,
    centre: FloatArray,
    expected: FloatArray,
    log_density: FloatArray,
    n_threads: int = 1,
) -> None:
    """Write expectations of M outputs that follow from the features along a line for each component.

    expected (N, M) = sum_k responsibilities_nk (centres_k + slopes_k (x_n - centre)), with the responsibilities and
    log_density (N,) of `score_full`; slopes (K, M, D), centres (K, M), centre (D,). Where log_density is not finite,
    expected is unspecified.
    """
    shares = np.empty((len(rows), len(means)))
    score_full(rows, constants, means, whitening, log_density=log_density, responsibilities=shares)
    lines = centres + np.einsum("kmd,nd->nkm", slopes, rows - centre)
    expected[...] = np.einsum("nk,nkm->nm", shares, lines)


def score_tied(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    joint: FloatArray | None = None,
    log_density: FloatArray | None = None,
    responsibilities: FloatArray | None = None,
    labels: Array | None = None,
    n_threads: int = 1,
) -> None:
    """As `score_full`, with one whitening (D, D) for all components."""
    _score(_whitened_tied(rows, means, whitening), constants, joint, log_density, responsibilities, labels)


def score_diagonal(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    joint: FloatArray | None = None,
    log_density: FloatArray | None = None,
    responsibilities: FloatArray | None = None,
    labels: Array | None = None,
    n_threads: int = 1,
) -> None:
    """As `score_full`, with whitening (K, D)."""
    _score(_whitened_diagonal(rows, means, whitening), constants, joint, log_density, responsibilities, labels)


def score_spherical(
    rows: Array,
    constants: FloatArray,
    means: FloatArray,
    whitening: FloatArray,
    joint: FloatArray | None = None,
    log_density: FloatArray | None = None,
    responsibilities: FloatArray | None = None,
    labels: Array | None = None,
    n_threads: int = 1,
) -> None:
    """As `score_full`, with whitening (K,)."""
    _score(_whitened_spherical(rows, means, whitening), constants, joint, log_density, responsibilities, labels)


# ------------------------------------------------------------------------------------------------ rounds of EM


def constants(weights: FloatArray, scales: FloatArray) -> tuple[FloatArray, int]:
    """Return (constants, exponent) of weights (K,) and scales (K, D), the diagonals of the whitenings.

    With e_d the exponent (as of frexp) of the largest of scales[:, d] and exponent = sum_d e_d::

        constants[k] = log w_k + sum_d log(scales[k, d] 2^-e_d) - D/2 log 2 pi

    so that a log-density is what the constants make of it plus exponent log 2, and features scaled by powers of two
    have the same constants to the last bit. A weight of zero gives minus infinity.
    """
    exponents = np.frexp(scales.max(axis=0))[1]
    with np.errstate(divide="ignore"):
        log_weights = np.log(weights)
    volumes = np.log(np.ldexp(scales, -exponents)).sum(axis=1)
    return log_weights + volumes - 0.5 * np.log(2 * np.pi) * scales.shape[1], int(exponents.sum())


class _NoRoundError(Exception):
    """A round cannot be made; its argument says why, in the numbers of cpp/kernels/climb.hpp."""


BELOW_FLOOR, NO_ROWS, NOT_POSITIVE_DEFINITE, NOT_FINITE, NOT_CONSTRAINED, SETTLED = 1, 2, 3, 4, 5, 6


@dataclass(frozen=True)
class _Form:
    """What a form of covariance does in its own way within a round."""

    expect: Callable[..., Expected]
    average: Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
    """(second, counts, shift) -> scatter per row and direction."""
    identity: Callable[[int], FloatArray | float]
    """D -> what one unit of variance in every direction adds."""
    whiten: Callable[[FloatArray, int, int], tuple[tuple[FloatArray, ...], FloatArray]]
    """(covariances, K, D) -> what `expect` takes after the means, and the scales (K, D); or _NoRoundError."""
    clears: Callable[[FloatArray, FloatArray], bool]
    """Whether covariances are nowhere below a floor."""
    pooled: bool = False


def _factorised(matrices: FloatArray) -> tuple[FloatArray, FloatArray]:
    factors, whitening, _, failed = factorise(matrices)
    if failed >= 0:
        raise _NoRoundError(NOT_POSITIVE_DEFINITE)
    return factors, whitening


def _whiten_full(covariances: FloatArray, K: int, D: int) -> tuple[tuple[FloatArray, ...], FloatArray]:
    factors, whitening = _factorised(covariances)
    return (whitening, factors), np.einsum("kii->ki", whitening)


def _whiten_tied(covariance: FloatArray, K: int, D: int) -> tuple[tuple[FloatArray, ...], FloatArray]:
    factors, whitening = _factorised(covariance[None])
    return (whitening[0], factors[0]), np.broadcast_to(np.diag(whitening[0]), (K, D))


def _whiten_variances(variances: FloatArray, K: int, D: int) -> tuple[tuple[FloatArray, ...], FloatArray]:
    if not ((variances > 0) & np.isfinite(variances)).all():
        raise _NoRoundError(NOT_POSITIVE_DEFINITE)
    whitening = 1 / np.sqrt(variances)
    return (whitening,), np.broadcast_to(whitening.reshape(K, -1), (K, D))


def _average_full(second: FloatArray, counts: FloatArray, shift: FloatArray) -> FloatArray:
    n = counts[:, None, None]
    result: FloatArray = second / n - shift[:, :, None] * shift[:, None, :]
    return result


def _average_tied(second: FloatArray, counts: FloatArray, shift: FloatArray) -> FloatArray:
    result: FloatArray = (second - (counts[:, None] * shift).T @ shift) / counts.sum()
    return result


def _average_diagonal(second: FloatArray, counts: FloatArray, shift: FloatArray) -> FloatArray:
    return second / counts[:, None] - shift**2


def _average_spherical(second: FloatArray, counts: FloatArray, shift: FloatArray) -> FloatArray:
    result: FloatArray = (second / counts - (shift**2).sum(axis=1)) / shift.shape[1]
    return result


def _matrices_clear(covariances: FloatArray, floor: FloatArray) -> bool:
    return factorise((covariances - floor).reshape(-1, *floor.shape))[3] < 0


def _variances_clear(variances: FloatArray, floor: FloatArray) -> bool:
    return bool((variances >= floor).all())


_FULL = _Form(expect_full, _average_full, np.eye, _whiten_full, _matrices_clear)
_TIED = _Form(expect_tied, _average_tied, np.eye, _whiten_tied, _matrices_clear, pooled=True)
_DIAGONAL = _Form(expect_diagonal, _average_diagonal, lambda D: 1.0, _whiten_variances, _variances_clear)
_SPHERICAL = _Form(expect_spherical, _average_spherical, lambda D: 1.0, _whiten_variances, _variances_clear)

_Mixture = tuple[FloatArray, FloatArray, FloatArray]


def _pass(form: _Form, rows: Array, row_weights: FloatArray | None, mixture: _Mixture) -> tuple[Expected, int]:
    """Return what the E-step gives, and the exponent of the units of its log-likelihood."""
    weights, means, covariances = mixture
    arrays, scales = form.whiten(covariances, *means.shape)
    own_constants, exponent = constants(weights, scales)
    expected = form.expect(rows, row_weights, own_constants, means, *arrays)
    if not np.isfinite(expected[0]):
        raise _NoRoundError(NOT_FINITE)
    return expected, exponent


def _constrained(constraint: int, counts: FloatArray, previous: FloatArray | None, averages: FloatArray) -> FloatArray:
    try:
        return constrained(constraint, counts, previous, averages)
    except NoMinimumError as error:
        raise _NoRoundError(NOT_CONSTRAINED) from error


def _maximised(
    form: _Form, mixture: _Mixture, moments: Expected, floor: FloatArray | None, widening: float, constraint: int
) -> _Mixture:
    _, means, previous = mixture
    _, counts, first, second = moments
    if not (counts > 0).all():
        raise _NoRoundError(NO_ROWS)
    shift = first / counts[:, None]
    averages = form.average(second, counts, shift) + widening * form.identity(means.shape[1])
    covariances = _constrained(constraint, counts, previous, averages)
    if floor is not None and not form.clears(covariances, floor):
        raise _NoRoundError(BELOW_FLOOR)
    return counts / counts.sum(), means + shift, covariances


def _climb_one(
    form: _Form,
    rows: Array,
    row_weights: FloatArray | None,
    mixture: _Mixture,
    n_rounds: int,
    floor: FloatArray | None,
    widening: float,
    constraint: int,
    tolerance: float,
) -> tuple[_Mixture, list[int], list[float], int]:
    """Return (mixture, exponents, trace, end): after the rounds that went well, and why no more were made."""
    trace: list[float] = []
    exponents: list[int] = []
    try:
        moments, exponent = _pass(form, rows, row_weights, mixture)
        trace.append(moments[0])
        exponents.append(exponent)
        for _ in range(n_rounds):
            following = _maximised(form, mixture, moments, floor, widening, constraint)
            moments, exponent = _pass(form, rows, row_weights, following)
            mixture = following
            trace.append(moments[0])
            exponents.append(exponent)
            changes = moments[1].sum() * (np.array(exponents) - exponents[0]) * np.log(2)
            if _has_settled(trace + changes, tolerance):
                return mixture, exponents, trace, SETTLED
    except _NoRoundError as reason:
        return mixture, exponents, trace, int(reason.args[0])
    return mixture, exponents, trace, 0


def _has_settled(values: FloatArray, tolerance: float) -> bool:
    """Return whether no more than the tolerance is left to gain after these objectives, by Aitken's estimate."""
    if tolerance < 0:
        return False
    gains = np.abs(np.diff(values))
    if gains[-1] <= 4 * np.finfo(float).eps * abs(values[-1]):
        return True
    if len(gains) < 4:
        return False
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(gains[-4:-1] > 0, gains[-3:] / gains[-4:-1], np.inf).max()
    return bool(factor < 1 and gains[-1] * factor / (1 - factor) <= tolerance)


def _climb(
    form: _Form,
    rows: Array,
    row_weights: FloatArray | None,
    weights: FloatArray,
    means: FloatArray,
    covariances: FloatArray,
    n_rounds: Array,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
    n_threads: int = 1,
) -> Climbed:
    mixtures = weights.copy(), means.copy(), covariances.copy()
    traces = np.full((len(weights), 1 + int(n_rounds.max(initial=0))), np.nan)
    exponents, done, ends = np.zeros(traces.shape, dtype=np.int64), np.zeros_like(n_rounds), np.zeros_like(n_rounds)
    for c in range(len(weights)):
        part = slice(None) if offsets is None else slice(offsets[c], offsets[c + 1])
        floor = None if floors is None else floors[c if len(floors) > 1 else 0]
        part_weights = None if row_weights is None else row_weights[part]
        mixture = mixtures[0][c], mixtures[1][c], mixtures[2][c]
        given = form, rows[part], part_weights, mixture, int(n_rounds[c]), floor, widening, constraint, tolerance
        after, units, trace, ends[c] = _climb_one(*given)
        for whole, own in zip(mixtures, after, strict=True):
            whole[c] = own
        traces[c, : len(trace)] = trace
        exponents[c, : len(trace)] = units
        done[c] = max(len(trace) - 1, 0)
    return *mixtures, exponents, traces, done, ends


def climb_full(
    rows: Array,
    row_weights: FloatArray | None,
    weights: FloatArray,
    means: FloatArray,
    covariances: FloatArray,
    n_rounds: Array,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
    n_threads: int = 1,
) -> Climbed:
    """Return (weights, means, covariances, exponents, traces, n_rounds, ends) of runs of EM from each of C mixtures.

    weights (C, K) ; means (C, K, D) ; covariances (C, K, D, D) ; n_rounds (C,) int64: how many rounds at most ;
    floors (1 or C, D, D): the least average scatter ; widening: added to the diagonal of every covariance ;
    offsets (C + 1,) int64: mixture c sees rows offsets[c] to offsets[c + 1] only, else all of them ;
    constraint: what the family makes of the average scatters S_k, by number (see `reference_constraint`) ;
    tolerance: a run also ends once no more is left to gain, by Aitken's estimate (see `StopRule`); never if negative.

    A round is an M-step from the moments of the pass before, and a pass (`expect_full`)::

        w_k = counts[k] / total,    m_k += shift_k,    shift_k = first[k] / counts[k]
        S_k = second[k] / counts[k] - shift_k shift_k' + widening 1

    Of each run the mixture after the rounds that went well comes back, under the numbering given, and their number,
    log-likelihoods (traces (C, 1 + most rounds), first that of the mixture given; NaN where nothing was reached), each
    in units of its own mixture, 2^exponents (see `constants`), and why it ended: 0 all rounds were made, 1 a covariance
    does not lie above the floor, 2 a component has no rows, 3 a covariance is not positive definite, 4 the
    log-likelihood is not finite, 5 the constraint makes nothing of the average scatters, 6 little is left to gain. The
    compiled twin works on the
    components in canonical order, so that their numbering does not change a bit.
    """
    given = rows, row_weights, weights, means, covariances, n_rounds, floors, widening, offsets, constraint, tolerance
    return _climb(_FULL, *given)


def climb_tied(
    rows: Array,
    row_weights: FloatArray | None,
    weights: FloatArray,
    means: FloatArray,
    covariances: FloatArray,
    n_rounds: Array,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
    n_threads: int = 1,
) -> Climbed:
    """As `climb_full`, with one covariance for all components of a mixture, (C, D, D)."""
    given = rows, row_weights, weights, means, covariances, n_rounds, floors, widening, offsets, constraint, tolerance
    return _climb(_TIED, *given)


def climb_diagonal(
    rows: Array,
    row_weights: FloatArray | None,
    weights: FloatArray,
    means: FloatArray,
    covariances: FloatArray,
    n_rounds: Array,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
    n_threads: int = 1,
) -> Climbed:
    """As `climb_full`, with variances (C, K, D) and floors (1 or C, D)."""
    given = rows, row_weights, weights, means, covariances, n_rounds, floors, widening, offsets, constraint, tolerance
    return _climb(_DIAGONAL, *given)


def climb_spherical(
    rows: Array,
    row_weights: FloatArray | None,
    weights: FloatArray,
    means: FloatArray,
    covariances: FloatArray,
    n_rounds: Array,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    tolerance: float = -1.0,
    n_threads: int = 1,
) -> Climbed:
    """As `climb_full`, with variances (C, K) and floors (1 or C,)."""
    given = rows, row_weights, weights, means, covariances, n_rounds, floors, widening, offsets, constraint, tolerance
    return _climb(_SPHERICAL, *given)


# ------------------------------------------------------------------------------------------------ k-means


def nearest_centres(
    rows: Array, row_weights: FloatArray | None, centres: FloatArray, n_threads: int = 1
) -> tuple[Array, FloatArray, FloatArray, FloatArray]:
    """Return (labels, squared_distances, counts, first) of the assignment to the nearest centre.

    labels (N,) int64, the first of equals ; squared_distances (N,) ; counts[k] = sum of the weights of its rows ;
    first[k] = sum of v_n (x_n - c_k) over its rows, (K, D).
    """
    difference = rows.astype(float)[:, None, :] - centres
    squared = np.einsum("nkd,nkd->nk", difference, difference)
    labels = squared.argmin(axis=1)
    v = np.ones(len(rows)) if row_weights is None else row_weights
    chosen = np.zeros_like(squared)
    chosen[np.arange(len(rows)), labels] = v
    distances = squared[np.arange(len(rows)), labels]
    return labels, distances, chosen.sum(axis=0), np.einsum("nk,nkd->kd", chosen, difference)


def lower_distances(rows: Array, centre: FloatArray, squared_distances: FloatArray, n_threads: int = 1) -> None:
    """Replace each squared distance by that to `centre` (D,) where it is smaller. In place."""
    difference = rows.astype(float) - centre
    np.minimum(squared_distances, np.einsum("nd,nd->n", difference, difference), out=squared_distances)


def kmeans(
    rows: Array,
    row_weights: FloatArray,
    n_centres: int,
    uniform: FloatArray,
    n_rounds: Array,
    offsets: Array | None = None,
    n_threads: int = 1,
) -> Array:
    """Return the labels (C, N) of C partitions by k-means++ and rounds of Lloyd's algorithm.

    With offsets (C + 1,), partition c is of the rows offsets[c] to offsets[c + 1] only, and all share labels (1, N).

    uniform (C, 1 + (K - 1) T): numbers of [0, 1) for the first seed and T trials of each other ; n_rounds (C,) int64:
    how often rows are assigned at most, the first time to the seeds. Parts are numbered by their first rows.

    Arthur and Vassilvitskii (2007), k-means++: the advantages of careful seeding, SODA, section 2.2; greedy choice
    among a few trials as in their section 4.
    """
    labels = np.zeros((len(n_rounds) if offsets is None else 1, len(rows)), dtype=np.int64)
    for c, numbers in enumerate(uniform):
        part = slice(None) if offsets is None else slice(offsets[c], offsets[c + 1])
        points, weights = rows[part].astype(float), row_weights[part]
        if len(points):
            centres = points[_seeds(points, weights, n_centres, numbers)]
            own = _numbered(_lloyd(points, weights, centres, int(n_rounds[c])))
            labels[c if offsets is None else 0, part] = own
    return labels


def _seeds(points: FloatArray, weights: FloatArray, n_centres: int, uniform: FloatArray) -> Array:
    """Return the indices (K,) of rows drawn far apart: each with probability proportional to its squared distance.

    Where fewer than K rows are distinct, seeds repeat.
    """
    trials_of = uniform[1:].reshape(n_centres - 1, -1) if n_centres > 1 else np.empty((0, 1))
    chosen = [int(_drawn(weights, uniform[:1])[0])]
    distances = np.full(len(points), np.inf)
    lower_distances(points, points[chosen[0]], distances)
    for numbers in trials_of:
        trials = _drawn(weights * distances, numbers)
        lowered = []
        for trial in trials:
            lowered.append(distances.copy())
            lower_distances(points, points[trial], lowered[-1])
        best = int(np.argmin([(weights * option).sum() for option in lowered]))
        chosen.append(int(trials[best]))
        distances = lowered[best]
    return np.array(chosen)


def _drawn(heights: FloatArray, uniform: FloatArray) -> Array:
    """Return one index for each uniform number, with probability proportional to `heights` (or any if all are 0)."""
    edges = np.cumsum(heights)
    if not edges[-1] > 0:
        edges = np.arange(1.0, len(heights) + 1)
    result: Array = np.minimum(np.searchsorted(edges, uniform * edges[-1], side="right"), len(heights) - 1)
    return result


def _lloyd(points: FloatArray, weights: FloatArray, centres: FloatArray, n_rounds: int) -> Array:
    """Return labels; a centre that lost all its rows moves to the row farthest from its own centre."""
    labels, distances, counts, first = nearest_centres(points, weights, centres)
    for _ in range(1, n_rounds):
        centres = centres + first / np.where(counts > 0, counts, 1)[:, None]
        empty = np.flatnonzero(counts == 0)
        farthest = np.argsort(-weights * distances, kind="stable")[: len(empty)]
        centres[empty[: len(farthest)]] = points[farthest]
        before = labels
        labels, distances, counts, first = nearest_centres(points, weights, centres)
        if np.array_equal(labels, before):
            break
    return labels


def _numbered(labels: Array) -> Array:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    result: Array = np.argsort(np.argsort(first))[inverse]
    return result


# ------------------------------------------------------------------------------------------------ partitions


def _square_matrix(away: FloatArray, v: FloatArray) -> FloatArray:
    return (away * v[:, None]).T @ away


def _square_diagonal(away: FloatArray, v: FloatArray) -> FloatArray:
    return v @ away**2


def _square_spherical(away: FloatArray, v: FloatArray) -> FloatArray:
    return np.asarray(v @ (away**2).sum(axis=1))


def _partitioned_one(
    form: _Form,
    square: Callable[[FloatArray, FloatArray], FloatArray],
    rows: FloatArray,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: float,
    floor: FloatArray | None,
    widening: float,
    constraint: int,
) -> _Mixture:
    parts = [(rows[labels == k], row_weights[labels == k]) for k in range(n_components)]
    counts = np.array([v.sum() for _, v in parts])
    if not (counts > 0).all():
        raise _NoRoundError(NO_ROWS)
    means = np.array([rows[0] + v @ (x - rows[0]) / v.sum() for x, v in parts])
    scatter = np.array([square((x - rows[0]) - (m - rows[0]), v) for (x, v), m in zip(parts, means, strict=True)])
    if form.pooled:
        scatter = scatter.sum(axis=0)
    else:
        few = counts < 4 * rows_worth
        drawn = scatter + rows_worth * scatter.sum(axis=0) / counts.sum()
        share = (counts / (counts + rows_worth)).reshape(-1, *(1,) * (scatter.ndim - 1))
        scatter[few] = (drawn * share)[few]
    averages = form.average(scatter, counts, np.zeros_like(means)) + widening * form.identity(rows.shape[1])
    covariances = _constrained(constraint, counts, None, averages)
    if floor is not None and not form.clears(covariances, floor):
        raise _NoRoundError(BELOW_FLOOR)
    return counts / counts.sum(), means, covariances


def _partitioned(
    form: _Form,
    square: Callable[[FloatArray, FloatArray], FloatArray],
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: FloatArray,
    floors: FloatArray | None,
    widening: float,
    offsets: Array | None,
    constraint: int,
) -> Partitioned:
    C, K, D = len(labels) if offsets is None else len(offsets) - 1, n_components, rows.shape[1]
    shape = square(np.zeros((1, D)), np.zeros(1)).shape
    weights, means = np.zeros((C, K)), np.zeros((C, K, D))
    covariances = np.zeros((C, *(() if form.pooled else (K,)), *shape))
    made = np.ones(C, dtype=np.int64)
    for c in range(C):
        part = slice(None) if offsets is None else slice(offsets[c], offsets[c + 1])
        own_labels = labels[c] if offsets is None else labels[0, part]
        worth = float(rows_worth[c if len(rows_worth) > 1 else 0])
        floor = None if floors is None else floors[c if len(floors) > 1 else 0]
        own = rows[part].astype(float), row_weights[part], own_labels, K, worth, floor, widening, constraint
        try:
            weights[c], means[c], covariances[c] = _partitioned_one(form, square, *own)
        except _NoRoundError:
            made[c] = 0
    return weights, means, covariances, made


def partitioned_full(
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: FloatArray,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    n_threads: int = 1,
) -> Partitioned:
    """Return (weights, means, covariances, made) of the mixtures that C partitions of the rows imply.

    labels (C, N) int64, from 0 to K - 1 ; rows_worth (1 or C,) ; floors (1 or C, D, D): the least average scatter ;
    widening: added to the diagonal ; offsets (C + 1,) int64: mixture c is that of rows offsets[c] to offsets[c + 1]
    only, and labels are (1, N). With n_k the weight, m_k the mean and W_k the scatter about it of the rows of a part::

        W_k <- (W_k + rows_worth sum_j W_j / n) n_k / (n_k + rows_worth)    where n_k < 4 rows_worth
        w_k = n_k / n,    S_k = W_k / n_k + widening 1

    A component of few rows would otherwise start as a needle. Where a part has no rows, or a scatter does not lie
    above the floor, `made` is 0 and the mixture holds nothing of use.
    """
    given = rows, row_weights, labels, n_components, rows_worth, floors, widening, offsets, constraint
    return _partitioned(_FULL, _square_matrix, *given)


def partitioned_tied(
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: FloatArray,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    n_threads: int = 1,
) -> Partitioned:
    """As `partitioned_full`, with one covariance for all components, (C, D, D), which is an average as it is."""
    given = rows, row_weights, labels, n_components, rows_worth, floors, widening, offsets, constraint
    return _partitioned(_TIED, _square_matrix, *given)


def partitioned_diagonal(
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: FloatArray,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    n_threads: int = 1,
) -> Partitioned:
    """As `partitioned_full`, with variances (C, K, D) and floors (1 or C, D)."""
    given = rows, row_weights, labels, n_components, rows_worth, floors, widening, offsets, constraint
    return _partitioned(_DIAGONAL, _square_diagonal, *given)


def partitioned_spherical(
    rows: Array,
    row_weights: FloatArray,
    labels: Array,
    n_components: int,
    rows_worth: FloatArray,
    floors: FloatArray | None = None,
    widening: float = 0.0,
    offsets: Array | None = None,
    constraint: int = 0,
    n_threads: int = 1,
) -> Partitioned:
    """As `partitioned_full`, with variances (C, K) and floors (1 or C,)."""
    given = rows, row_weights, labels, n_components, rows_worth, floors, widening, offsets, constraint
    return _partitioned(_SPHERICAL, _square_spherical, *given)


# ------------------------------------------------------------------------------------------------ data and matrices


def scan(rows: Array, n_threads: int = 1) -> tuple[FloatArray, FloatArray, int, int]:
    """Return (minimum, maximum, row, column): the range of every column and the first entry that is not finite.

    row and column are -1 if all entries are finite; otherwise minimum and maximum are unspecified. The first entry is
    the one of the lowest row, then of the lowest column. N must be at least 1.
    """
    bad = np.argwhere(~np.isfinite(rows))
    row, column = bad[0] if len(bad) else (-1, -1)
    return rows.min(axis=0).astype(float), rows.max(axis=0).astype(float), int(row), int(column)


def factorise(covariances: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Return (factors, whitening, log_determinants, failed) of K symmetric matrices, shape (K, D, D).

    covariances[k] = factors[k] factors[k]', lower triangular ; whitening[k] = inverse of factors[k] ;
    log_determinants[k] = log |covariances[k]|. `failed` is the first k whose matrix is not positive definite in
    floating point (a pivot is not positive), or -1. Only the lower triangle of `covariances` is read.
    """
    factors = np.zeros_like(covariances)
    whitening = np.zeros_like(covariances)
    for k, matrix in enumerate(covariances):
        try:
            factors[k] = np.linalg.cholesky(matrix)
        except np.linalg.LinAlgError:
            return factors, whitening, np.zeros(len(covariances)), k
        for i in range(len(matrix)):  # forward substitution on the columns of the identity
            whitening[k, i, i] = 1.0
            whitening[k, i] -= factors[k, i, :i] @ whitening[k, :i]
            whitening[k, i] /= factors[k, i, i]
    log_determinants = 2 * np.log(np.einsum("kii->ki", factors)).sum(axis=1)
    return factors, whitening, log_determinants, -1


# ------------------------------------------------------------------------------------------------ truncated E-step

grouped = _truncated.grouped
recall_full = _truncated.recall_full
recall_tied = _truncated.recall_tied
recall_diagonal = _truncated.recall_diagonal
recall_spherical = _truncated.recall_spherical
order_kept = _truncated.order_kept
search_full = _truncated.search_full
search_tied = _truncated.search_tied
search_diagonal = _truncated.search_diagonal
search_spherical = _truncated.search_spherical
weigh_kept = _truncated.weigh_kept
add_kept_full = _truncated.add_kept_full
add_kept_tied = _truncated.add_kept_tied
add_kept_diagonal = _truncated.add_kept_diagonal
add_kept_spherical = _truncated.add_kept_spherical
unwhiten = _truncated.unwhiten


# ------------------------------------------------------------------------------------------------ agglomeration

agglomerate_eii = _agglomeration.agglomerate_eii
agglomerate_vii = _agglomeration.agglomerate_vii
agglomerate_eee = _agglomeration.agglomerate_eee
agglomerate_vvv = _agglomeration.agglomerate_vvv
