"""How far a mixture is from what it approximates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul.approximation.nodes import Nodes
from mogul.mixture import Mixture


@final
@dataclass(frozen=True)
class Errors:
    """Return how far a mixture of so many components is from a target p; NaN for what does not exist."""

    n_components: int
    kl: float
    """The Kullback-Leibler divergence of the target from the mixture, in nats."""
    total_variation: float
    """The most by which the probability of an event differs."""
    largest_error: float
    """The largest difference of the densities."""
    kolmogorov: float
    """The largest difference of the distribution functions; of one feature only."""

    @property
    def size(self) -> float:
        """What a tolerance is compared with: the total variation, or, of points, the Kolmogorov distance."""
        return self.kolmogorov if np.isnan(self.total_variation) else self.total_variation


def measured(mixture: Mixture, nodes: Nodes) -> Errors:
    """Return the errors of a mixture at nodes."""
    kl = total_variation = largest = np.nan
    if nodes.log_densities is not None:
        logs = mixture.logpdf(nodes.points)
        kl = max(0.0, float(nodes.masses @ (nodes.log_densities - logs)))
        # Half the integral of |p - q| is that of p - q where p is larger: nothing need be known where p is zero.
        excess = np.maximum(-np.expm1(logs - nodes.log_densities), 0.0)
        total_variation = min(1.0, float(nodes.masses @ excess))
        largest = float(np.abs(np.exp(logs) - np.exp(nodes.log_densities)).max())
    kolmogorov = float(np.abs(_cdf(mixture, nodes.points) - nodes.levels).max()) if nodes.n_features == 1 else np.nan
    return Errors(mixture.n_components, kl, total_variation, largest, kolmogorov)


def _cdf(mixture: Mixture, points: FloatArray) -> FloatArray:
    """Return the distribution function of one feature at points (N, 1)."""
    from scipy.special import ndtr

    deviations = np.sqrt(mixture.covariances.dense()[:, 0, 0])
    result: FloatArray = ndtr((points - mixture.means[:, 0]) / deviations) @ mixture.weights
    return result
