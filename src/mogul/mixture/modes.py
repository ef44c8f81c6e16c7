"""The modes of a mixture: where its density is highest among its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from mogul._kernels import FloatArray
from mogul._numerics import freeze
from mogul.mixture import climbing
from mogul.mixture.abstract import AbstractMixture
from mogul.mixture.line import Line
from mogul.mixture.probability import whitenings_of
from mogul.mixture.quantiles import require_one_feature
from mogul.mixture.stationary import stationary_points


@final
@dataclass(frozen=True, eq=False)
class Modes:
    """Modes or antimodes of a mixture. Made by `Mixture.modes` and `Mixture.antimodes`."""

    points: FloatArray
    """Shape (M, D), in the units of the data: the highest first; for D = 1 ascending."""
    log_densities: FloatArray
    """The log-density at each, shape (M,)."""
    curvatures: FloatArray
    """Eigenvalues of the Hessian of the log-density at each, ascending, shape (M, D): all negative at a mode."""
    is_complete: bool
    """Whether it is proved that there are no others; for D > 1 never."""

    def __post_init__(self) -> None:
        for name in ("points", "log_densities", "curvatures"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.points)

    @property
    def densities(self) -> FloatArray:
        """The density at each, shape (M,)."""
        return np.exp(self.log_densities)


class AbstractModes(AbstractMixture):
    """Where the density turns."""

    def modes(self) -> Modes:
        """Return all points at which the density is highest among its neighbours.

        Returns
        -------
        Modes
            `points`, `densities`, `log_densities`, `curvatures` (eigenvalues of the Hessian of the log-density) and
            `is_complete`. There can be fewer than K, and, for D > 1, more.

        Notes
        -----
        D = 1: with proof. Bounds of the derivative over intervals exclude turns, or show that there is just one, until
        every part of the hull of the means is decided; see `mogul.mixture.stationary`. `is_complete` is false only if
        the derivative vanishes together with the second one to rounding: at the border between one mode and two.

        D > 1: climbs by mean shift and Newton steps from all means and the midpoints of pairs; what ends on a saddle is
        moved off it and climbs on. Every point returned has a gradient of zero and a Hessian with negative eigenvalues;
        that there are no other modes is likely, not proved.

        References
        ----------
        Carreira-Perpinan (2000), Mode-finding for mixtures of Gaussian distributions, IEEE Trans. Pattern Anal. Mach.
        Intell. 22, 1318-1323, sections 2 and 3.
        Amendola, Engstrom and Haase (2020), Maximum number of modes of Gaussian mixtures, Information and Inference 9,
        587-600.

        Examples
        --------
        >>> import mogul
        >>> found = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0]).modes()
        >>> found.points.round(4).ravel(), found.is_complete
        (array([-1.9987,  1.9987]), True)
        """
        if self.n_features > 1:
            return self._climbed_modes()
        return self._turns(first=0)

    def antimodes(self) -> Modes:
        """Return all points between modes at which the density is lowest among its neighbours, for D = 1.

        Raises
        ------
        ShapeError
            If D > 1.

        Examples
        --------
        >>> import mogul
        >>> mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0]).antimodes().points.round(4) + 0.0
        array([[0.]])
        """
        require_one_feature(self)
        return self._turns(first=1)

    def _turns(self, first: int) -> Modes:
        line = Line.of(self)
        found = stationary_points(line)
        x = found.points[first::2]
        log_densities, _, second = line.slopes(x)
        return Modes(x[:, None], log_densities, second[:, None], not len(found.undecided))

    def _climbed_modes(self) -> Modes:
        whitenings = whitenings_of(self)
        precisions = whitenings.swapaxes(1, 2) @ whitenings
        x = climbing.climbed(self, precisions, climbing.starts(self))
        for _ in range(3):
            _, hessian, metric = climbing.derivatives(self, precisions, x)
            beside = climbing.off_saddles(hessian, metric, x)
            if not len(beside):
                break
            is_mode = np.linalg.eigvalsh(hessian)[:, -1] < 0
            x = np.concatenate([x[is_mode], climbing.climbed(self, precisions, beside)])
        _, hessian, metric = climbing.derivatives(self, precisions, x)
        curvatures = np.linalg.eigvalsh(hessian)
        tops = np.flatnonzero(curvatures[:, -1] < 0)
        log_densities = np.asarray(self.logpdf(x))
        kept = tops[climbing.distinct(x[tops], log_densities[tops], metric[tops])]
        return Modes(x[kept], log_densities[kept], curvatures[kept], False)
