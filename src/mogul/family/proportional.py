"""The family of one shape and orientation, and a volume each: VEE."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.covariance import AbstractCovariance, FullCovariance
from mogul.family.abstract import AbstractFamily, Averaging, Constraint, Symmetry
from mogul.family.closed import VVV
from mogul.family.variances import ROUNDS, SETTLED
from mogul.family.volumes import balanced, dense_balance
from mogul.mixture import Mixture
from mogul.statistics import Floor, FullMoments, Statistics


@final
@dataclass(frozen=True)
class VEE(AbstractFamily):
    """Multiples of one matrix: Sigma_k = lambda_k C.

    At the minimum, ``lambda_k = tr(W_k C^-1) / (n_k D)`` and ``C = sum_k W_k / lambda_k / n`` (Celeux and Govaert,
    1995, section 4; see `volumes`). In log lambda and along geodesics of C the problem is convex, so that with a floor
    taking turns leads to its minimum.
    """

    name: ClassVar[str] = "VEE"
    climbing: ClassVar[Averaging] = Averaging(FullCovariance, constraint=Constraint.VEE)
    moments: ClassVar[FullMoments] = FullMoments()
    symmetry: ClassVar[Symmetry] = Symmetry.AFFINE

    @property
    def scout(self) -> AbstractFamily:
        return VVV()

    def n_parameters(self, n_components: int, n_features: int) -> int:
        return n_components - 1 + n_features * (n_features + 1) // 2

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        scatter, counts = statistics.scatter(), statistics.counts
        volumes, common = _volumes_and_matrix(counts, scatter)
        found = volumes[:, None, None] * common
        if floor is not None and not floor.is_below(found):
            # In units in which the floor is the identity, as in SharedShape: bounds on volumes and matrix apart.
            volumes, values, axes = _bounded_volumes_and_matrix(counts, floor.relative(scatter))
            axes = np.tile(axes, (len(counts), 1, 1))
            return FullCovariance(floor.composed(axes, volumes[:, None] * values))
        return FullCovariance(found)


def _volumes_and_matrix(counts: FloatArray, scatter: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (volumes, matrix) that minimise without a floor; zeros if there is no minimum."""
    common = scatter.sum(axis=0)
    try:
        start = dense_balance(scatter, counts).traces  # of average scatters
        if start.min() > 0:
            return balanced(counts, start, lambda volumes: dense_balance(scatter, volumes))
    except np.linalg.LinAlgError:
        pass
    return np.zeros(len(counts)), common


def _bounded_volumes_and_matrix(counts: FloatArray, scatter: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return (volumes, eigenvalues, axes) that minimise subject to volumes >= 1 and eigenvalues >= 1."""
    flat = scatter.reshape(len(counts), -1)
    volumes = np.ones(len(counts))
    per_row = counts * scatter.shape[1]
    for _ in range(ROUNDS):
        before = volumes
        values, axes = np.linalg.eigh(((1 / volumes) @ flat).reshape(scatter.shape[1:]) / counts.sum())
        values = np.maximum(values, 1.0)
        volumes = np.maximum(flat @ ((axes / values) @ axes.T).ravel() / per_row, 1.0)
        if np.all(np.abs(volumes - before) <= SETTLED * before):
            break
        # Both as far from their bounds as their products allow: a bound then holds only where the floor does.
        volumes = np.maximum(volumes * np.sqrt(values[0] / volumes.min()), 1.0)
    return volumes, values, axes
