"""A mixture as a table to read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from mogul._kernels import FloatArray
from mogul.cli.streams import counted
from mogul.mixture import Mixture

_WIDEST = 100
_MOST_PAIRS = 3


def summary(mixture: Mixture, names: Sequence[str], form: str) -> str:
    """Return weights, means, standard deviations and, if they are few, correlations, as text."""
    title = (
        f"{counted(mixture.n_components, 'Gaussian')} in {counted(mixture.n_features, 'feature')}, {form} covariance; "
        f"mean ± standard deviation"
    )
    table = _a_row_for_each_component(mixture, names)
    if max(map(len, table)) > _WIDEST:
        table = _a_row_for_each_feature(mixture, names)
    return "\n".join([title, "", *table])


def _a_row_for_each_component(mixture: Mixture, names: Sequence[str]) -> list[str]:
    pairs = _pairs(mixture)
    header = ["component", "weight", *names, *(f"corr({names[i]}, {names[j]})" for i, j in pairs)]
    deviations, correlations = _deviations(mixture), _correlations(mixture)
    rows = [
        [
            str(k),
            f"{mixture.weights[k]:.4f}",
            *map(_spread, mixture.means[k], deviations[k]),
            *(_correlation(correlations[k, i, j]) for i, j in pairs),
        ]
        for k in range(mixture.n_components)
    ]
    return _aligned([header, *rows])


def _a_row_for_each_feature(mixture: Mixture, names: Sequence[str]) -> list[str]:
    lines: list[str] = []
    pairs = _pairs(mixture)
    deviations, correlations = _deviations(mixture), _correlations(mixture)
    for k in range(mixture.n_components):
        values = [[f"  {name}", _spread(*at)] for name, *at in zip(names, mixture.means[k], deviations[k], strict=True)]
        values += [[f"  corr({names[i]}, {names[j]})", _correlation(correlations[k, i, j])] for i, j in pairs]
        lines += [f"component {k}, weight {mixture.weights[k]:.4f}", *_aligned(values)]
    return lines


def _pairs(mixture: Mixture) -> list[tuple[int, int]]:
    """Return the pairs of features whose correlation is worth a column: few of them, and not all zero."""
    pairs = list(combinations(range(mixture.n_features), 2))
    if len(pairs) > _MOST_PAIRS:
        return []
    correlations = _correlations(mixture)
    return pairs if any(correlations[:, i, j].any() for i, j in pairs) else []


def _deviations(mixture: Mixture) -> FloatArray:
    deviations: FloatArray = np.sqrt(np.einsum("kdd->kd", mixture.covariances.dense()))
    return deviations


def _correlations(mixture: Mixture) -> FloatArray:
    deviations = _deviations(mixture)
    return mixture.covariances.dense() / deviations[:, :, None] / deviations[:, None, :]


def _spread(mean: float, deviation: float) -> str:
    return f"{_digits(mean, 4)} ± {_digits(deviation, 3)}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _correlation(value: float) -> str:
    return f"{round(value, 3) + 0.0:.3f}"  # no -0.000


def _digits(value: float, significant: int) -> str:
    return f"{value:#.{significant}g}".removesuffix(".")
