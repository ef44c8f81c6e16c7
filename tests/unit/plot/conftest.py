"""Pictures are drawn in memory and closed after each test."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

import mogul


@pytest.fixture(autouse=True)
def _figures_in_memory():
    backend = mpl.get_backend()
    plt.switch_backend("agg")
    yield
    plt.close("all")
    plt.switch_backend(backend)


@pytest.fixture
def three():
    """Three Gaussians in one feature."""
    return mogul.Mixture.univariate([0.2, 0.5, 0.3], [-3.0, 0.0, 4.0], [0.5, 1.0, 2.0])


@pytest.fixture
def plane():
    """Three Gaussians in two features."""
    return mogul.Mixture(
        [0.3, 0.45, 0.25],
        [[0.0, 0.0], [4.0, 1.0], [1.0, 4.0]],
        [[[1.0, 0.6], [0.6, 1.0]], [[1.5, -0.9], [-0.9, 1.0]], [[0.3, 0.0], [0.0, 1.2]]],
    )


@pytest.fixture
def four_features():
    """Two Gaussians in four features."""
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(2, 4, 4))
    return mogul.Mixture([0.4, 0.6], rng.normal(size=(2, 4)) * 4, factors @ factors.swapaxes(1, 2) + np.eye(4))
