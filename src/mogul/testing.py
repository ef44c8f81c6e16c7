"""Random mixtures, comparisons, and the laws of families: for tests, and for those who write a family of their own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from mogul._kernels import Array, FloatArray
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FactorCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.expectation import expect
from mogul.family import AbstractFamily, Symmetry
from mogul.mixture import Mixture
from mogul.statistics import Statistics

UNITS = 30
"""How many units of n * eps * scale a correct computation may be off: LAPACK's threshold in all of its tests."""

__all__ = [
    "FORMS",
    "UNITS",
    "assert_close",
    "assert_same_mixture",
    "check_family",
    "matched",
    "random_mixture",
    "random_rows",
    "rounding",
]


def _matrices(rng: np.random.Generator, n: int, n_features: int) -> FloatArray:
    """Return n covariance matrices with variances of 1/2 to 2 along random axes."""
    axes, _ = np.linalg.qr(rng.standard_normal((n, n_features, n_features)))
    matrices: FloatArray = (axes * rng.uniform(0.5, 2.0, (n, 1, n_features))) @ axes.swapaxes(1, 2)
    return matrices


FORMS: dict[str, Callable[[np.random.Generator, int, int], AbstractCovariance]] = {
    "full": lambda rng, n_components, n_features: FullCovariance(_matrices(rng, n_components, n_features)),
    "tied": lambda rng, n_components, n_features: TiedCovariance(_matrices(rng, 1, n_features)[0], n_components),
    "diag": lambda rng, n_components, n_features: DiagonalCovariance(rng.uniform(0.5, 2.0, (n_components, n_features))),
    "spherical": lambda rng, n_components, n_features: SphericalCovariance(
        rng.uniform(0.5, 2.0, n_components), n_features
    ),
    "factor": lambda rng, n_components, n_features: FactorCovariance(
        rng.standard_normal((n_components, n_features, min(2, n_features))) / 2,
        rng.uniform(0.5, 1.5, (n_components, n_features)),
    ),
}
"""Makers ``(rng, K, D) -> form`` of random covariances, of variances of about one."""


def random_mixture(
    rng: np.random.Generator, n_components: int, n_features: int, form: str = "full", *, separation: float = 2.0
) -> Mixture:
    """Return a random mixture whose components have variances of about one.

    Parameters
    ----------
    rng : numpy.random.Generator
    n_components, n_features : int
        K and D.
    form : {'full', 'tied', 'diag', 'spherical', 'factor'}, default 'full'
        How the covariances are stored; see `FORMS`.
    separation : float, default 2.0
        The least distance between means. About 2 overlaps, 20 leaves no doubt where a row belongs.

    Returns
    -------
    Mixture
        No weight is less than 1 / (3 K).

    Examples
    --------
    >>> import numpy as np
    >>> from mogul.testing import random_mixture
    >>> random_mixture(np.random.default_rng(0), 3, 2, "diag")
    Mixture(n_components=3, n_features=2, covariances=DiagonalCovariance)
    """
    weights = (1 + 2 * rng.dirichlet(np.full(n_components, 2.0)) * n_components) / (3 * n_components)
    # Steps of at least `separation` along a line, each moved sideways at random.
    along = separation * np.cumsum(rng.uniform(1.0, 2.0, n_components))
    means = separation * rng.standard_normal((n_components, n_features))
    means[:, 0] = rng.permutation(along - along.mean())
    turn, _ = np.linalg.qr(rng.standard_normal((n_features, n_features)))
    return Mixture(weights / weights.sum(), means @ turn, FORMS[form](rng, n_components, n_features))


def random_rows(rng: np.random.Generator, mixture: Mixture, n_rows: int) -> tuple[FloatArray, Array]:
    """Return (rows, labels): draws (N, D) from a mixture with their components (N,), none short of rows.

    Parameters
    ----------
    rng : numpy.random.Generator
    mixture : Mixture
    n_rows : int
        N; at least K (D + 2), so that every component gets D + 2 rows or more.

    Returns
    -------
    rows : shape (N, D)
    labels : shape (N,)

    Examples
    --------
    >>> import numpy as np
    >>> from mogul.testing import random_mixture, random_rows
    >>> rng = np.random.default_rng(0)
    >>> rows, labels = random_rows(rng, random_mixture(rng, 3, 2), 12)
    >>> rows.shape, np.bincount(labels).min() >= 4
    ((12, 2), np.True_)
    """
    n_components, n_features = mixture.n_components, mixture.n_features
    least = np.repeat(np.arange(n_components), n_features + 2)
    if n_rows < len(least):
        raise ValueError(
            f"n_rows is {n_rows}, but {n_components} components in {n_features} features need {len(least)}."
        )
    labels = np.concatenate([least, rng.choice(n_components, n_rows - len(least), p=mixture.weights)])
    labels = rng.permutation(labels)
    noise = rng.standard_normal((n_rows, n_features))
    return mixture.means[labels] + mixture.covariances.coloured(noise, labels), labels


