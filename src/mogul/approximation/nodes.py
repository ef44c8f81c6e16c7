"""A distribution as nodes of a quadrature: points, their masses, and the density there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul.errors import ParameterError

_CELLS = 512
"""Parts of equal probability into which one feature is cut."""

_TAIL = 1e-10
"""Probability at either end that is left out: parts get smaller towards it by halves."""

_ABSCISSAE, _SHARES = np.polynomial.legendre.leggauss(4)


@final
@dataclass(frozen=True, eq=False)
class Nodes:
    """Return what stands for a distribution: the mean of any function of it is ``masses @ function(points)``."""

    points: FloatArray
    """(N, D)"""
    masses: FloatArray
    """(N,), summing to one."""
    log_densities: FloatArray | None
    """(N,), or None for a distribution without a density."""

    @property
    def n_features(self) -> int:
        """D."""
        return int(self.points.shape[1])

    @property
    def levels(self) -> FloatArray:
        """The probability below each node of one feature, (N,), half of its own mass counted."""
        order = np.argsort(self.points[:, 0], kind="stable")
        below = np.cumsum(self.masses[order]) - self.masses[order] / 2
        levels = np.empty_like(below)
        levels[order] = below
        return levels


def within_parts(edges: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the nodes and weights of Gauss and Legendre's rule within each part between edges, (4 (M - 1),)."""
    widths = np.diff(edges)[:, None]
    points = edges[:-1, None] + (_ABSCISSAE + 1) / 2 * widths
    return points.ravel(), (_SHARES / 2 * widths).ravel()


def probability_parts(n_cells: int = _CELLS) -> FloatArray:
    """Return edges between 0 and 1 of equal parts, those at the ends halved again and again."""
    tail = 0.5 ** np.arange(1, np.ceil(-np.log2(_TAIL * n_cells)) + 1) / n_cells
    return np.unique(np.concatenate([np.linspace(0, 1, n_cells + 1)[1:-1], tail, 1 - tail]))


def density_nodes(points: FloatArray, volumes: FloatArray, log_densities: FloatArray) -> Nodes:
    """Return nodes of a density given up to a factor, at points (N, D) that stand for volumes (N,)."""
    if np.isnan(log_densities).any() or (log_densities == np.inf).any():
        raise ParameterError("The log-density is NaN or infinite within the support. Give another support.")
    largest = log_densities.max()
    if not np.isfinite(largest):
        raise ParameterError("The log-density is minus infinity all over the support. Give another support.")
    masses = volumes * np.exp(log_densities - largest)
    total = masses.sum()
    kept = masses > 1e-14 * masses.max()
    log_densities = log_densities[kept] - largest - np.log(total)
    return Nodes(points[kept], masses[kept] / masses[kept].sum(), log_densities)
