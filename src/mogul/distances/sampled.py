"""Distances of mixtures that have no closed form: by draws, with the standard error."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from mogul._kernels import FloatArray
from mogul.covariance import FullCovariance
from mogul.distances.checks import require_positive, require_same_features
from mogul.distances.pairwise import pairwise_bhattacharyya, pairwise_kl
from mogul.mixture import Mixture
from mogul.mixture.abstract import Rng
from mogul.mixture.estimate import Estimate, stratified_mean

DRAWS = 100_000


def kl(first: Mixture, second: Mixture, *, n_draws: int = DRAWS, rng: Rng = 0) -> Estimate:
    """Return the Kullback-Leibler divergence of the first mixture from the second, in nats.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features. Draws are made from the first.
    n_draws : int, default 100_000
        The standard error falls with its square root.
    rng : numpy.random.Generator, int or None, default 0
        Where randomness comes from.

    Returns
    -------
    Estimate
        With `value` and `standard_error`; exact, with an error of 0, between two single Gaussians.

    Raises
    ------
    ShapeError
        If they differ in the number of features.
    ParameterError
        If `n_draws` is not positive.

    Notes
    -----
    The mean of ``log first(x) - log second(x)`` over draws of the first, stratified by component. Close to 0 the
    estimate may be negative, by its error.

    Examples
    --------
    >>> import mogul
    >>> pair = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    >>> one = mogul.Mixture.univariate([1.0], [0.0], [2.0])
    >>> found = mogul.distances.kl(pair, one)
    >>> round(found.value, 2), found.standard_error < 0.002
    (0.19, True)
    """
    require_same_features(first, second)
    require_positive("n_draws", n_draws)
    if first.n_components == second.n_components == 1:
        return Estimate(float(pairwise_kl(first, second)[0, 0]), 0.0)
    return stratified_mean(first, lambda rows: first.logpdf(rows) - second.logpdf(rows), n_draws, rng)


def jensen_shannon(first: Mixture, second: Mixture, *, n_draws: int = DRAWS, rng: Rng = 0) -> Estimate:
    """Return the Jensen-Shannon divergence of two mixtures, between 0 and log 2, in nats.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features.
    n_draws : int, default 100_000
        The standard error falls with its square root.
    rng : numpy.random.Generator, int or None, default 0

    Returns
    -------
    Estimate
        Its square root is a metric.

    Raises
    ------
    ShapeError, ParameterError
        If they differ in the number of features, or `n_draws` is not positive.

    Notes
    -----
    ``(KL(p || m) + KL(q || m)) / 2`` with m = (p + q) / 2 is what a row tells, on average, of which of the two it
    came from. Draws are made from m; with the share s = p / (p + q) at a row, it is the mean of
    ``log 2 + s log s + (1 - s) log(1 - s)``.

    References
    ----------
    Lin (1991), Divergence measures based on the Shannon entropy, eq. 4.1.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> far = mogul.Mixture.univariate([1.0], [99.0], [1.0])
    >>> round(mogul.distances.jensen_shannon(near, far).value, 6)  # log 2
    0.693147
    """
    return _under_the_middle(first, second, lambda s, t: math.log(2) + _x_log_x(s) + _x_log_x(t), n_draws, rng)


def total_variation(first: Mixture, second: Mixture, *, n_draws: int = DRAWS, rng: Rng = 0) -> Estimate:
    """Return the total variation distance of two mixtures: the most by which the probability of an event can differ.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features.
    n_draws : int, default 100_000
        The standard error falls with its square root.
    rng : numpy.random.Generator, int or None, default 0

    Raises
    ------
    ShapeError, ParameterError
        If they differ in the number of features, or `n_draws` is not positive.

    Notes
    -----
    Half the integral of ``|p - q|``: the mean of ``|p - q| / (p + q)`` over draws of (p + q) / 2.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> moved = mogul.Mixture.univariate([1.0], [1.0], [1.0])
    >>> round(mogul.distances.total_variation(near, moved).value, 2)  # 2 Phi(1/2) - 1 = 0.3829
    0.38
    """
    return _under_the_middle(first, second, lambda s, t: np.abs(s - t), n_draws, rng)


def bhattacharyya(first: Mixture, second: Mixture, *, n_draws: int = DRAWS, rng: Rng = 0) -> Estimate:
    """Return the Bhattacharyya distance of two mixtures: ``-log integral sqrt(p q)``.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features.
    n_draws : int, default 100_000
        The standard error falls with its square root.
    rng : numpy.random.Generator, int or None, default 0

    Returns
    -------
    Estimate
        Exact, with an error of 0, between two single Gaussians.

    Raises
    ------
    ShapeError, ParameterError
        If they differ in the number of features, or `n_draws` is not positive.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> mogul.distances.bhattacharyya(near, mogul.Mixture.univariate([1.0], [2.0], [1.0])).value
    0.5
    """
    require_same_features(first, second)
    if first.n_components == second.n_components == 1:
        return Estimate(float(pairwise_bhattacharyya(first, second)[0, 0]), 0.0)
    shared = _under_the_middle(first, second, lambda s, t: 2 * np.sqrt(s * t), n_draws, rng)
    if shared.value == 0:
        return Estimate(math.inf, math.inf)
    return Estimate(-math.log(shared.value), shared.standard_error / shared.value)


def hellinger(first: Mixture, second: Mixture, *, n_draws: int = DRAWS, rng: Rng = 0) -> Estimate:
    """Return the Hellinger distance of two mixtures, between 0 and 1.

    Parameters
    ----------
    first, second : Mixture
        Of the same number of features.
    n_draws : int, default 100_000
        The standard error falls with its square root.
    rng : numpy.random.Generator, int or None, default 0

    Returns
    -------
    Estimate
        Exact, with an error of 0, between two single Gaussians.

    Raises
    ------
    ShapeError, ParameterError
        If they differ in the number of features, or `n_draws` is not positive.

    Notes
    -----
    ``sqrt(1 - integral sqrt(p q))``; over draws of m = (p + q) / 2, with s = p / (p + q), the square is the mean of
    ``1 - 2 sqrt(s (1 - s)) = (sqrt(s) - sqrt(1 - s))^2``.

    Examples
    --------
    >>> import mogul
    >>> near = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    >>> round(mogul.distances.hellinger(near, mogul.Mixture.univariate([1.0], [2.0], [1.0])).value, 4)
    0.6273
    """
    require_same_features(first, second)
    if first.n_components == second.n_components == 1:
        return Estimate(math.sqrt(-math.expm1(-pairwise_bhattacharyya(first, second)[0, 0])), 0.0)
    square = _under_the_middle(first, second, lambda s, t: (np.sqrt(s) - np.sqrt(t)) ** 2, n_draws, rng)
    root = math.sqrt(square.value)
    return Estimate(root, square.standard_error / (2 * root) if root > 0 else 0.0)


def _under_the_middle(
    first: Mixture,
    second: Mixture,
    function: Callable[[FloatArray, FloatArray], FloatArray],
    n_draws: int,
    rng: Rng,
) -> Estimate:
    """Return the mean, under (p + q) / 2, of a function of the shares p / (p + q) and q / (p + q)."""
    require_same_features(first, second)
    require_positive("n_draws", n_draws)
    middle = Mixture(
        np.concatenate([first.weights, second.weights]) / 2,
        np.concatenate([first.means, second.means]),
        FullCovariance(np.concatenate([first.covariances.dense(), second.covariances.dense()])),
    )

    def of_rows(rows: FloatArray) -> FloatArray:
        difference = first.logpdf(rows) - second.logpdf(rows)
        small = np.exp(-np.abs(difference))
        larger, smaller = 1 / (1 + small), small / (1 + small)
        return function(np.where(difference > 0, larger, smaller), np.where(difference > 0, smaller, larger))

    return stratified_mean(middle, of_rows, n_draws, rng)


def _x_log_x(x: FloatArray) -> FloatArray:
    result: FloatArray = x * np.log(np.where(x > 0, x, 1.0))
    return result
