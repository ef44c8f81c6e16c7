"""What every way to say how sure one is of a mixture has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from mogul._kernels import FloatArray
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture
from mogul.uncertainty.parameters import Parameters, names_of, number_at

MOST_LINES = 60
"""Lines of a table that is printed without being asked for."""


class AbstractUncertainty(ABC):
    """A mixture, and how far its parameters may be from those of the population that the rows came from."""

    mixture: Mixture
    feature_names: tuple[str, ...]

    @property
    def estimate(self) -> Parameters:
        """The parameters of the mixture."""
        return Parameters.of(self.mixture)

    @property
    @abstractmethod
    def standard_errors(self) -> Parameters:
        """The standard error of each parameter, in its own units; zero where the family leaves nothing free."""

    @abstractmethod
    def interval(self, level: float = 0.95) -> tuple[Parameters, Parameters]:
        """Return (low, high): for each parameter an interval that holds the truth with probability `level`."""

    @property
    @abstractmethod
    def title(self) -> str:
        """One line that says what was done."""

    def table(self, level: float = 0.95, *, covariances: bool = True) -> str:
        """Return a table to print: each parameter with its estimate, standard error and interval.

        Parameters
        ----------
        level : float, default 0.95
            Of the intervals.
        covariances : bool, default True
            Whether to list the covariances of pairs of features too.
        """
        low, high = self.interval(level)
        estimate, errors = self.estimate, self.standard_errors
        lines: list[tuple[str, ...]] = [("", "parameter", "estimate", "std. error", f"{100 * level:g} % from", "to")]
        for name, k, place in names_of(*estimate.shape, self.feature_names):
            error = number_at(errors, place)
            is_pair = len(place) == 3 and place[1] != place[2]
            if is_pair and (not covariances or (error == 0 and number_at(estimate, place) == 0)):
                continue
            values = [number_at(each, place) for each in (estimate, errors, low, high)]
            lines.append((f"{k}" if name == "weight" else "", name, *(f"{value:.4g}" for value in values)))
        return "\n".join([self.title, *_aligned(lines)])

    def __str__(self) -> str:
        lines = self.table().splitlines()
        if len(lines) > MOST_LINES:
            left = len(lines) - MOST_LINES
            lines = [*lines[:MOST_LINES], f"... and {left} lines more: print(table()) shows all"]
        return "\n".join(lines)


def _aligned(lines: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    words = 2  # columns of words stand left, numbers right
    return [
        "  ".join(
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def checked_level(level: float) -> float:
    """Return the level of an interval, or complain."""
    if not 0 < level < 1:
        raise ParameterError(f"level is {level}; it must lie between 0 and 1, e.g. 0.95.")
    return float(level)


def checked_names(names: Sequence[str] | None, n_features: int) -> tuple[str, ...]:
    """Return the names of the features: as given, or x0, x1, ..."""
    if names is None:
        return ("x",) if n_features == 1 else tuple(f"x{d}" for d in range(n_features))
    if len(names) != n_features:
        raise ShapeError(f"feature_names has {len(names)} names, but the mixture has {n_features} features.")
    return tuple(str(name) for name in names)


def normal_interval(estimate: Parameters, errors: Parameters, level: float) -> tuple[Parameters, Parameters]:
    """Return (low, high) of normal intervals, on the scale on which each parameter may have any value.

    For a weight that is its logit, for a variance its logarithm (the delta method gives the error there); means and
    covariances of two features are as they are.
    """
    z = NormalDist().inv_cdf(0.5 + checked_level(level) / 2)
    ends = []
    diagonal = np.eye(estimate.shape[1], dtype=bool)
    for reach in (-z, z):
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            covariances = np.where(
                diagonal,
                estimate.covariances * np.exp(reach * errors.covariances / np.where(diagonal, estimate.covariances, 1)),
                estimate.covariances + reach * errors.covariances,
            )
        means = estimate.means + reach * errors.means
        ends.append(Parameters(_weights_at(estimate.weights, errors.weights, reach), means, covariances))
    return ends[0], ends[1]


def _weights_at(weights: FloatArray, errors: FloatArray, reach: float) -> FloatArray:
    inside = (weights > 0) & (weights < 1)
    safe = np.where(inside, weights, 0.5)
    logits = np.log(safe / (1 - safe)) + reach * errors / (safe * (1 - safe))
    result: FloatArray = np.where(inside, 1 / (1 + np.exp(-logits)), weights)
    return result
