"""From a search to its table: what each candidate is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.selection.contest import Outcome
from mogul.selection.criteria import Criteria, entropy
from mogul.selection.search import Key, Search
from mogul.selection.selection import Candidate, Selection, checked_criterion
from mogul.source import ArraySource
from mogul.training import Training, examined


@final
@dataclass(frozen=True, eq=False)
class Folds:
    """Return how rows are parted for cross-validation: into parts of nearly equal size, at random."""

    n_folds: int
    seed: int

    def of(self, n_rows: int) -> list[Array]:
        """Return the numbers of the rows of each part."""
        order = np.random.default_rng([self.seed, 1]).permutation(n_rows)
        return [np.sort(part) for part in np.array_split(order, self.n_folds)]


def selected(search: Search, criterion: str, folds: Folds | None = None) -> Selection:
    """Return the candidates of a search, ranked by a criterion; with `folds`, cross-validated too."""
    checked_criterion(criterion)
    source = search.source
    outcomes = search.run()
    candidates = [_candidate(key[0], search.training(key), outcome) for key, outcome in outcomes.items()]
    if folds is not None:
        values = cross_validated(search, folds)
        candidates = [_with_cv(each, values[each.family, each.n_components]) for each in candidates]
    return Selection(tuple(candidates), criterion, source.total_weight)


def _candidate(name: str, training: Training, outcome: Outcome) -> Candidate:
    source = training.source
    price = training.family.n_free(training.n_components, source.n_features)
    blank = Candidate(name, training.n_components, price, n_starts=outcome.n_starts, reason=outcome.reason)
    best = outcome.best
    if best is None:
        return blank
    n_agreed = outcome.n_agreed(source.total_weight)
    found = replace(
        blank,
        log_likelihood=best.log_likelihood,
        converged=best.converged,
        on_floor=tuple(training.at_floor(best.mixture).tolist()),
        n_agreed=n_agreed,
        mixture=best.mixture,
    )
    if found.on_floor or not best.is_sound:
        numbers = ", ".join(map(str, found.on_floor))
        return replace(found, reason=f"component {numbers} sits at the variance floor: the likelihood has no bound")
    unsure = entropy(best.mixture, source.rows, source.row_weights)
    criteria = Criteria(best.log_likelihood, price, source.total_weight, unsure)
    found = replace(found, bic=criteria.bic, aic=criteria.aic, icl=criteria.icl)
    return found if found.converged else replace(found, reason="EM had not converged at the limit of iterations")


def _with_cv(candidate: Candidate, value: float | str) -> Candidate:
    if isinstance(value, str):
        return replace(candidate, reason=candidate.reason or value)
    return replace(candidate, cv=None if candidate.on_floor else value)


def cross_validated(search: Search, folds: Folds) -> Mapping[Key, float | str]:
    """Return -2 log-likelihood of rows that were left out of the search, of each candidate; or why there is none.

    Each part of the rows is left out in turn, and the whole search made again without it.
    """
    source = search.source
    sums: dict[Key, float] = {}
    reasons: dict[Key, str] = {}
    for number, part in enumerate(folds.of(source.n_rows)):
        kept = np.setdiff1d(np.arange(source.n_rows), part)
        rest = ArraySource(np.ascontiguousarray(source.rows[kept]), _of(source, kept))
        report = examined(rest, correlations=search.report.spread.axes is not None)
        for key, outcome in replace(search, source=rest, report=report).run().items():
            best = outcome.best
            if best is None or not best.is_sound:
                what = outcome.reason or "a component sits at the variance floor"
                reasons.setdefault(key, f"without part {number + 1} of {folds.n_folds}, {what}")
                continue
            logs, weights = best.mixture.logpdf(source.rows[part]), _of(source, part)
            sums[key] = sums.get(key, 0.0) - 2 * float(logs.sum() if weights is None else logs @ weights)
    return {**sums, **reasons}


def _of(source: ArraySource, numbers: Array) -> FloatArray | None:
    return None if source.row_weights is None else source.row_weights[numbers]
