"""Small groups of rows, fitted together: every call of a kernel serves all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, final

import numpy as np

from mogul._kernels import Array, BoolArray, FloatArray, core, thread_count
from mogul._numerics import LOG_2
from mogul.engine import StopRule
from mogul.expectation import Climb, climb, partitioned
from mogul.family import AbstractFamily, find_family
from mogul.mixture import Mixture, Stack

if TYPE_CHECKING:
    from mogul.estimators.gaussian_mixture import GaussianMixture

AT_ONCE = 8
"""Rounds after which it is asked which groups are done."""

SHORT = 10
"""Rounds after which the best of several starts is chosen."""

LLOYD = 30
"""How many rounds of Lloyd's algorithm a start takes at most."""


@final
@dataclass(frozen=True, eq=False)
class Reached:
    """Return where each of G groups has come to."""

    mixtures: Stack
    log_likelihoods: FloatArray
    """Means a row, (G,)."""
    n_iterations: Array
    converged: BoolArray
    fine: BoolArray
    """False for a group that must be fitted with more care, alone: nothing is known of it yet."""

    def replaced(self, number: int, mixture: Mixture, log_likelihood: float, n_rounds: int, converged: bool) -> Self:
        """Return the same with one group's result from elsewhere."""
        log_likelihoods, n_iterations = self.log_likelihoods.copy(), self.n_iterations.copy()
        all_converged, mixtures = self.converged.copy(), self.mixtures.replaced([number], Stack.of([mixture]))
        log_likelihoods[number], n_iterations[number], all_converged[number] = log_likelihood, n_rounds, converged
        return type(self)(mixtures, log_likelihoods, n_iterations, all_converged, self.fine)


@final
@dataclass(frozen=True, eq=False)
class Slab:
    """Return rows that lie group by group; group g is rows ``offsets[g]`` to ``offsets[g + 1]``."""

    rows: Array
    weights: FloatArray
    offsets: Array
    labels: Array | None
    """A component for each row to begin with."""
    first: int = 0
    """The number of the first group among all."""

    def part(self, first: int, last: int) -> Self:
        """Return the groups from `first` to before `last`."""
        rows = slice(self.offsets[first], self.offsets[last])
        labels = None if self.labels is None else self.labels[rows]
        offsets = self.offsets[first : last + 1] - self.offsets[first]
        return type(self)(self.rows[rows], self.weights[rows], offsets, labels, first)

    def rows_of(self, number: int) -> slice:
        """Return which rows are those of a group."""
        return slice(self.offsets[number], self.offsets[number + 1])

    def fitted(self, settings: GaussianMixture, random_state: int | None) -> Reached:
        """Return how far rounds of EM take each group. `fine` says for which that is all there is to do."""
        return _Fit(self, settings, find_family(settings.covariance_type)).made(random_state)


