"""The mixture of K Gaussians that is closest to nodes: weighted EM from several starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self, final

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul._numerics import symmetric
from mogul.approximation.nodes import Nodes
from mogul.covariance import FullCovariance
from mogul.engine import StopRule
from mogul.errors import DegenerateComponentError, MogulError
from mogul.family import VVV, AbstractFamily, Widened
from mogul.fitting import fit_mixture, mean_log_likelihood
from mogul.mixture import Mixture
from mogul.source import ArraySource

_TRIAL = 30
"""Iterations after which starts are compared."""

_WORK = 6e8
"""Operations that the iterations of one fit may take."""

_LEAST = 1e-5
"""Standard deviation that is added to every component, in units of the spread of the target: nodes are no needles."""


@final
@dataclass(frozen=True, eq=False)
class Fitter:
    """Return what all fits to the same nodes have in common: the nodes in units of their own spread."""

    source: ArraySource
    checked: ArraySource
    """Other nodes of the same target, at which mixtures are judged."""
    centre: FloatArray
    scale: FloatArray
    family: AbstractFamily

    @classmethod
    def of(cls, nodes: Nodes, check: Nodes) -> Self:
        """Return the fitter of nodes; nodes of equal levels, as of a constant feature, keep their units."""
        quarters = np.array([_quantiles(column, nodes.masses) for column in nodes.points.T])
        centre, scale = quarters[:, 1], (quarters[:, 2] - quarters[:, 0]) / 1.35
        deviations = np.sqrt(nodes.masses @ (nodes.points - nodes.masses @ nodes.points) ** 2)
        scale = np.where(scale > 0, scale, np.where(deviations > 0, deviations, 1.0))
        sources = [ArraySource((each.points - centre) / scale, each.masses) for each in (nodes, check)]
        return cls(sources[0], sources[1], centre, scale, Widened(VVV(), _LEAST**2))

    def best(self, starts: list[Mixture]) -> Mixture:
        """Return where EM gets from the best of several starts, given and returned in the units of the target.

        Which is best is told by the other nodes, so that no component is rewarded for sitting on a node.
        """
        tried = []
        for start in starts:
            try:
                tried.append(self._climbed(self._inside(start), _TRIAL))
            except MogulError:  # a component without nodes: another start will do
                continue
        if not tried:
            raise DegenerateComponentError(
                f"The target cannot feed {starts[0].n_components} components: one of them was left without any mass. "
                f"Ask for fewer."
            )
        tried.sort(key=lambda pair: pair[0], reverse=True)
        operations = self.source.n_rows * tried[0][1].means.size * (len(self.centre) + 2.0) ** 2
        n_iterations = int(np.clip(_WORK / operations, 100, 2000))
        for likelihood, mixture in tried:
            polished = self._climbed(mixture, n_iterations)
            if polished[0] >= likelihood:
                return self._outside(max(polished, tried[0], key=lambda pair: pair[0])[1])
        return self._outside(tried[0][1])

    def _climbed(self, start: Mixture, n_iterations: int) -> tuple[float, Mixture]:
        """Return where some iterations lead, and its mean log-density at the other nodes."""
        stop = StopRule(n_iterations, tolerance=1e-9)
        fit = fit_mixture(self.source, self.family, start, stop, is_allowed=_is_allowed)
        return mean_log_likelihood(self.checked, fit.mixture, self.family.moments), fit.mixture

    def partitions(self, n_components: int) -> list[Mixture]:
        """Return mixtures of parts of one feature: of equal mass, and of ever smaller masses towards the ends.

        Where a density jumps, Gaussians must get narrower and narrower, so that most are needed near the ends.
        """
        points, masses = self.source.rows[:, 0], self.source.row_weights
        assert masses is not None
        order = np.argsort(points, kind="stable")
        levels = np.empty(len(points))
        levels[order] = np.cumsum(masses[order]) - masses[order] / 2
        even = np.linspace(0, 1, n_components + 1)
        graded = (1 - np.cos(np.pi * even)) / 2
        edges = [even, graded, (1 - np.cos(np.pi * graded)) / 2]
        made = [self._of_parts(np.searchsorted(each[1:-1], levels), n_components) for each in edges]
        return [mixture for mixture in made if mixture is not None]

    def _of_parts(self, labels: Array, n_components: int) -> Mixture | None:
        points, masses = self.source.rows[:, 0], self.source.row_weights
        assert masses is not None
        counts = np.bincount(labels, masses, n_components)
        if (np.bincount(labels, minlength=n_components) < 2).any():
            return None
        means = np.bincount(labels, masses * points, n_components) / counts
        variances = np.bincount(labels, masses * (points - means[labels]) ** 2, n_components) / counts
        variances = np.maximum(variances, _LEAST**2)
        return self._outside(Mixture(counts / counts.sum(), means[:, None], FullCovariance(variances[:, None, None])))

    def single(self) -> Mixture:
        """Return the one Gaussian with the mean and covariance of the target."""
        masses = self.source.row_weights
        assert masses is not None
        mean = masses @ self.source.rows
        away = self.source.rows - mean
        covariance = symmetric((masses[:, None] * away).T @ away) + _LEAST**2 * np.eye(len(mean))
        return self._outside(Mixture([1.0], mean[None], FullCovariance(covariance[None])))

    def _inside(self, mixture: Mixture) -> Mixture:
        means, dense = (mixture.means - self.centre) / self.scale, mixture.covariances.dense()
        return Mixture(mixture.weights, means, FullCovariance(dense / np.outer(self.scale, self.scale)))

    def _outside(self, mixture: Mixture) -> Mixture:
        means, dense = mixture.means * self.scale + self.centre, mixture.covariances.dense()
        return Mixture(mixture.weights, means, FullCovariance(dense * np.outer(self.scale, self.scale)))


def grown(mixture: Mixture, n_components: int) -> Mixture:
    """Return a mixture of more components, up to twice as many: the heaviest are split along their longest axes.

    Each half lies half a standard deviation from the middle, and has what is left of the variance, so that mean and
    covariance stay.
    """
    n_split = n_components - mixture.n_components
    chosen = np.argsort(-mixture.weights, kind="stable")[:n_split]
    kept = np.setdiff1d(np.arange(mixture.n_components), chosen)
    dense = mixture.covariances.dense()
    values, axes = np.linalg.eigh(dense[chosen])
    steps = 0.5 * np.sqrt(values[:, -1:]) * axes[:, :, -1]
    halves = symmetric(dense[chosen] - steps[:, :, None] * steps[:, None, :])
    return Mixture(
        np.concatenate([mixture.weights[kept], np.tile(mixture.weights[chosen] / 2, 2)]),
        np.concatenate([mixture.means[kept], mixture.means[chosen] - steps, mixture.means[chosen] + steps]),
        FullCovariance(np.concatenate([dense[kept], halves, halves])),
    )


def _is_allowed(mixture: Mixture) -> bool:
    """Return whether an extrapolated mixture is sound: no component far narrower than any node."""
    return bool((mixture.covariances.log_determinants > 2 * mixture.n_features * np.log(_LEAST)).all())


def _quantiles(values: FloatArray, masses: FloatArray) -> FloatArray:
    order = np.argsort(values)
    places = np.searchsorted(np.cumsum(masses[order]), [0.25, 0.5, 0.75])
    result: FloatArray = values[order[np.minimum(places, len(order) - 1)]]
    return result
