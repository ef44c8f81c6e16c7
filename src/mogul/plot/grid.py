"""Where to evaluate a mixture so that nothing of it is missed. NumPy only."""

from __future__ import annotations

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.mixture import Mixture

# A view reaches this many standard deviations beyond each mean: 99.9 % of a component.
REACH = 3.3
# Refined points reach farther, where a narrow component meets a wide one.
FINE_REACH = 4.0
# Single points beyond, lest a line be drawn from the foot of a needle to the next even point. At 40 deviations a
# Gaussian is zero in floating point, however narrow and high it is.
TAIL = np.array([5.0, 6.0, 8.0, 12.0, 20.0, 40.0])


def spreads(mixture: Mixture) -> FloatArray:
    """Return the standard deviation of each component along each feature, shape (K, D)."""
    deviations: FloatArray = np.sqrt(np.einsum("kdd->kd", mixture.covariances.dense()))
    return deviations


def view_of(mixture: Mixture, feature: int, values: Array | None = None) -> tuple[float, float]:
    """Return the range of a feature that shows every component that has any weight, and all `values`."""
    present = mixture.weights > 0
    means, deviations = mixture.means[present, feature], spreads(mixture)[present, feature]
    low, high = float((means - REACH * deviations).min()), float((means + REACH * deviations).max())
    if values is not None:
        # A margin, so that no dot is cut in half.
        least, most = float(values.min()), float(values.max())
        margin = 0.02 * (most - least)
        low, high = min(low, least - margin), max(high, most + margin)
    # Matplotlib cannot show a range that is narrower than rounding.
    rounding = 1e-13 * max(abs(low), abs(high))
    return (low, high) if high - low > rounding else (low - rounding, high + rounding)


def line_points(mixture: Mixture, view: tuple[float, float]) -> FloatArray:
    """Return points of a mixture of one feature: even over the view, dense around each component, its mean included.

    An even grid alone would miss a component narrower than its spacing.
    """
    fine = mixture.means[:, 0, None] + spreads(mixture)[:, 0, None] * steps(97)
    return within(np.concatenate([np.linspace(*view, 401), fine.ravel()]), view)


def steps(n_fine: int) -> FloatArray:
    """Return distances from a mean in standard deviations: an odd number of even ones, zero included, and tails."""
    return np.concatenate([-TAIL, np.linspace(-FINE_REACH, FINE_REACH, n_fine), TAIL])


def within(values: FloatArray, view: tuple[float, float]) -> FloatArray:
    """Return the different values inside a range, in order."""
    return np.unique(values[(values >= view[0]) & (values <= view[1])])


def plane_grid(
    mixture: Mixture, views: tuple[tuple[float, float], tuple[float, float]], n_lines: int
) -> tuple[FloatArray, FloatArray, Mixture]:
    """Return lines x and y of a grid for a mixture of two features, and the mixture to evaluate on it.

    A third of about `n_lines` lines a direction is even over the view; the others lie around the components, through
    their means, closer for a component that is thin and oblique. A component that is still thinner than a cell, as
    one of correlation 1 - 1e-9, would fall apart into islands: the mixture returned has it about a cell thick. All
    others are as given.
    """
    means, deviations = mixture.means, spreads(mixture)
    n_even = n_lines // 3
    correlations = mixture.covariances.dense()[:, 0, 1] / deviations[:, 0] / deviations[:, 1]
    # In units of its deviations, the short axis of component k is sqrt(1 - |correlation|).
    thickness = np.sqrt(np.maximum(1 - np.abs(correlations), 1e-16))
    counts = np.clip(2 * FINE_REACH / np.minimum(0.5 * thickness, 0.2), 40, 300)
    counts *= min(1.0, 2 * n_even / counts.sum())
    halves = np.maximum(counts / 2, 4).astype(int)

    lines = []
    for d, view in enumerate(views):
        fine = [means[k, d] + deviations[k, d] * steps(2 * half + 1) for k, half in enumerate(halves)]
        lines.append(within(np.concatenate([np.linspace(*view, n_even), *fine]), view))

    even = np.array([(high - low) / n_even for low, high in views])
    cell = np.minimum(FINE_REACH / halves, (even / deviations).max(axis=1))
    largest = 1 - np.square(0.6 * cell)
    thin = np.abs(correlations) > largest
    return (
        lines[0],
        lines[1],
        thickened(mixture, np.clip(correlations, -largest, largest), thin) if thin.any() else mixture,
    )


def thickened(mixture: Mixture, correlations: FloatArray, chosen: Array) -> Mixture:
    """Return a mixture of two features with other correlations in the chosen components, deviations as they were."""
    matrices = mixture.covariances.dense().copy()
    deviations = spreads(mixture)
    matrices[chosen, 0, 1] = (correlations * deviations[:, 0] * deviations[:, 1])[chosen]
    matrices[chosen, 1, 0] = matrices[chosen, 0, 1]
    return Mixture(mixture.weights, mixture.means, matrices)


def ellipse(mixture: Mixture, component: int, deviations: float, n_points: int = 181) -> FloatArray:
    """Return points (n_points, 2) at Mahalanobis distance `deviations` from the mean of a component.

    Made from m + deviations L (cos t, sin t), L the Cholesky factor: it holds for any units of the two features,
    where turning by an angle would lose the smaller one.
    """
    s_x, s_y = spreads(mixture)[component]
    correlation = mixture.covariances.dense()[component, 0, 1] / s_x / s_y
    angle = np.linspace(0, 2 * np.pi, n_points)
    y = correlation * np.cos(angle) + np.sqrt(max(0.0, 1 - correlation**2)) * np.sin(angle)
    circle = np.column_stack([s_x * np.cos(angle), s_y * y])
    points: FloatArray = mixture.means[component] + deviations * circle
    return points
