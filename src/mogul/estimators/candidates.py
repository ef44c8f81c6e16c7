"""Candidates for the density of a class, and the best of them by BIC."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.engine import StopRule
from mogul.errors import (
    ConstantColumnWarning,
    DegenerateWarning,
    DistinctRowsWarning,
    MogulError,
    MogulWarning,
    ParameterError,
    PrecisionWarning,
    RankWarning,
)
from mogul.estimators.inputs import refuse_too_few
from mogul.family import UNIVARIATE, find_family
from mogul.mixture import Mixture
from mogul.source import ArraySource
from mogul.start import statistics_of_labels
from mogul.training import Beginning, DataReport, Training, proposed_start, train

OF_ALL_ROWS = (ConstantColumnWarning, PrecisionWarning, RankWarning)
"""Warnings about the data, whatever the class."""


@final
@dataclass(frozen=True, eq=False)
class Settings:
    """Return which numbers of components and which families are tried, and the other settings of a fit."""

    numbers: Sequence[int]
    names: Sequence[str]
    stop_rule: Callable[[float], StopRule]
    """When to stop, given the total weight of the rows."""
    reg_covar: float | None
    n_init: int
    seed: int

    def check_columns(self, n_features: int) -> None:
        """Complain about a family for one column, of more columns."""
        wrong = [name for name in self.names if name in UNIVARIATE]
        if wrong and n_features > 1:
            raise ParameterError(
                f"covariance_type {wrong[0]!r} is for one column, but X has {n_features}. "
                f"Use {UNIVARIATE[wrong[0]]!r} for spheres, or another family."
            )


@final
@dataclass(frozen=True, eq=False)
class Trial:
    """Return the density of a class, and what it took to get it."""

    mixture: Mixture
    covariance_type: str
    log_likelihood: float
    n_parameters: float
    """Of a family that classes share, its part."""
    total: float
    n_iterations: int = 1
    warnings: tuple[MogulWarning, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether no component sits on the floor, or is a copy of another."""
        return not any(isinstance(each, DegenerateWarning | DistinctRowsWarning) for each in self.warnings)

    @property
    def bic(self) -> float:
        """Less is better."""
        return -2 * self.log_likelihood + self.n_parameters * math.log(self.total)


def best(trials: Sequence[Trial]) -> Trial:
    """Return the trial of least BIC, of those that are sound if there are any."""
    return min(trials, key=lambda trial: (not trial.is_sound, trial.bic))


def trial_of_class(rows: Array, weights: FloatArray, name: Any, report: DataReport, settings: Settings) -> Trial:
    """Return the best mixture of the rows of one class; the report is that of the rows of all.

    So is the floor: a class may have a single row, or a column that does not vary in it.
    """
    trials, failure = [], None
    source = ArraySource(rows, weights)
    for number, family in product(settings.numbers, settings.names):
        try:
            refuse_too_few(source, number)
            trials.append(_fitted(source, number, family, name, report, settings))
        except MogulError as error:
            failure = failure or error
    if trials:
        return best(trials)
    if failure is None:
        raise ValueError("there is no candidate")
    failure.add_note(f"This happened in class {name!r}, which has {len(rows)} rows.")
    raise failure


def _fitted(
    source: ArraySource, number: int, name: str, of_class: Any, report: DataReport, settings: Settings
) -> Trial:
    family, total = find_family(name), source.total_weight
    training = Training(source, report, family, number, settings.stop_rule(total), settings.reg_covar)
    children = np.random.SeedSequence(settings.seed).spawn(settings.n_init)
    trained = train(training, [partial(_start, training, child) for child in children])
    record, n_features = trained.fit.record, source.n_features
    told = [type(each)(f"Class {of_class!r}: {each}") for each in trained.warnings if not isinstance(each, OF_ALL_ROWS)]
    free = family.n_parameters(number, n_features) + number * n_features + number - 1
    log_likelihood = trained.fit.log_likelihood(total, 0)
    return Trial(record.model, name, log_likelihood, free, total, record.n_iterations, tuple(told))


def _start(training: Training, child: np.random.SeedSequence) -> Beginning:
    return proposed_start(training, "kmeans", np.random.default_rng(child))


def shared_trials(
    rows: Array, weights: FloatArray, codes: Array, names: list[Any], report: DataReport, settings: Settings
) -> list[Trial]:
    """Return a Gaussian for each class, their covariances under the one family of least BIC."""
    candidates, failure = [], None
    for family in settings.names:
        try:
            candidates.append(_at_labels(rows, weights, codes, names, family, report, settings))
        except MogulError as error:
            failure = failure or error
    if candidates:
        chosen = best([whole for whole, _ in candidates])
        return next(classes for whole, classes in candidates if whole is chosen)
    if failure is None:
        raise ValueError("there is no candidate")
    raise failure


def _at_labels(
    rows: Array,
    weights: FloatArray,
    codes: Array,
    names: list[Any],
    name: str,
    report: DataReport,
    settings: Settings,
) -> tuple[Trial, list[Trial]]:
    """Return (all, classes): the M-step of a family at the labels, as one trial and as one for each class."""
    family, n_classes, total = find_family(name), len(names), float(weights.sum())
    stop = settings.stop_rule(total)
    training = Training(ArraySource(rows, weights), report, family, n_classes, stop, settings.reg_covar)
    mixture = training.held.mixture(statistics_of_labels(rows, weights, codes, n_classes, family.moments))
    told = [_on_floor(names[c]) for c in training.at_floor(mixture).tolist() if c < n_classes]
    n_parameters = family.n_parameters(n_classes, rows.shape[1]) + mixture.means.size
    each = []
    for c in range(n_classes):
        own = mixture.selected([c])
        value = float(weights[codes == c] @ own.logpdf(rows[codes == c]))
        each.append(Trial(own, name, value, n_parameters / n_classes, total, 1, tuple(told if c == 0 else ())))
    log_likelihood = sum(trial.log_likelihood for trial in each)
    return Trial(mixture, name, log_likelihood, n_parameters, total, 1, tuple(told)), each


def _on_floor(name: Any) -> MogulWarning:
    return DegenerateWarning(
        f"Class {name!r} sits at the variance floor: its rows span too little. Use a family with fewer parameters, "
        "e.g. 'tied' or 'diag'."
    )
