"""Where to draw the line, so that a stated share of new rows from the same source lies beyond it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.errors import MogulWarning

N_FOLDS = 5
MakeModel = Callable[[], Any]
"""Makes an estimator that was not fitted yet."""


@final
@dataclass(frozen=True, eq=False)
class Calibrated:
    """A fitted model and the log-density below which a row raises an alarm."""

    model: Any
    offset: float
    scores: FloatArray | None
    """Log-densities of rows that the model did not see, ascending; None if the model's own law was asked."""


def by_cross_calibration(make: MakeModel, rows: Array, rate: float, rng: np.random.Generator) -> Calibrated:
    """Return the model of all rows, and the line from rows each scored by a model of the other four fifths.

    References
    ----------
    Vovk (2015), Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74, 9-28.
    """
    model = make().fit(rows)
    if len(rows) < 4 * N_FOLDS * model.n_components:
        return _by_law(model, rate)
    folds = np.array_split(rng.permutation(len(rows)), N_FOLDS)
    scores = []
    for fold in folds:
        others = _fitted_quietly(make, np.delete(rows, fold, axis=0))
        scores.append(others.mixture_.logpdf(rows[fold]))
    return _at_the_conformal_line(model, np.sort(np.concatenate(scores)), rate)


def by_split(make: MakeModel, rows: Array, rate: float, rng: np.random.Generator) -> Calibrated:
    """Return the model of one half of the rows, and the line from the other half.

    References
    ----------
    Bates, Candes, Lei, Romano and Sesia (2023), Testing for outliers with conformal p-values, Annals of Statistics 51,
    149-178, eq. 1.
    """
    order = rng.permutation(len(rows))
    half = (len(rows) + 1) // 2
    # In the order of the table: a fit does not depend on it but for rounding, and memory is read in one direction.
    model = make().fit(rows[np.sort(order[:half])])
    return _at_the_conformal_line(model, np.sort(model.mixture_.logpdf(rows[order[half:]])), rate)


def by_own_law(make: MakeModel, rows: Array, rate: float, rng: np.random.Generator) -> Calibrated:
    """Return the model of all rows, and the line beyond which it expects that share of its own draws."""
    return _by_law(make().fit(rows), rate)


def by_contamination(make: MakeModel, rows: Array, share: float) -> Calibrated:
    """Return the model of all rows, and the line beyond which the given share of these very rows lies."""
    model = make().fit(rows)
    return Calibrated(model, float(np.percentile(model.mixture_.logpdf(rows), 100 * share)), None)


CALIBRATIONS: dict[str, Callable[[MakeModel, Array, float, np.random.Generator], Calibrated]] = {
    "cross": by_cross_calibration,
    "split": by_split,
    "model": by_own_law,
}


def conformal_p_values(calibration: FloatArray, scores: FloatArray) -> FloatArray:
    """Return ``(1 + #{calibration <= score}) / (n + 1)``; the calibration scores ascend."""
    result: FloatArray = (1 + np.searchsorted(calibration, scores, side="right")) / (len(calibration) + 1)
    return result


def _at_the_conformal_line(model: Any, scores: FloatArray, rate: float) -> Calibrated:
    """Return the line of which the conformal p-value is the rate, or, if scores are too few, below all of them."""
    rank = math.floor(rate * (len(scores) + 1) * (1 + 1e-12))
    if rank >= 1:
        return Calibrated(model, float(scores[rank - 1]), scores)
    # No score tells so small a rate: the model's law has to, but nothing above what was seen raises an alarm.
    return Calibrated(model, min(_law_level(model, rate), float(scores[0])), scores)


def _by_law(model: Any, rate: float) -> Calibrated:
    return Calibrated(model, _law_level(model, rate), None)


def _law_level(model: Any, rate: float) -> float:
    return float(model.mixture_.density_law().log_levels(np.array(1 - rate)))


def _fitted_quietly(make: MakeModel, rows: Array) -> Any:
    """Return a fitted model of some of the rows; what is odd about them is told by the fit to all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MogulWarning)
        return make().fit(rows)
