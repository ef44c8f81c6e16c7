"""How errors fall with the number of components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mogul.approximation import Errors
from mogul.plot.backend import axes_to_draw_on

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINES = {"kl": "Kullback-Leibler (nats)", "total_variation": "total variation", "kolmogorov": "Kolmogorov"}


def draw_errors(path: Sequence[Errors], ax: Axes | None) -> Axes:
    """Draw each kind of error against the number of components, on logarithmic scales, and return the axes."""
    ax = axes_to_draw_on(ax, (6.4, 4.0))
    numbers = [errors.n_components for errors in path]
    for (name, label), marker in zip(_LINES.items(), "osd", strict=True):
        values = np.array([getattr(errors, name) for errors in path])
        if np.isfinite(values).any():
            ax.plot(numbers, values, marker=marker, label=label)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.xaxis.set_major_formatter("{x:.0f}")
    ax.set(xlabel="number of Gaussians", ylabel="error")
    ax.legend()
    return ax
