"""How many components? K against K + 1, by the bootstrap of the likelihood ratio."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import row_weights
from mogul._kernels import FloatArray
from mogul._numerics import sealed
from mogul.engine import StopRule
from mogul.errors import MogulError, ParameterError, TooFewRowsError
from mogul.estimators.gaussian_mixture import GaussianMixture
from mogul.estimators.inputs import checked_rows, refuse_too_few, require_integer
from mogul.family import AbstractFamily, find_family
from mogul.fitting import Fit
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.training import Beginning, MakeStart, Training, examined, proposed_start, train
from mogul.uncertainty import generators

TOLERANCE = 1e-4
"""Nats that a fit may still gain."""

MOST_ITERATIONS = 2000

Progress = Callable[[int, int], None]


@final
@dataclass(frozen=True, eq=False)
class LikelihoodRatioTest:
    """Return a test of K components against K + 1. Made by `mogul.likelihood_ratio_test`. Prints as a line.

    Attributes
    ----------
    n_components : int
        K.
    statistic : float
        Twice the gain in log-likelihood of one component more.
    replicates : shape (B,)
        The same of samples drawn from the fit with K components.
    null, alternative : Mixture
        The fits with K and with K + 1 components.
    """

    n_components: int
    statistic: float
    replicates: FloatArray
    null: Mixture
    alternative: Mixture

    @property
    def n_exceeding(self) -> int:
        """How many replicates are as large as the statistic, or larger."""
        return int((self.replicates >= self.statistic).sum())

    @property
    def p_value(self) -> float:
        """``(1 + n_exceeding) / (B + 1)``."""
        return (1 + self.n_exceeding) / (len(self.replicates) + 1)

    def __str__(self) -> str:
        return (
            f"{self.n_components} against {self.n_components + 1} components: 2 log ratio {self.statistic:.4g}, "
            f"p = {self.p_value:.4g} ({self.n_exceeding} of {len(self.replicates)} samples exceed it)"
        )


@final
@dataclass(frozen=True, eq=False)
class LikelihoodRatioSequence:
    """Return tests of 1 against 2 components, 2 against 3, and so on. Prints as a table.

    Made by `mogul.likelihood_ratio_sequence`.

    Attributes
    ----------
    tests : tuple of LikelihoodRatioTest
        All but the last were rejected.
    alpha : float
    """

    tests: tuple[LikelihoodRatioTest, ...]
    alpha: float

    @property
    def is_settled(self) -> bool:
        """Whether the last test was not rejected; else more components than were allowed are asked for."""
        return self.tests[-1].p_value > self.alpha

    @property
    def n_components(self) -> int:
        """The least K that was not rejected; one more than the last, if all were."""
        return self.tests[-1].n_components + (not self.is_settled)

    @property
    def mixture(self) -> Mixture:
        """The fit with so many components."""
        return self.tests[-1].null if self.is_settled else self.tests[-1].alternative

    def __str__(self) -> str:
        end = "" if self.is_settled else " or more"
        last = f"{self.n_components} components{end} at alpha = {self.alpha:g}"
        return "\n".join([*map(str, self.tests), last])


@final
@dataclass(frozen=True, eq=False)
class _Fitting:
    """How every sample is fitted, that of the user as those that are drawn."""

    family: AbstractFamily
    reg_covar: float | None
    n_init: int

    def fitted(self, source: ArraySource, n_components: int, rng: np.random.Generator) -> tuple[Mixture, float]:
        """Return (mixture, log-likelihood in nats) of the best of several starts."""
        report = examined(source, correlations=self.family.moments.correlations)
        stop = StopRule(MOST_ITERATIONS, tolerance=TOLERANCE, monotone=not self.reg_covar)
        training = Training(source, report, self.family, n_components, stop, self.reg_covar)
        starts: list[MakeStart] = [partial(_start, training, child) for child in generators(rng, self.n_init)]
        fit: Fit = train(training, starts).fit
        return fit.mixture, fit.log_likelihood(source.total_weight, 0)

    def tested(
        self, source: ArraySource, n_components: int, rng: np.random.Generator
    ) -> tuple[float, Mixture, Mixture]:
        """Return (twice the gain in log-likelihood, fit with K components, fit with one more)."""
        null, fewer = self.fitted(source, n_components, rng)
        alternative, more = self.fitted(source, n_components + 1, rng)
        return max(2 * (more - fewer), 0.0), null, alternative


def _start(training: Training, rng: np.random.Generator) -> Beginning:
    return proposed_start(training, "kmeans", rng)


def likelihood_ratio_test(
    X: Any,
    n_components: int = 1,
    *,
    covariance_type: str = "full",
    n_replicates: int = 99,
    reg_covar: float | None = None,
    n_init: int = 1,
    rng: np.random.Generator | int | None = None,
    sample_weight: ArrayLike | None = None,
    progress: Progress | None = None,
) -> LikelihoodRatioTest:
    """Return a test of K components against K + 1, by drawing what one more would gain if there were K only.

    Parameters
    ----------
    X : shape (N, D)
    n_components : int, default 1
        K.
    covariance_type, reg_covar, n_init
        As in `GaussianMixture`.
    n_replicates : int, default 99
        B, how many samples are drawn. The least p is 1 / (B + 1).
    rng : numpy.random.Generator, int or None
        The same seed gives the same test.
    sample_weight : shape (N,), optional
        How often each row counts.
    progress : callable, optional
        Called after each sample with the numbers of samples fitted and of all.

    Returns
    -------
    LikelihoodRatioTest
        With ``statistic``, ``p_value`` and both fits. Prints as a line.

    Raises
    ------
    MogulError
        As `GaussianMixture.fit` raises.

    Notes
    -----
    Twice the log of the likelihood ratio has no chi-square distribution here: under K components the additional one
    has no weight, or no place. So its distribution is simulated: B samples of as many rows are drawn from the fit with
    K components, both mixtures are fitted to each of them just as to the data, and
    ``p = (1 + number of ratios not below the data's) / (B + 1)``. Cost: 2 (B + 1) fits.

    Where each component has a volume of its own, a few rows that happen to lie close together make a needle of great
    likelihood, in the data as in the samples. Of less than some hundred rows, families of equal volumes (E first) are
    tested with more power.

    References
    ----------
    McLachlan (1987), On bootstrapping the likelihood ratio test statistic for the number of components in a normal
    mixture, JRSS C 36, 318-324.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> rows, _ = load_faithful()
    >>> test = mogul.likelihood_ratio_test(rows, 1, n_replicates=19, rng=0)
    >>> test.p_value
    0.05
    """
    source, fitting = _prepared(X, covariance_type, reg_covar, n_init, sample_weight)
    owner = "likelihood_ratio_test"
    number = require_integer("n_components", n_components, 1, owner)
    count = require_integer("n_replicates", n_replicates, 1, owner)
    return _test(source, fitting, number, count, np.random.default_rng(rng), progress)


def likelihood_ratio_sequence(
    X: Any,
    *,
    max_components: int = 9,
    alpha: float = 0.05,
    covariance_type: str = "full",
    n_replicates: int = 99,
    reg_covar: float | None = None,
    n_init: int = 1,
    rng: np.random.Generator | int | None = None,
    sample_weight: ArrayLike | None = None,
    progress: Progress | None = None,
) -> LikelihoodRatioSequence:
    """Return tests of 1 against 2 components, 2 against 3, ... until one is not rejected.

    Parameters
    ----------
    X : shape (N, D)
    max_components : int, default 9
        The last test is of so many less one against so many.
    alpha : float, default 0.05
        A test is rejected if its p is at most this.
    covariance_type, n_replicates, reg_covar, n_init, rng, sample_weight, progress
        As in `likelihood_ratio_test`.

    Returns
    -------
    LikelihoodRatioSequence
        With ``n_components``, the ``mixture`` of so many, and the ``tests``. Prints as a table.

    Raises
    ------
    MogulError
        As `GaussianMixture.fit` raises.

    Examples
    --------
    >>> import mogul
    >>> from mogul.data import load_faithful
    >>> rows, _ = load_faithful()
    >>> mogul.likelihood_ratio_sequence(rows, n_replicates=19, rng=0).n_components
    3
    """
    owner = "likelihood_ratio_sequence"
    most = require_integer("max_components", max_components, 2, owner)
    count = require_integer("n_replicates", n_replicates, 1, owner)
    if not 0 < alpha < 1:
        raise ParameterError(f"alpha is {alpha}; it must lie between 0 and 1, e.g. 0.05.")
    if (count + 1) * alpha < 1:
        least, enough = 1 / (count + 1), int(np.ceil(1 / alpha)) - 1
        raise ParameterError(
            f"With n_replicates = {count} the least p is {least:.3g}, above alpha = {alpha:g}: nothing could ever be "
            f"rejected. Use n_replicates = {enough} or more."
        )
    source, fitting = _prepared(X, covariance_type, reg_covar, n_init, sample_weight)
    stream, tests = np.random.default_rng(rng), []
    for number in range(1, most):
        try:
            tests.append(_test(source, fitting, number, count, stream, progress))
        except TooFewRowsError:
            if not tests:
                raise
            break
        if tests[-1].p_value > alpha:
            break
    return LikelihoodRatioSequence(tuple(tests), float(alpha))


def _prepared(
    X: Any, covariance_type: str, reg_covar: float | None, n_init: int, sample_weight: ArrayLike | None
) -> tuple[ArraySource, _Fitting]:
    settings = GaussianMixture(covariance_type=covariance_type, reg_covar=reg_covar, n_init=n_init)
    settings._require_valid_parameters()
    rows = checked_rows(settings, X, reset=True, min_rows=2)
    source = ArraySource(rows, row_weights(sample_weight, len(rows)))
    return source, _Fitting(find_family(covariance_type), reg_covar, n_init)


def _test(
    source: ArraySource,
    fitting: _Fitting,
    n_components: int,
    n_replicates: int,
    rng: np.random.Generator,
    progress: Progress | None,
) -> LikelihoodRatioTest:
    refuse_too_few(source, n_components + 1)
    own, *children = generators(rng, n_replicates + 1)
    statistic, null, alternative = fitting.tested(source, n_components, own)
    n_rows = max(1, round(source.total_weight))
    values = []
    for number, child in enumerate(children, 1):
        drawn = ArraySource(null.sample(n_rows, rng=child))
        try:
            values.append(fitting.tested(drawn, n_components, child)[0])
        except MogulError as error:
            error.add_note(f"This happened with sample {number}, drawn from the fit with {n_components} components.")
            raise
        if progress is not None:
            progress(number, n_replicates)
    return LikelihoodRatioTest(n_components, statistic, sealed(np.array(values)), null, alternative)
