"""Every family and every K from shared starts, along K by splits and merges."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul.engine import StopRule
from mogul.family import AbstractFamily
from mogul.mixture import Mixture
from mogul.selection.contest import Outcome, contest
from mogul.selection.partitions import Partitions, canonical
from mogul.source import ArraySource
from mogul.training import DataReport, Training

ENDS = 2
"""How many of a family's own starts are followed to the end."""

Key = tuple[str, int]
"""The name of a family, and K."""


@final
@dataclass(frozen=True)
class Progress:
    """What a search tells after each step.

    Parameters
    ----------
    done, total : int
        How many of how many steps.
    family : str
    n_components : int
        What was looked at.
    log_likelihood : float or None
        Of the best fit so far, in nats.
    elapsed : float
        Seconds since the search began.
    """

    done: int
    total: int
    family: str
    n_components: int
    log_likelihood: float | None
    elapsed: float
    is_last_of_row: bool = False
    """Whether all families were looked at for this K, for now."""

    def __str__(self) -> str:
        found = "nothing yet" if self.log_likelihood is None else f"log-likelihood {self.log_likelihood:.3f}"
        where = f"{self.family}, {self.n_components}"
        return f"{self.done} of {self.total}, {self.elapsed:.1f} s: {where}: {found}"


@final
@dataclass(frozen=True, eq=False)
class Search:
    """What is to be searched, and how hard.

    Each family and K begins from partitions that all families share (`seeded`), and from the best mixture of one
    component less with a component split. Then every family tries the partitions at which the others arrived. On the
    way back, from the most components to the fewest, the best mixture of one component more tries with two of its
    components merged. A new fit takes the place of an old one only where it is better, so each step can only raise
    the likelihoods.
    """

    source: ArraySource
    report: DataReport
    families: Mapping[str, AbstractFamily]
    components: tuple[int, ...]
    stop: StopRule
    n_starts: int
    """How many shared partitions of each kind and K are tried."""
    seed: int
    is_thorough: bool = True
    """Whether splits, merges and the other families are looked at, or the shared starts alone."""
    time_limit: float | None = None
    progress: Callable[[Progress], None] | None = None

    def run(self) -> dict[Key, Outcome]:
        """Return what came of each family and K."""
        return _Course(self).run()

    def training(self, key: Key) -> Training:
        """Return what all fits of one family and K have in common."""
        name, n_components = key
        return Training(self.source, self.report, self.families[name], n_components, self.stop, None)


@final
class _Course:
    """One run of a search: what it has found, and how far it has got."""

    def __init__(self, search: Search) -> None:
        self._search = search
        self._began = time.monotonic()
        self._ascending = sorted(search.components)
        self._outcomes: dict[Key, Outcome] = {}
        self._has_found = False
        self._trainings = {key: search.training(key) for key in product(search.families, self._ascending)}
        n_sweeps = 3 * len(self._ascending) - 1 if search.is_thorough else len(self._ascending)
        self._done, self._total = 0, n_sweeps * len(search.families)
        n_rows = max(training.sample_size for training in self._trainings.values())
        rng = np.random.default_rng([search.seed, 0])
        self._partitions = Partitions.of(search.source, search.report.spread, n_rows, rng)

    def run(self) -> dict[Key, Outcome]:
        search = self._search
        for n_components in self._ascending:
            self._begin(n_components)
            if search.is_thorough:
                self._exchange(n_components)
        for n_components in reversed(self._ascending[:-1] if search.is_thorough else []):
            self._merge(n_components)
        return self._outcomes

    def _begin(self, n_components: int) -> None:
        seeded = self._seeded(n_components)
        for name in self._search.families:
            fewer = self._best((name, n_components - 1)) if self._search.is_thorough else None
            splits = [] if fewer is None else [self._partitions.splits(fewer)]
            self._step((name, n_components), canonical(np.concatenate([seeded, *splits])), ENDS)

    def _seeded(self, n_components: int) -> Array:
        n_distinct = self._partitions.sample.n_distinct
        if n_components == 1 or n_components > n_distinct:
            return np.zeros((int(n_components == 1), n_distinct), dtype=np.int64)
        rng = np.random.default_rng([self._search.seed, n_components])
        partitions = self._partitions
        if not self._search.is_thorough and partitions.hierarchies:
            return partitions.of_hierarchies(n_components)
        return partitions.seeded(n_components, rng, self._search.n_starts)

    def _exchange(self, n_components: int) -> None:
        reached = {name: self._best((name, n_components)) for name in self._search.families}
        for name in self._search.families:
            others = [mixture for other, mixture in reached.items() if other != name and mixture is not None]
            given = others if n_components > 1 else []
            self._step((name, n_components), self._partitions.of_mixtures(given), 1)

    def _merge(self, n_components: int) -> None:
        for name in self._search.families:
            # There is one way only to have one component.
            more = self._best((name, n_components + 1)) if n_components > 1 else None
            none = self._partitions.of_mixtures([])
            self._step((name, n_components), none if more is None else self._partitions.merges(more), 1)

    def _best(self, key: Key) -> Mixture | None:
        best = self._outcomes[key].best if key in self._outcomes else None
        return None if best is None else best.mixture

    def _step(self, key: Key, labelings: Array, n_ends: int) -> None:
        search, (name, n_components) = self._search, key
        before = self._outcomes.get(key, Outcome())
        n_distinct, elapsed = self._partitions.sample.n_distinct, time.monotonic() - self._began
        if n_components > n_distinct:
            outcome = Outcome(reason=f"there are only {n_distinct} distinct rows")
        elif search.time_limit is not None and elapsed > search.time_limit and self._has_found:
            outcome = Outcome(reason=f"the time limit of {search.time_limit:g} s was reached before it")
        else:
            outcome = contest(self._trainings[key], self._partitions.sample, labelings, n_ends)
        self._outcomes[key] = after = before.joined(outcome)
        self._has_found = self._has_found or after.best is not None
        self._done += 1
        if search.progress is not None:
            found = None if after.best is None else after.best.log_likelihood
            elapsed, is_last = time.monotonic() - self._began, name == list(search.families)[-1]
            search.progress(Progress(self._done, self._total, name, n_components, found, elapsed, is_last))
