"""A fit by truncated passes, finished by exact ones where asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mogul.engine import End, FitRecord, Memory, StopRule
from mogul.family import AbstractFamily
from mogul.fitting import Fit, Revive, Watch, fit_mixture
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.truncated.expectation import TruncatedExpectation
from mogul.truncated.settings import Truncation


def fit_truncated(
    source: ArraySource,
    family: AbstractFamily,
    start: Mixture,
    stop: StopRule,
    truncation: Truncation,
    *,
    revive: Revive | None = None,
    watch: Watch | None = None,
) -> Fit:
    """Return the mixture that EM with a truncated E-step reaches from `start`, polished by exact iterations if asked.

    Parameters
    ----------
    source, family, start, stop, revive, watch
        See `fit_mixture`. The exact iterations count among `stop.max_iterations`.
    truncation : Truncation

    Returns
    -------
    Fit
        Its trace holds free energies, lower bounds of the log-likelihood, up to the last truncated iteration but one;
        from the model of that iteration on, log-likelihoods. Where no exact iterations are asked for, no exact pass
        is made: all are free energies. It never falls. Components keep their numbers, but are worked on in canonical
        order.
    """
    order = start.order
    given = np.argsort(order)

    def watch_given(mixture: Mixture, trace: list[float]) -> bool:
        return watch is not None and watch(mixture.permuted(given), trace)

    watching = None if watch is None else watch_given
    fit = _fit(source, family, start.permuted(order), stop, truncation, revive, watching)
    return replace(fit, record=replace(fit.record, model=fit.mixture.permuted(given)))


def _fit(
    source: ArraySource,
    family: AbstractFamily,
    start: Mixture,
    stop: StopRule,
    truncation: Truncation,
    revive: Revive | None,
    watch: Watch | None,
) -> Fit:
    n_exact = min(truncation.n_exact, stop.max_iterations)
    rule = replace(stop, max_iterations=stop.max_iterations - n_exact)
    bounded = Fit(FitRecord(start, (), End.MAX_ITERATIONS, 0, Memory()), start.exponent)
    if rule.max_iterations > 0 or not truncation.ends_exact:
        total = TruncatedExpectation(source, family.moments, truncation)
        bounded = fit_mixture(source, family, start, rule, revive=revive, watch=watch, total=total)
    if not truncation.ends_exact:
        return bounded
    first = bounded.record
    goes_on = first.end in (End.CONVERGED, End.MAX_ITERATIONS)
    polish = replace(stop, max_iterations=n_exact if goes_on else 0)
    # Nothing is left for float32 to do: its rounding hides what is still gained.
    exact = fit_mixture(
        source, family, first.model, polish, revive=revive, watch=watch, exponent=bounded.exponent, in_float32=False
    ).record
    record = replace(
        exact,
        # The log-likelihood of the last bounded model takes the place of its bound.
        trace=first.trace[:-1] + exact.trace,
        end=first.end if exact.end is End.MAX_ITERATIONS else exact.end,
        n_iterations=first.n_iterations + exact.n_iterations,
    )
    return Fit(record, bounded.exponent)
