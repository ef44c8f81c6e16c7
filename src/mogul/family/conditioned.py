"""A wrapper that bounds how much wider than another any direction of any component may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import symmetric
from mogul.covariance import AbstractCovariance
from mogul.errors import ParameterError
from mogul.family.abstract import AbstractFamily, Conjugacy, Symmetry
from mogul.family.wrapper import AbstractWrapper
from mogul.mixture import Mixture
from mogul.statistics import Floor, Statistics


@final
@dataclass(frozen=True, eq=False)
class Conditioned(AbstractWrapper):
    """No eigenvalue of any covariance is more than `ratio` times another's, of the same component or not.

    For the families whose covariances are average scatters, S_k = U_k diag(l_k) U_k': VVV, EEE, VVI and VII. The exact
    M-step keeps their axes and cuts their eigenvalues to m <= l <= ratio m, with the m that minimises::

        sum_kj  counts[k] (log l_kj + S_kj / l_kj),   l_kj = S_kj cut to [m, ratio m],   S_kj the eigenvalues of S_k

    (Fritz, Garcia-Escudero and Mayo-Iscar, 2013, Computational Statistics and Data Analysis 61, 124-136). The
    likelihood is then bounded, as Hathaway (1985, Annals of Statistics 13, 795-800) showed.
    """

    ratio: float

    def __post_init__(self) -> None:
        if self.inner.averaging is None or not self.inner.averaging.is_plain:
            raise ParameterError(
                f"Eigenvalues of the family {self.inner.name}, or of what wraps it, cannot be bounded. Use one of VVV "
                "('full'), EEE ('tied'), VVI ('diag') or VII ('spherical')."
            )
        if not 1 <= self.ratio < np.inf:
            raise ParameterError(f"The ratio of eigenvalues is {self.ratio:g}; it must be 1 or more.")

    @property
    def symmetry(self) -> Symmetry:
        axes_turn = self.inner.symmetry is not Symmetry.COLUMNS
        return Symmetry.ROTATION if axes_turn else Symmetry.SCALE

    @property
    def conjugacy(self) -> Conjugacy | None:
        return None

    @property
    def scout(self) -> AbstractFamily:
        return self.inner.scout

    def covariances(
        self, statistics: Statistics, previous: Mixture | None, floor: Floor | None = None
    ) -> AbstractCovariance:
        averaging = self.inner.averaging
        assert averaging is not None  # as __post_init__ has seen
        averages = statistics.averages()
        values, axes = _spectra(averages, statistics.moments.correlations)
        counts = np.full(len(values), statistics.total) if statistics.moments.pooled else statistics.counts
        cut = truncated(values, counts, self.ratio, 0.0 if floor is None else floor.least)
        if cut is not values:
            averages = cut.reshape(averages.shape) if axes is None else _composed(axes, cut).reshape(averages.shape)
        return averaging.form.trusted(averages, *statistics.first.shape)

    def admitted(self, mixture: Mixture) -> Mixture:
        inner = self.inner.admitted(mixture)
        values, axes = _spectra(inner.covariances.dense(), True)
        if values.max() <= values.min() * self.ratio * (1 + 1e-9) or axes is None:
            return inner
        matrices = _composed(axes, truncated(values, inner.weights, self.ratio, 0.0))
        averaging, moments, weights = self.inner.averaging, self.inner.moments, inner.weights
        assert averaging is not None  # as __post_init__ has seen
        # Cut matrices of the form are of the form but for rounding: averages of them are these matrices in its layout.
        array = moments.averaged(moments.of_full(weights[:, None, None] * matrices), weights, inner.n_features)
        return Mixture(weights, inner.means, averaging.form.trusted(array, *inner.means.shape))


def truncated(values: FloatArray, counts: FloatArray, ratio: float, least: float) -> FloatArray:
    """Return eigenvalues (K, J) cut to [m, ratio m], m >= least, with the m of the greatest likelihood.

    In log m the loss is convex: its slope, times m, is that of the eigenvalues cut from below and from above::

        sum_low counts (m - l) + sum_high counts (m - l / ratio)

    and changes its form at the eigenvalues l and at l / ratio only.
    """
    if values.max() <= ratio * values.min() and values.min() >= least:
        return values
    own, n = values.ravel(), np.repeat(counts, values.shape[1])
    low, high = np.argsort(own), np.argsort(-own)
    n_low, s_low = np.cumsum(n[low]), np.cumsum((n * own)[low])
    n_high, s_high = np.cumsum(n[high]), np.cumsum((n * own)[high]) / ratio

    def sums(m: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return counts, and scatters, of the eigenvalues that are cut at m."""
        below = np.searchsorted(own[low], m, side="left")
        above = np.searchsorted(-own[high], -ratio * m, side="left")
        counted = np.append(0.0, n_low)[below] + np.append(0.0, n_high)[above]
        return counted, np.append(0.0, s_low)[below] + np.append(0.0, s_high)[above]

    edges = np.unique(np.concatenate([own, own / ratio]))
    edges = edges[edges > 0]
    counted, scattered = sums(edges)
    rises = counted * edges >= scattered
    first = int(rises.argmax()) if rises.any() else len(edges) - 1
    # Between the edges around the minimum, the same eigenvalues are cut.
    inside = np.sqrt(edges[max(first - 1, 0)] * edges[first]) if first else edges[0] / 2
    counted, scattered = sums(np.array([inside]))
    m = scattered[0] / counted[0] if counted[0] > 0 else edges[first]
    m = max(float(np.clip(m, edges[first - 1] if first else 0.0, edges[first])), least)
    return np.clip(values, m, ratio * m)


def _spectra(averages: FloatArray, has_axes: bool) -> tuple[FloatArray, FloatArray | None]:
    """Return (eigenvalues, axes) of average scatters: (K or 1, J) and (K or 1, D, D), or None where those are known."""
    if not has_axes:
        return averages.reshape(len(averages), -1), None
    values, axes = np.linalg.eigh(averages.reshape(-1, *averages.shape[-2:]))
    return np.maximum(values, 0.0), axes


def _composed(axes: FloatArray, values: FloatArray) -> FloatArray:
    return symmetric((axes * values[:, None, :]) @ axes.swapaxes(1, 2))