class _Fit:
    """The fit of a slab."""

    def __init__(self, slab: Slab, settings: GaussianMixture, family: AbstractFamily) -> None:
        self._slab, self._settings, self._family = slab, settings, family
        begin, sizes = slab.offsets[:-1], np.diff(slab.offsets)
        self._totals = np.add.reduceat(slab.weights, begin)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore", under="ignore"):
            # About a row of the group: a constant column has a variance of exactly zero.
            away = slab.rows - np.repeat(slab.rows[begin].astype(np.float64), sizes, axis=0)
            away -= np.repeat(self._means_of(away), sizes, axis=0)
            variances = self._means_of(away**2)
            points = away / np.repeat(np.sqrt(variances), sizes, axis=0)
        self._points = np.where(np.isfinite(points), points, 0.0)
        self._fine: BoolArray = np.all(np.isfinite(variances) & (variances > 0), axis=1)
        self._floors = family.moments.floors_above(np.where(self._fine[:, None], variances, 1.0))

    def _means_of(self, values: FloatArray) -> FloatArray:
        sums = np.add.reduceat(self._slab.weights[:, None] * values, self._slab.offsets[:-1])
        result: FloatArray = sums / self._totals[:, None]
        return result

    def made(self, random_state: int | None) -> Reached:
        mixtures = self._started(random_state)
        histories: list[list[float]] = [[] for _ in self._totals]
        rules = [self._settings._stop_rule(total) for total in self._totals.tolist()]
        left = np.where(self._fine, self._settings.max_iter, -1)
        done, converged = np.zeros(len(left), dtype=np.int64), np.zeros(len(left), dtype=bool)
        exponents = None
        while (going := np.flatnonzero(left >= 0)).size:
            rounds = np.minimum(left[going], AT_ONCE)
            reached = self._climbed(mixtures, going, rounds)
            exponents = np.zeros(len(left), dtype=np.int64) if exponents is None else exponents
            fresh = np.array([not histories[number] for number in going])
            exponents[going[fresh]] = reached.exponents[fresh, 0]
            values = reached.traces_in_unit(exponents[going][:, None], self._totals[going][:, None])
            kept = np.empty_like(rounds)
            for place, (number, trace) in enumerate(zip(going.tolist(), values.tolist(), strict=True)):
                end = _judged(histories[number], trace[: rounds[place] + 1], rules[number])
                kept[place], n_seen, converged[number], self._fine[number] = end
                done[number] += n_seen
            whole = kept == reached.n_rounds
            mixtures = mixtures.replaced(going[whole], reached.mixtures.selected(np.flatnonzero(whole)))
            if not whole.all():
                again = self._climbed(mixtures, going[~whole], kept[~whole])
                mixtures = mixtures.replaced(going[~whole], again.mixtures)
            left[going] -= kept
            left[converged | ~self._fine | (left == 0)] = -1
        likelihoods = np.full(len(left), np.nan)
        if (fine := np.flatnonzero(self._fine)).size:
            final = self._climbed(mixtures, fine, np.zeros(len(fine), dtype=np.int64))
            likelihoods[fine] = final.traces[:, 0] / self._totals[fine] + final.exponents[:, 0] * LOG_2
        return Reached(mixtures, likelihoods, done, converged, self._fine)

    def _climbed(self, mixtures: Stack, numbers: Array, rounds: Array) -> Climb:
        """Return where rounds lead some of the groups."""
        slab, sizes = self._slab, np.diff(self._slab.offsets)[numbers]
        rows, weights = slab.rows, slab.weights
        offsets = slab.offsets
        if len(numbers) < len(self._totals):
            which = np.concatenate([np.arange(offsets[n], offsets[n + 1]) for n in numbers.tolist()])
            rows, weights, offsets = rows[which], weights[which], np.concatenate([[0], np.cumsum(sizes)])
        given = mixtures.selected(numbers), rows, weights, self._family.moments, rounds
        return climb(*given, floors=self._floors[numbers], offsets=offsets)

    def _started(self, random_state: int | None) -> Stack:
        """Return the first mixture of each group."""
        if self._slab.labels is not None:
            mixtures, made = self._mixtures_of(self._slab.labels[None], np.zeros(1))
            self._fine &= made
            return mixtures
        best, merits = None, np.full(len(self._totals), -np.inf)
        for number, labels in enumerate(self._proposals(random_state)):
            n_features = self._slab.rows.shape[1]
            worth = (n_features + 1) * self._totals / np.diff(self._slab.offsets)
            mixtures, made = self._mixtures_of(labels, worth)
            places = np.flatnonzero(made & self._fine)
            short = self._climbed(mixtures, places, np.full(len(places), SHORT))
            merit = np.full(len(merits), -np.inf)
            reached = short.traces_in_unit(0, self._totals[places][:, None])[:, -1]
            merit[places] = np.where(short.complete, reached, -np.inf)
            better = np.flatnonzero(merit > merits) if number else np.arange(len(merits))
            best = mixtures if best is None else best.replaced(better, mixtures.selected(better))
            merits[better] = merit[better]
        self._fine &= np.isfinite(merits)
        if best is None:
            raise ValueError("no start was proposed")
        return best

    def _proposals(self, random_state: int | None) -> list[Array]:
        """Return labels (1, N), several times. All groups see the same random numbers: none depends on the others."""
        n_components, n_groups = self._settings.n_components, len(self._totals)
        if n_components == 1:
            return [np.zeros((1, len(self._points)), dtype=np.int64)]
        n_trials = 2 + int(math.log(n_components))
        uniform = np.random.default_rng(random_state).random((self._settings.n_init, 1 + (n_components - 1) * n_trials))
        return [
            core.kmeans(
                self._points,
                self._slab.weights,
                n_components,
                np.tile(numbers, (n_groups, 1)),
                np.full(n_groups, (LLOYD, 1)[number % 2]),
                self._slab.offsets,
                n_threads=thread_count(),
            )
            for number, numbers in enumerate(uniform)
        ]

    def _mixtures_of(self, labels: Array, rows_worth: FloatArray) -> tuple[Stack, BoolArray]:
        averaging = self._family.averaging
        if averaging is None:
            raise ValueError("the family has no kernel")
        given = averaging.form, self._slab.rows, self._slab.weights, labels, self._settings.n_components
        return partitioned(*given, self._family.moments, rows_worth, floors=self._floors, offsets=self._slab.offsets)


def _judged(history: list[float], trace: list[float], rule: StopRule) -> tuple[int, int, bool, bool]:
    """Return (rounds to keep, rounds that count, converged, fine) of a trace that goes on with the history."""
    if not history:
        if math.isnan(trace[0]):
            return 0, 0, False, False
        history.append(trace[0])
    for n_rounds, value in enumerate(trace[1:], 1):
        if math.isnan(value):
            return n_rounds - 1, n_rounds - 1, False, False
        if rule.monotone and value < history[-1]:
            return n_rounds - 1, n_rounds, True, True
        history.append(value)
        if rule.is_met(history):
            return n_rounds, n_rounds, True, True
    return len(trace) - 1, len(trace) - 1, False, True
