"""Random streams that do not disturb one another."""

from __future__ import annotations

import numpy as np


def child_generators(rng: np.random.Generator, n: int) -> list[np.random.Generator]:
    """Return n independent generators that `rng` decides; a longer draw from one leaves the others as they are."""
    entropy = rng.integers(0, 1 << 63, size=4).tolist()
    return [np.random.default_rng(seed) for seed in np.random.SeedSequence(entropy).spawn(n)]