def rounding(n: int, scale: float = 1.0) -> float:
    """Return 30 units of ``n * eps * scale``: how far rounding alone may move a sum of n terms of size `scale`.

    References
    ----------
    Anderson et al. (1999), LAPACK Users' Guide, and its test programs: one dimensionless ratio, one threshold.

    Examples
    --------
    >>> from mogul.testing import rounding
    >>> rounding(100) < 1e-12
    True
    """
    return UNITS * n * float(np.finfo(np.float64).eps) * scale


def assert_close(actual: ArrayLike, desired: ArrayLike, n: int, scale: float | None = None, what: str = "") -> None:
    """Raise AssertionError unless two arrays agree to 30 units of ``n * eps * scale``.

    Parameters
    ----------
    actual, desired : array-like
    n : int
        How many terms the sums behind them have.
    scale : float, optional
        The size of these terms; by default the largest absolute value of `desired`.
    what : str, optional
        What they are, for the message.
    """
    found, wanted = np.asarray(actual, dtype=float), np.asarray(desired, dtype=float)
    size = float(np.max(np.abs(wanted), initial=0.0)) if scale is None else scale
    np.testing.assert_allclose(found, wanted, rtol=0, atol=rounding(n, size), err_msg=what)


def matched(actual: Mixture, desired: Mixture) -> Mixture:
    """Return `actual` with its components numbered like those of `desired`: the pairing of nearest means.

    Examples
    --------
    >>> import mogul
    >>> from mogul.testing import matched
    >>> pair = mogul.Mixture.univariate([0.2, 0.8], [0.0, 1.0], [1.0, 1.0])
    >>> matched(pair.permuted([1, 0]), pair).weights
    array([0.2, 0.8])
    """
    distance = np.linalg.norm(actual.means[:, None] - desired.means, axis=2)
    n_components = desired.n_components
    if n_components > 6:
        raise ValueError(f"matched tries every pairing, so it takes 6 components at most, not {n_components}.")
    orders = list(permutations(range(n_components)))
    costs = [sum(distance[given, k] for k, given in enumerate(order)) for order in orders]
    return actual.permuted(orders[int(np.argmin(costs))])


def assert_same_mixture(actual: Mixture, desired: Mixture, n: int = 0, scale: float | None = None) -> None:
    """Raise AssertionError unless two mixtures are the same: to the last bit, or to rounding.

    Parameters
    ----------
    actual, desired : Mixture
    n : int, default 0
        0: equal bits. Else means, covariances and weights may differ by 30 units of ``n * eps`` times `scale`, its
        square, and one.
    scale : float, optional
        The size of the rows; by default the largest absolute mean or standard deviation of `desired`.

    Examples
    --------
    >>> import mogul
    >>> from mogul.testing import assert_same_mixture
    >>> one = mogul.Mixture.univariate([1.0], [0.5], [2.0])
    >>> assert_same_mixture(one, mogul.Mixture.univariate([1.0], [0.5], [2.0]))
    """
    assert type(actual.covariances) is type(desired.covariances), (actual, desired)
    if n == 0:
        np.testing.assert_array_equal(actual.weights, desired.weights, err_msg="weights")
        np.testing.assert_array_equal(actual.means, desired.means, err_msg="means")
        np.testing.assert_array_equal(actual.covariances.array, desired.covariances.array, err_msg="covariances")
        return
    reach = float(max(np.abs(desired.means).max(), np.sqrt(np.abs(desired.covariances.array).max())))
    size = reach if scale is None else scale
    assert_close(actual.weights, desired.weights, n, 1.0, "weights")
    assert_close(actual.means, desired.means, n, size, "means")
    assert_close(actual.covariances.array, desired.covariances.array, n, size**2, "covariances")


# ------------------------------------------------------------------------------------------ laws of families


def check_family(family: AbstractFamily, *, n_components: int = 3, n_features: int = 3, seed: int = 0) -> None:
    """Raise AssertionError, naming the law, if a covariance family breaks one that every family must keep.

    Parameters
    ----------
    family : AbstractFamily
    n_components, n_features : int, default 3
        Of the random mixture and rows that the laws are tried on.
    seed : int, default 0

    Notes
    -----
    The laws: the statistics of parts add up to those of the whole; the M-step does not depend on the origin of its
    statistics; it permutes with the components; it maps along with every map of the family's symmetry; its
    covariances are the greatest in expected likelihood among those it gives for nearby statistics; and the number of
    parameters is the dimension of the set of covariances it can give.

    Examples
    --------
    >>> from mogul.family import VVV
    >>> from mogul.testing import check_family
    >>> check_family(VVV())
    """
    rng = np.random.default_rng(seed)
    mixture = random_mixture(rng, n_components, n_features)
    rows, _ = random_rows(rng, mixture, 40 * n_components * n_features)
    statistics = expect(mixture, rows, None, family.moments)
    _check_parts(family, mixture, rows, statistics)
    _check_origin(family, mixture, statistics, rng)
    _check_permutation(family, mixture, statistics, rng)
    _check_symmetry(family, mixture, rows, rng)
    _check_optimum(family, mixture, rows, statistics, rng)
    _check_dimension(family, mixture, rows, rng)


