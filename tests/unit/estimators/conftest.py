"""Rows of three clear groups."""

import numpy as np
import pytest


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return 12 * np.eye(3)[rng.integers(3, size=240)] + rng.standard_normal((240, 3))


@pytest.fixture
def labels():
    return np.random.default_rng(0).integers(3, size=240)


@pytest.fixture
def overlapping():
    rng = np.random.default_rng(1)
    return 2 * rng.integers(3, size=(400, 1)) + rng.standard_normal((400, 2))
