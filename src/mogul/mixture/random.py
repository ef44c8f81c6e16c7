"""Random streams that do not disturb one another."""

from __future__ import annotations

import math
from operator import index

import numpy as np

from mogul.errors import ParameterError


def child_generators(rng: np.random.Generator, n: int) -> list[np.random.Generator]:
    """Return n independent generators that `rng` decides; a longer draw from one leaves the others as they are."""
    entropy = rng.integers(0, 1 << 63, size=4).tolist()
    return [np.random.default_rng(seed) for seed in np.random.SeedSequence(entropy).spawn(n)]


def drawn_shape(shape: int | tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    """Return the shape of a sample as a tuple, and how many draws that is."""
    try:
        sizes = (int(shape),) if isinstance(shape, int | np.integer) else tuple(map(index, shape))
    except TypeError as error:
        raise ParameterError(f"shape is {shape!r}; it must be a whole number or a tuple of them.") from error
    if any(size < 0 for size in sizes):
        raise ParameterError(f"shape {sizes} has a negative length.")
    return sizes, math.prod(sizes)


def drawn_number(n_draws: int) -> int:
    """Return a number of draws that is one."""
    if not isinstance(n_draws, int | np.integer):
        raise ParameterError(f"n_draws is {n_draws!r}; it must be a whole number.")
    return drawn_shape(n_draws)[1]