def _dense(family: AbstractFamily, statistics: Statistics, previous: Mixture) -> FloatArray:
    return np.asarray(family.covariances(statistics, previous).dense())


def _check_parts(family: AbstractFamily, mixture: Mixture, rows: FloatArray, whole: Statistics) -> None:
    parts = expect(mixture, rows[:37], None, family.moments) + expect(mixture, rows[37:], None, family.moments)
    assert_close(parts.second, whole.second, len(rows), what="second moments of parts do not add up")
    assert_close(parts.counts, whole.counts, len(rows), what="counts of parts do not add up")


def _check_origin(family: AbstractFamily, mixture: Mixture, statistics: Statistics, rng: np.random.Generator) -> None:
    moved = statistics.moved_to(mixture.means + rng.standard_normal(mixture.means.shape))
    found, wanted = (_dense(family, each, mixture) for each in (moved, statistics))
    assert_close(found, wanted, int(statistics.total), what="the M-step depends on the origin of its statistics")


def _check_permutation(
    family: AbstractFamily, mixture: Mixture, statistics: Statistics, rng: np.random.Generator
) -> None:
    order = rng.permutation(mixture.n_components)
    found = _dense(family, statistics.permuted(order), mixture.permuted(order))
    wanted = _dense(family, statistics, mixture)[order]
    assert_close(found, wanted, int(statistics.total), what="the M-step depends on the numbering of components")


def _check_symmetry(family: AbstractFamily, mixture: Mixture, rows: FloatArray, rng: np.random.Generator) -> None:
    n_features = mixture.n_features
    turn, _ = np.linalg.qr(rng.standard_normal((n_features, n_features)))
    stretch = np.diag(rng.uniform(0.5, 2.0, n_features))
    maps = {
        Symmetry.ROTATION: 3.0 * turn,
        Symmetry.COLUMNS: stretch,
        Symmetry.AFFINE: turn @ stretch @ turn.T @ stretch,
    }
    matrix = maps[family.symmetry]
    mapped = Mixture(mixture.weights, mixture.means @ matrix.T, matrix @ mixture.covariances.dense() @ matrix.T)
    found = _dense(family, expect(mapped, rows @ matrix.T, None, family.moments), mapped)
    wanted = matrix @ _dense(family, expect(mixture, rows, None, family.moments), mixture) @ matrix.T
    what = f"the M-step does not keep its symmetry, {family.symmetry.value}"
    assert_close(found, wanted, len(rows), scale=16 * float(np.abs(wanted).max()), what=what)


def _loss(counts: FloatArray, scatter: FloatArray, covariances: FloatArray) -> float:
    """Return ``sum_k n_k log|Sigma_k| + tr(W_k Sigma_k^-1)``, what an M-step minimises."""
    log_determinants = np.linalg.slogdet(covariances)[1]
    traces = np.trace(np.linalg.solve(covariances, scatter), axis1=1, axis2=2)
    return float(counts @ log_determinants + traces.sum())


def _full_scatter(mixture: Mixture, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return counts (K,) and scatter (K, D, D) about the new means, worked out the plain way."""
    responsibilities = mixture.responsibilities(rows)
    counts = responsibilities.sum(axis=0)
    away = rows[:, None] - responsibilities.T @ rows / counts[:, None]
    return counts, np.einsum("nk,nki,nkj->kij", responsibilities, away, away)


def _check_optimum(
    family: AbstractFamily, mixture: Mixture, rows: FloatArray, statistics: Statistics, rng: np.random.Generator
) -> None:
    counts, scatter = _full_scatter(mixture, rows)
    best = _loss(counts, scatter, _dense(family, statistics, mixture))
    for _ in range(20):
        # Covariances that obey the constraint, because they are the M-step's answer to other rows.
        other = expect(mixture, rows + 0.02 * rng.standard_normal(rows.shape), None, family.moments)
        loss = _loss(counts, scatter, _dense(family, other, mixture))
        assert loss >= best - rounding(len(rows), abs(best)), (
            f"{family.name}: the M-step is not the best: {best} > {loss}"
        )


def _check_dimension(family: AbstractFamily, mixture: Mixture, rows: FloatArray, rng: np.random.Generator) -> None:
    """Move the rows in many directions: the rank of the response of the covariances is the number of parameters."""
    n_parameters = family.n_parameters(mixture.n_components, mixture.n_features)
    responses = []
    for _ in range(n_parameters + 5):
        step = 1e-5 * rng.standard_normal(rows.shape)
        up, down = (_dense(family, expect(mixture, rows + s, None, family.moments), mixture) for s in (step, -step))
        responses.append((up - down).ravel())
    values = np.linalg.svd(np.array(responses), compute_uv=False)
    rank = int((values > 1e-5 * values[0]).sum())
    assert rank == n_parameters, (
        f"{family.name}: {n_parameters} parameters are claimed, but the covariances have {rank}"
    )
