"""Whatever is to be approximated, as nodes: some to fit to, others to measure the error at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mogul._checks import real_array, row_weights
from mogul._kernels import FloatArray
from mogul.approximation.nodes import Nodes, density_nodes, probability_parts, within_parts
from mogul.errors import NonFiniteError, ParameterError, ShapeError, TooFewRowsError
from mogul.mixture import Mixture

Pair = tuple[Nodes, Nodes]

_GRID = {2: 80, 3: 24}
"""Nodes along each feature of a grid."""

_DRAWS = 20_000

_REACH = 9.0
"""Standard deviations beyond which a Gaussian of one feature is left out."""


def nodes_of(target: Any, support: Any, weights: Any, rng: np.random.Generator) -> Pair:
    """Return nodes to fit to, and nodes to measure at, of whatever the target is."""
    if weights is not None and not _is_points(target):
        raise ParameterError("weights go with points only: give an array of shape (N, D) as the target.")
    if isinstance(target, Mixture):
        return _of_mixture(target, support, rng)
    if hasattr(target, "logpdf"):
        return _of_distribution(target, support, rng)
    if hasattr(target, "logpmf") or hasattr(target, "pmf"):
        raise ParameterError(
            "The target is discrete and has no density. Give its points, and weights=target.pmf(points)."
        )
    if callable(target):
        return _of_density(target, support)
    if support is not None:
        raise ParameterError("support goes with a density only: leave out the points that shall not count.")
    if isinstance(target, tuple):
        return _of_histogram(target)
    return _of_points(target, weights)


def _is_points(target: Any) -> bool:
    return not (isinstance(target, Mixture | tuple) or callable(target) or hasattr(target, "logpdf"))


def _of_mixture(target: Mixture, support: Any, rng: np.random.Generator) -> Pair:
    if target.n_features == 1:
        means, deviations = target.means[:, 0], np.sqrt(target.covariances.dense()[:, 0, 0])
        reach = (float((means - _REACH * deviations).min()), float((means + _REACH * deviations).max()))
        return _of_density(target.logpdf, support if support is not None else reach)
    if support is not None:
        raise ParameterError("A mixture of several features is approximated as it is: leave out support.")
    return _drawn(lambda n: target.sample(n, rng=rng), target.logpdf)


def _drawn(sample: Callable[[int], Any], logpdf: Callable[[Any], Any]) -> Pair:
    """Return two samples; errors are measured at the one that the fit has not seen."""
    halves = []
    for _ in range(2):
        rows = np.asarray(sample(_DRAWS), dtype=float)
        halves.append(Nodes(rows, np.full(_DRAWS, 1 / _DRAWS), np.asarray(logpdf(rows), dtype=float)))
    return halves[0], halves[1]


def _of_distribution(target: Any, support: Any, rng: np.random.Generator) -> Pair:
    """Return nodes of a SciPy distribution: by its quantiles, or, of several features, by its draws."""
    quantile = getattr(target, "ppf", None) or getattr(target, "icdf", None)
    if quantile is None:
        if support is not None:
            raise ParameterError("A distribution of several features is approximated as it is: leave out support.")
        if not hasattr(target, "rvs"):
            raise ParameterError(
                "The target has a logpdf, but neither ppf, icdf nor rvs. Give target.logpdf and support."
            )
        return _drawn(lambda n: target.rvs(size=n, random_state=rng), target.logpdf)
    low, high = 0.0, 1.0
    if support is not None:
        box = _box(support)
        low, high = (float(target.cdf(edge)) for edge in box[0])
        if not high > low:
            raise ParameterError(f"The target has no probability between {box[0][0]:g} and {box[0][1]:g}.")
    fitted, measured = (_quantile_nodes(target, quantile, low, high, n_cells) for n_cells in (512, 1000))
    return fitted, measured


def _quantile_nodes(target: Any, quantile: Callable[[Any], Any], low: float, high: float, n_cells: int) -> Nodes:
    """Return nodes at quantiles: any function of the distribution is integrated over its probability."""
    levels, masses = within_parts(probability_parts(n_cells))
    points = np.asarray(quantile(low + (high - low) * levels), dtype=float)
    log_densities = np.asarray(target.logpdf(points), dtype=float) - np.log(high - low)
    kept = np.isfinite(points) & np.isfinite(log_densities)
    return Nodes(points[kept, None], masses[kept] / masses[kept].sum(), log_densities[kept])


def _box(support: Any) -> FloatArray:
    """Return (low, high) of each feature, (D, 2)."""
    box = np.atleast_2d(np.asarray(support, dtype=float))
    if box.ndim != 2 or box.shape[1] != 2 or not 1 <= len(box) <= 3:
        raise ShapeError(
            f"support must be (low, high), or one such pair for each of up to three features, got shape {box.shape}."
        )
    if not (np.isfinite(box).all() and (box[:, 0] < box[:, 1]).all()):
        raise ParameterError(f"support {box.tolist()} must be finite, with low < high for each feature.")
    return box


def _of_density(log_density: Callable[[Any], Any], support: Any) -> Pair:
    if support is None:
        raise ParameterError("A log-density needs support=(low, high), or a pair for each feature: where it lives.")
    box = _box(support)
    if len(box) == 1:
        fine = np.linspace(box[0, 0], box[0, 1], 4097)
        coarse = _line_nodes(log_density, fine)
        levels = np.concatenate([[0.0], np.cumsum(coarse.masses)])
        edges = np.concatenate([[box[0, 0]], np.sort(coarse.points[:, 0])])
        # Parts of equal probability, and parts of equal width beside them, for what the first look has missed.
        parts = [np.interp(np.linspace(0, 1, n), levels, edges) for n in (512, 1000)]
        lines = [np.unique(np.concatenate([part, fine[::16], box[0]])) for part in parts]
        return _line_nodes(log_density, lines[0]), _line_nodes(log_density, lines[1])
    n_nodes = _GRID[len(box)]
    first = _grid_nodes(log_density, box, n_nodes)
    # Once more, on the part of the box that holds all but a millionth.
    narrow = np.array(
        [_core(first.points[:, d], first.masses, (box[d, 1] - box[d, 0]) / n_nodes) for d in range(len(box))]
    )
    narrow = np.clip(narrow, box[:, :1], box[:, 1:])
    return _grid_nodes(log_density, narrow, n_nodes), _grid_nodes(log_density, narrow, int(1.6 * n_nodes))


def _core(values: FloatArray, masses: FloatArray, step: float) -> tuple[float, float]:
    order = np.argsort(values)
    levels = np.cumsum(masses[order])
    low, high = np.searchsorted(levels, [1e-6, 1 - 1e-6])
    return float(values[order[low]] - 2 * step), float(values[order[min(high, len(order) - 1)]] + 2 * step)


def _line_nodes(log_density: Callable[[Any], Any], edges: FloatArray) -> Nodes:
    points, widths = within_parts(edges)
    return density_nodes(points[:, None], widths, _evaluated(log_density, points))


def _grid_nodes(log_density: Callable[[Any], Any], box: FloatArray, n_nodes: int) -> Nodes:
    axes = [low + (np.arange(n_nodes) + 0.5) * (high - low) / n_nodes for low, high in box]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(box))
    volume = float(np.prod((box[:, 1] - box[:, 0]) / n_nodes))
    return density_nodes(points, np.full(len(points), volume), _evaluated(log_density, points))


def _evaluated(log_density: Callable[[Any], Any], points: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore"):
        values = np.asarray(log_density(points), dtype=float)
    if values.shape != points.shape[:1]:
        raise ShapeError(
            f"The log-density returned shape {values.shape} for points of shape {points.shape}; it must return one "
            f"number for each point: {points.shape[:1]}."
        )
    return values


def _of_histogram(target: tuple[Any, ...]) -> Pair:
    """Return nodes of a histogram, as numpy.histogram returns it: even within each bin."""
    if len(target) != 2:
        raise ShapeError(f"A tuple of {len(target)} is no histogram. Give (counts, edges), as numpy.histogram does.")
    counts, edges = (
        np.asarray(real_array(part, name), dtype=float) for part, name in zip(target, ("counts", "edges"), strict=True)
    )
    if counts.ndim != 1 or edges.shape != (len(counts) + 1,):
        raise ShapeError(f"counts {counts.shape} and edges {edges.shape} are no histogram: there is one edge more.")
    if not (np.isfinite(edges).all() and (np.diff(edges) > 0).all()):
        raise ParameterError("The edges of the histogram must be finite and ascending.")
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.any()):
        raise ParameterError("The counts of the histogram must be finite, not negative, and not all zero.")
    with np.errstate(divide="ignore"):
        logs = np.log(counts / np.diff(edges))

    def log_density(x: FloatArray) -> FloatArray:
        result: FloatArray = logs[np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(counts) - 1)]
        return result

    per_bin = [max(n, -(-m // len(counts))) for n, m in ((4, 512), (6, 1000))]
    lines = [np.interp(np.arange(len(counts) * n + 1) / n, np.arange(len(edges)), edges) for n in per_bin]
    return _line_nodes(log_density, lines[0]), _line_nodes(log_density, lines[1])


def _of_points(target: Any, weights: Any) -> Pair:
    points = np.asarray(real_array(target, "target"), dtype=float)
    points = points[:, None] if points.ndim == 1 else points
    if points.ndim != 2 or not points.shape[1]:
        raise ShapeError(f"Points must have shape (N,) or (N, D), got {np.shape(target)}.")
    if len(points) < 2:
        raise TooFewRowsError(f"The target holds {len(points)} points; give two or more.")
    if not np.isfinite(points).all():
        row = int(np.argmin(np.isfinite(points).all(axis=1)))
        raise NonFiniteError(f"Point {row} of the target contains NaN or infinity. Remove it.")
    masses = row_weights(weights, len(points), "weights")
    masses = np.ones(len(points)) if masses is None else masses
    nodes = Nodes(points, masses / masses.sum(), None)
    return nodes, nodes
