"""Numbers as a reader wants them, and the legend that is also a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mogul.mixture import Mixture
from mogul.plot.grid import spreads

# A legend longer than this is no help; it lists the heaviest components.
MOST_LISTED = 30


def listed_components(mixture: Mixture) -> list[int]:
    """Return the components that a legend lists, in order: all, or the heaviest."""
    heaviest = np.argsort(-mixture.weights, kind="stable")[:MOST_LISTED]
    return sorted(int(k) for k in heaviest)


def component_table(mixture: Mixture) -> list[str]:
    """Return a heading and one line for each listed component, in columns of equal width.

    One feature: number, weight, mean and standard deviation. More: number and weight.
    """
    listed = listed_components(mixture)
    columns = [["", *(str(k) for k in listed)], ["weight", *(weight_text(mixture.weights[k]) for k in listed)]]
    if mixture.n_features == 1:
        means, deviations = mixture.means[:, 0], spreads(mixture)[:, 0]
        columns.append(["mean", *(location_text(means[k], deviations[k]) for k in listed)])
        columns.append(["sd", *(f"{deviations[k]:.3g}" for k in listed)])
    widths = [max(map(len, column)) for column in columns]
    return ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
            for line in zip(*columns, strict=True)]  # fmt: skip


def weight_text(weight: float) -> str:
    """Return a weight to three decimals, or what is left of a smaller one: 0.250, 2e-05, 0."""
    return f"{weight:.3f}" if weight >= 0.0005 else f"{weight:.0e}" if weight > 0 else "0"


def location_text(value: float, scale: float) -> str:
    """Return a location to a hundredth of its scale: 100000002.04 for a deviation of 1, and 0 for 1e-17."""
    unit = 10.0 ** (math.floor(math.log10(scale)) - 2)
    if abs(value) < unit / 2:
        return "0"
    digits = math.ceil(math.log10(abs(value))) - math.floor(math.log10(scale)) + 2
    return f"{value:.{min(max(digits, 1), 17)}g}"


def percent(share: float) -> str:
    """Return a share in per cent: 0.8646647 as 86.5 %, 0.95 as 95 %."""
    return f"{100 * share:.3g} %"


def numbers_text(values: Sequence[float]) -> str:
    """Return 1 as '1', (1, 2) as '1 and 2', (1, 2, 3) as '1, 2 and 3'."""
    words = [f"{value:g}" for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def rows_text(drawn: int, total: int) -> str:
    """Return the label of data, which says when not all of them are drawn."""
    return f"data ({total:,} rows)" if drawn == total else f"data ({drawn:,} of {total:,} rows)"
