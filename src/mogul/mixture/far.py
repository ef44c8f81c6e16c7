"""Points so far out that their squared distance overflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mogul._kernels import Array

if TYPE_CHECKING:
    from mogul.covariance import Outputs
    from mogul.mixture.mixture import Mixture


def mend_far_rows(mixture: Mixture, rows: Array, outputs: Outputs) -> None:
    """Replace, in place, the outputs of finite rows whose log-density came out as minus infinity or NaN.

    There the weights of the components do not matter any more: the nearest component, in units of its own spread,
    takes all. Distances are compared after scaling the row and the means down by a power of two, which is exact.
    """
    if "log_density" not in outputs:
        return
    far = np.flatnonzero(~np.isfinite(outputs["log_density"]) & np.isfinite(rows).all(axis=1))
    if not len(far):
        return
    scale = 2.0**-600
    with np.errstate(over="ignore", invalid="ignore"):
        z = mixture.covariances.whitened(rows[far] * scale, mixture.means * scale)
        distance = np.einsum("nkd,nkd->nk", z, z)
    distance[:, mixture.weights == 0] = np.inf
    nearest = distance == distance.min(axis=1, keepdims=True)
    outputs["log_density"][far] = -np.inf
    if "joint" in outputs:
        outputs["joint"][far] = -np.inf
    if "responsibilities" in outputs:
        outputs["responsibilities"][far] = nearest / nearest.sum(axis=1, keepdims=True)
    if "labels" in outputs:
        outputs["labels"][far] = nearest.argmax(axis=1)
