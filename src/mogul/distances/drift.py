"""Whether data drifted from a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import ArrayLike

from mogul._checks import points, real_array
from mogul._kernels import FloatArray
from mogul._numerics import in_parts
from mogul.distances.aspects import NAMES, Aspects
from mogul.distances.checks import require_positive
from mogul.errors import NonFiniteError, TooFewRowsError
from mogul.mixture import Mixture
from mogul.mixture.abstract import Rng

CALIBRATION = 10_000
"""Draws that tell the edges and the scales of the aspects."""

_AT_ONCE = 20_000
"""Rows that are drawn at once."""

SIMULATED = 1_000_000
"""Rows that are drawn to simulate the model exactly; beyond that, means of many rows are taken to be normal."""


@final
@dataclass(frozen=True)
class Drift:
    """Return what a drift test found; made by `drift`."""

    p_value: float
    """The probability of a difference at least as strange as this if nothing has changed."""
    aspects: dict[str, float]
    """The p-value of each aspect on its own: density, law, weights, means, covariances."""
    n_rows: int

    def __str__(self) -> str:
        aspects = ", ".join(f"{name} {value:.3g}" for name, value in self.aspects.items())
        return f"p = {self.p_value:.3g} from {self.n_rows} rows ({aspects})"


def drift(
    mixture: Mixture, rows: ArrayLike, reference: ArrayLike | None = None, *, n_replicates: int = 499, rng: Rng = 0
) -> Drift:
    """Return whether rows still follow a mixture, as p-values.

    Parameters
    ----------
    mixture : Mixture
        The model.
    rows : shape (N, D) or, if D = 1, (N,)
        Independent rows that were not used to fit the model.
    reference : shape (M, D), optional
        Rows from before, not used to fit the model either. If given, the question is whether `rows` and these differ;
        the model, which need not be right, only says what is looked at. Without them, the question is whether `rows`
        come from the mixture itself, and an error of its fit will be found like any other difference.
    n_replicates : int, default 499
        The p-value is a multiple of 1 / (n_replicates + 1).
    rng : numpy.random.Generator, int or None, default 0

    Returns
    -------
    Drift
        `p_value`, and `aspects`: the p-value of each aspect alone, which tells what has changed.

    Raises
    ------
    ShapeError, NonFiniteError, TooFewRowsError, ParameterError
        If rows have another number of features, are not finite, are none, or `n_replicates` is not positive.

    Notes
    -----
    Five aspects of the rows are compared with what the model expects: the mean log-density, its law (in 16 parts of
    equal probability), the weights, the means and the covariances of the components, the last three by the gradient of
    the log-likelihood. Each statistic is the sum of squared differences of means, in standard deviations. Its p-value
    is its rank among statistics of replicates: draws of the model of N rows each, or random exchanges of `rows` and
    `reference`. The largest of the five, as cube roots in units of their spread over replicates, is ranked likewise,
    so that the level of the whole test is what it claims. That is exact for N times n_replicates up to a million and
    for a given reference; beyond, means over N rows are taken to be normal.

    References
    ----------
    Barnard (1963), discussion of Bartlett, Journal of the Royal Statistical Society B 25, p. 294 (Monte Carlo tests).
    Wilson and Hilferty (1931), The distribution of chi-square (the cube root).

    Examples
    --------
    >>> import mogul
    >>> model = mogul.Mixture.univariate([0.5, 0.5], [-3.0, 3.0], [1.0, 1.0])
    >>> same, moved = model.sample(500, rng=1), model.sample(500, rng=2) + 0.3
    >>> mogul.drift(model, same).p_value > 0.05, mogul.drift(model, moved).p_value
    (True, 0.002)
    """
    require_positive("n_replicates", n_replicates)
    new = _rows(rows, mixture, "rows")
    generator = np.random.default_rng(rng)
    aspects = Aspects.of(mixture, mixture.sample(CALIBRATION, rng=generator))
    if reference is not None:
        differences = _exchanged(aspects, new, _rows(reference, mixture, "reference"), n_replicates, generator)
    elif len(new) * n_replicates <= SIMULATED:
        differences = _simulated(aspects, new, n_replicates, generator)
    else:
        differences = _normal(aspects, new, n_replicates, generator)
    return _ranked(aspects.sizes(differences), len(new))


def _rows(rows: Any, mixture: Mixture, name: str) -> FloatArray:
    table = points(real_array(rows, name), mixture.n_features)[0].astype(np.float64, copy=False)
    if not len(table):
        raise TooFewRowsError(f"{name} holds no rows; the test needs one or more.")
    finite = np.isfinite(table).all(axis=1)
    if not finite.all():
        row = int(np.argmin(finite))
        raise NonFiniteError(f"Row {row} of {name} contains NaN or infinity. Remove such rows: rows[finite rows].")
    return table


def _simulated(aspects: Aspects, rows: FloatArray, n_replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return differences of means from what is expected, (1 + B, P), the first those of the rows themselves."""
    expected = aspects.table(aspects.mixture.sample(CALIBRATION, rng=rng)).mean(axis=0)

    def means_of(part: slice) -> FloatArray:
        n_replicates = part.stop - part.start
        draws = aspects.mixture.sample(n_replicates * len(rows), rng=rng)
        result: FloatArray = aspects.table(draws).reshape(n_replicates, len(rows), -1).mean(axis=1)
        return result

    means = in_parts(n_replicates, max(1, _AT_ONCE // len(rows)), means_of)
    differences: FloatArray = np.concatenate([[aspects.table(rows).mean(axis=0)], *means]) - expected
    return differences


def _normal(aspects: Aspects, rows: FloatArray, n_replicates: int, rng: np.random.Generator) -> FloatArray:
    """Return the same, where the means of so many rows are normal: their covariance is told by draws."""
    draws = aspects.table(aspects.mixture.sample(min(max(len(rows), 20 * CALIBRATION), SIMULATED), rng=rng))
    expected = draws.mean(axis=0)
    values, axes = np.linalg.eigh(np.cov(draws, rowvar=False))
    scales = np.sqrt(np.maximum(values, 0) * (1 / len(rows) + 1 / len(draws)))
    noise = rng.standard_normal((n_replicates, len(scales)))
    return np.concatenate([[aspects.table(rows).mean(axis=0) - expected], (noise * scales) @ axes.T])


def _exchanged(
    aspects: Aspects, rows: FloatArray, reference: FloatArray, n_replicates: int, rng: np.random.Generator
) -> FloatArray:
    """Return differences of means between the two groups of rows, (1 + B, P), the others of groups made at random."""
    table = aspects.table(np.concatenate([rows, reference]))
    table -= table.mean(axis=0)
    n_rows = len(rows)
    sums = [table[:n_rows].sum(axis=0)]
    sums += [table[rng.permutation(len(table))[:n_rows]].sum(axis=0) for _ in range(n_replicates)]
    # All rows together are centred: the sum of one group is minus that of the other.
    return np.array(sums) * (1 / n_rows + 1 / len(reference))


def _ranked(sizes: FloatArray, n_rows: int) -> Drift:
    """Return p-values of statistics (1 + B, 5), the first being those of the rows in question."""
    # The cube root of a sum of squares is nearly normal (Wilson and Hilferty), so that the five can be compared.
    roots = np.cbrt(sizes)
    spread = roots.std(axis=0)
    marks = (roots - roots.mean(axis=0)) / np.where(spread > 0, spread, np.inf)
    marks = np.concatenate([marks.max(axis=1, keepdims=True), marks], axis=1)
    # What differs by rounding is a tie, as of a single row against a single row.
    at_least = marks >= marks[0] - 1e-9
    total, *aspects = at_least.mean(axis=0).tolist()
    return Drift(total, dict(zip(NAMES, aspects, strict=True)), n_rows)
