"""Fits to many samples, each begun at one mixture: those that a kernel can make go up in one call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.engine import End, StopRule
from mogul.errors import DegenerateComponentError, NotPositiveDefiniteError
from mogul.expectation import climb
from mogul.family import AbstractFamily
from mogul.fitting import fit_mixture, is_small
from mogul.mixture import Mixture, Stack
from mogul.source import ArraySource

TOLERANCE = 1e-4
"""Nats that a replicate may still gain: by less than a hundredth of a standard error is it off."""

AT_ONCE = 16
"""Rounds after which it is asked which fits are done."""

MOST_ROUNDS = 160
"""Rounds that a kernel makes: fits that are not done by then go on with extrapolation."""

MOST_ITERATIONS = 2000

BATCH = 4e6
"""Operations of a pass over the samples that are fitted together, N K (D + 2)^2 in all."""


@final
@dataclass(frozen=True, eq=False)
class Samples:
    """Return several samples, one after the other: number c is rows ``offsets[c]`` to ``offsets[c + 1]``."""

    rows: Array
    row_weights: FloatArray
    offsets: Array

    @classmethod
    def of(cls, samples: list[ArraySource]) -> Self:
        """Return the samples of these sources."""
        weights = [np.ones(each.n_rows) if each.row_weights is None else each.row_weights for each in samples]
        offsets = np.concatenate([[0], np.cumsum([each.n_rows for each in samples])])
        return cls(np.concatenate([each.rows for each in samples]), np.concatenate(weights), offsets)

    def selected(self, numbers: Array) -> Self:
        """Return some of the samples."""
        if len(numbers) == len(self.offsets) - 1:
            return self
        sizes = np.diff(self.offsets)[numbers]
        which = np.concatenate([np.arange(self.offsets[n], self.offsets[n + 1]) for n in numbers.tolist()])
        return type(self)(self.rows[which], self.row_weights[which], np.concatenate([[0], np.cumsum(sizes)]))

    def total_weights(self) -> FloatArray:
        """Return the sum of the row weights of each sample."""
        return np.add.reduceat(self.row_weights, self.offsets[:-1])


@final
@dataclass(frozen=True, eq=False)
class Refit:
    """Return where a fit to a sample led, and its log-likelihood in nats."""

    mixture: Mixture
    log_likelihood: float


def batch_size(source: ArraySource, n_components: int) -> int:
    """Return how many samples of the size of a source are fitted together."""
    return max(1, int(BATCH / (source.n_rows * n_components * (source.n_features + 2.0) ** 2)))


def refitted(samples: list[ArraySource], starts: list[Mixture], family: AbstractFamily) -> list[Refit | None]:
    """Return the fit to each sample from its start; None where a component lost its rows or its covariance.

    What becomes of a sample depends on it and its start alone, not on the others.
    """
    stop = StopRule(MOST_ITERATIONS, tolerance=TOLERANCE)
    results: list[Refit | None] = [None] * len(samples)
    begun = _by_kernel(samples, starts, family, stop, results)
    for number, start in begun.items():
        results[number] = _alone(samples[number], start, family, stop)
    return results


def _alone(sample: ArraySource, start: Mixture, family: AbstractFamily, stop: StopRule) -> Refit | None:
    """Return the fit to one sample, extrapolated where EM is slow."""
    averaging = family.averaging
    floor = None if averaging is None else averaging.floor

    def is_allowed(mixture: Mixture) -> bool:
        return floor is None or family.moments.clear(mixture.covariances.array, floor)

    try:
        fit = fit_mixture(sample, family, start, stop, is_allowed=is_allowed)
    except (DegenerateComponentError, NotPositiveDefiniteError):
        return None
    if fit.record.end is End.STUCK:
        return None
    return Refit(fit.mixture, fit.log_likelihood(sample.total_weight, 0) - family.log_prior(fit.mixture))


def _by_kernel(
    samples: list[ArraySource],
    starts: list[Mixture],
    family: AbstractFamily,
    stop: StopRule,
    results: list[Refit | None],
) -> dict[int, Mixture]:
    """Fill in results of the fits that a kernel can make, and return from where the others are to go on."""
    averaging, moments = family.averaging, family.moments
    first = samples[0]
    others = dict(enumerate(starts))
    largest = max(sample.n_rows for sample in samples)
    if averaging is None or not is_small(largest, starts[0].n_components, first.n_features):
        return others
    going = np.array([n for n, start in others.items() if type(start.covariances) is averaging.form], dtype=np.intp)
    if not len(going):
        return others
    floors = None if averaging.floor is None else moments.floor_of(averaging.floor)[None]
    every = Samples.of(samples)
    totals = every.total_weights()
    stack = Stack.of([starts[number] for number in going.tolist()])
    histories: list[list[float]] = [[] for _ in samples]
    for _ in range(0, MOST_ROUNDS, AT_ONCE):
        given = every.selected(going)
        rounds = np.full(len(going), AT_ONCE)
        reached = climb(
            stack,
            given.rows,
            given.row_weights,
            moments,
            rounds,
            floors=floors,
            widening=averaging.widening,
            offsets=given.offsets,
        )
        traces = reached.traces_in_unit(0, totals[going][:, None])
        goes_on = reached.complete.copy()
        for place, number in enumerate(going.tolist()):
            if not goes_on[place]:
                continue  # a fit that meets the floor or loses a component is made with care
            history = histories[number]
            history += traces[place, 1 if history else 0 :].tolist()
            others[number] = reached.mixtures.mixture(place)
            if stop.is_met(history):
                results[number] = Refit(others.pop(number), history[-1])
                goes_on[place] = False
        going, stack = going[goes_on], reached.mixtures.selected(np.flatnonzero(goes_on))
        if not len(going):
            break
    return others
