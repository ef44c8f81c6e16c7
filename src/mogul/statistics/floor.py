"""The least spread that a component may have."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import final

import numpy as np

from mogul._kernels import BoolArray, FloatArray, core
from mogul._numerics import freeze, symmetric
from mogul.statistics.spread import NULL, Spread

RELATIVE = 2.0**-30
"""The default floor: no component is narrower than 2^-15 of the data, standard deviation by standard deviation."""

STAND_IN = 2.0**-20
"""The floor along directions in which the data do not vary, in units of the columns' variances."""

LEAST = 2.0**-42
"""No direction may be narrower than this in units of the columns' variances, or a matrix would lose it to rounding."""

NOISE = 2.0**-29
"""The floor of a family without directions of its own, in standard deviations that stand in for constant columns."""

NEAR = 1 + 2.0**-8
"""A spread within this factor of the floor counts as lying on it: beside the largest spreads of a component, at most
2^42 times the floor, rounding hides less than that."""


@final
@dataclass(frozen=True, eq=False)
class Floor:
    """Return the least covariance F: a small share of the covariance of the data.

    F = S V diag(levels) V' S, with S the standard deviations of the columns, V and lambda the eigenvectors and
    eigenvalues of their correlation matrix, and levels = max(RELATIVE lambda, LEAST): the floor turns with the data
    and scales with their units. Along directions in which the data do not vary at all, the level is STAND_IN.

    A round floor is ``F = least`` times the identity, for families that no other floor would leave themselves: that of
    the direction in which the data vary least.
    """

    spread: Spread
    is_round: bool = False
    matrix: FloatArray = field(init=False)
    """F, (D, D), or its diagonal (D,) where correlations are not known."""
    root: FloatArray = field(init=False)
    """R with F = R R', its columns along the axes, or its diagonal."""

    def __post_init__(self) -> None:
        deviations, axes = self.spread.deviations, self.spread.axes
        if self.is_round:
            root = math.sqrt(self.least) * np.eye(len(deviations))
            matrix = self.least * np.eye(len(deviations))
        elif axes is None:
            root = deviations * math.sqrt(RELATIVE)
            matrix = root**2
        else:
            root = deviations[:, None] * axes * np.sqrt(self._levels)
            matrix = root @ root.T
        object.__setattr__(self, "matrix", freeze(matrix))
        object.__setattr__(self, "root", freeze(root))

    @property
    def variances(self) -> FloatArray:
        """The floor of each column by itself, (D,)."""
        return RELATIVE * self.spread.deviations**2

    @property
    def mean_variance(self) -> float:
        """The floor of a spherical component."""
        return RELATIVE * self.spread.mean_variance

    @property
    def least(self) -> float:
        """The level of a round floor."""
        variances = self.spread.principal_variances()
        noise = NOISE * float(self.spread.deviations[self.spread.constant].max(initial=0.0))
        return max(RELATIVE * float(variances[0]), LEAST * float(variances[-1]), noise**2)

    def relative(self, covariances: FloatArray) -> FloatArray:
        """Return covariances (K, D, D) in units in which the floor is the identity: T Sigma T', T F T' = 1."""
        if self.is_round:
            return covariances / self.least
        scale = self.spread.deviations[:, None] * self.spread.deviations
        axes = np.eye(len(scale)) if self.spread.axes is None else self.spread.axes
        inward = axes / np.sqrt(self._levels)
        return inward.T @ (covariances / scale) @ inward

    def holds(self, covariances: FloatArray) -> BoolArray:
        """Return which of the covariances (K, D, D) lie on the floor in a direction in which the data vary."""
        on_floor = np.linalg.eigvalsh(self.relative(covariances)) <= NEAR
        result: BoolArray = on_floor.sum(axis=1) > int(self.spread.null.sum())
        return result

    def is_below(self, covariances: FloatArray) -> bool:
        """Return whether all covariances (..., D, D) stand clear of the floor."""
        matrices = (covariances - NEAR * self.matrix).reshape(-1, *self.matrix.shape)
        return core.factorise(matrices)[3] < 0

    def raised(self, covariances: FloatArray) -> FloatArray:
        """Return, for each (D, D) matrix S, the Sigma >= F that minimises log|Sigma| + tr(S Sigma^-1).

        In units in which F is the identity, Sigma has the eigenvectors of S and its eigenvalues, or 1 where they
        are less.
        """
        if core.factorise(covariances - self.matrix)[3] < 0:
            return covariances  # all clear of the floor, as in most iterations of most fits
        eigenvalues, vectors = np.linalg.eigh(self.relative(covariances))
        low = eigenvalues[:, 0] < 1.0
        raised = covariances.copy()
        raised[low] = self.composed(vectors[low], np.maximum(eigenvalues[low], 1.0))
        return self._without_ghosts(raised)

    def composed(self, axes: FloatArray, variances: FloatArray) -> FloatArray:
        """Return the covariances with these axes (K, D, D) and variances (K, D) in units of the floor."""
        outward = self.root @ axes
        return self._without_ghosts(symmetric((outward * variances[:, None, :]) @ outward.swapaxes(1, 2)))

    def _without_ghosts(self, covariances: FloatArray) -> FloatArray:
        """Return the covariances without the rounding errors by which constant columns vary with others."""
        constant = self.spread.constant
        ghosts = (constant[:, None] | constant) & ~np.eye(len(constant), dtype=bool)
        return np.where(ghosts, 0.0, covariances) if constant.any() else covariances

    @property
    def _levels(self) -> FloatArray:
        """Variances of F along the axes, in units of the columns' variances, (D,)."""
        known = self.spread.eigenvalues
        if known is None:
            return np.full(len(self.spread.deviations), RELATIVE)
        return np.where(known <= NULL, STAND_IN, np.maximum(RELATIVE * known, LEAST))
