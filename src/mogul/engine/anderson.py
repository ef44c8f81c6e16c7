"""Anderson's extrapolation of a fixed-point iteration, knowing neither what is iterated nor in which coordinates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar, final

import numpy as np

from mogul._kernels import FloatArray

M = TypeVar("M")

PERIOD = 6
"""A proposal is made after so many plain steps: they mend what a jump disturbed, and their gains tell when to stop."""


@final
@dataclass(frozen=True, eq=False)
class Anderson(Generic[M]):
    """Proposes, from the last plain steps ``x_i -> G(x_i)``, a model near where they would end.

    With residuals f_i = G(x_i) - x_i in coordinates around the latest x, the shares a_i (summing to one) that make
    ``|sum_i a_i f_i|`` least are applied to the images: the proposal is ``sum_i a_i G(x_i)``. If G were affine and as
    many steps were remembered as it has slow directions, that would be its fixed point. Between two proposals come
    PERIOD plain steps (alternating Anderson-Picard iteration).

    References
    ----------
    Anderson (1965), Iterative procedures for nonlinear integral equations, J. ACM 12, 547-560.
    Walker and Ni (2011), Anderson acceleration for fixed-point iterations, SIAM Journal on Numerical Analysis 49,
    1715-1735, eq. 2.2.
    Banerjee, Suryanarayana and Pask (2016), Periodic Pulay method for robust and efficient convergence acceleration of
    self-consistent field iterations, Chem. Phys. Lett. 647, 31-35.
    Henderson and Varadhan (2019), Damped Anderson acceleration with restarts and monotonicity control for
    accelerating EM and EM-like algorithms, J. Comput. Graph. Stat. 28, 834-846.
    """

    displacement: Callable[[M, M], FloatArray]
    """(base, model) -> coordinates of the model around the base, zero for the base itself."""
    displaced: Callable[[M, FloatArray], M]
    """(base, coordinates) -> the model with these coordinates."""
    is_allowed: Callable[[M], bool]
    """Whether a model obeys every constraint."""
    n_remembered: int = PERIOD

    def is_due(self, n_steps: int, n_since: int, stride: int) -> bool:
        """Return whether to propose now, after `n_since` iterations since the last jump, `stride` of them a step."""
        return n_steps >= 3 and n_since > 0 and n_since % (PERIOD * stride) == 0

    def proposal(self, steps: Sequence[tuple[M, M]]) -> M:
        """Return the extrapolated model; at least two steps must be given, the latest last."""
        base, _ = steps[-1]
        x = np.array([self.displacement(base, model) for model, _ in steps])
        g = np.array([self.displacement(base, image) for _, image in steps])
        residuals = g - x
        # Differences to the latest step take care of the shares summing to one.
        slopes, latest = (residuals[:-1] - residuals[-1]).T, residuals[-1]
        shares, *_ = np.linalg.lstsq(slopes, -latest, rcond=1e-10)
        return self.displaced(base, g[-1] + shares @ (g[:-1] - g[-1]))
