"""Quantiles of many mixtures of normals."""

import numpy as np
import pytest
import scipy.special

from mogul.mixture.quantile import quantiles_of_normals


@pytest.mark.parametrize("probability", [1e-300, 1e-20, 0.01, 0.4999, 0.5, 0.9, 1 - 1e-15])
def test_one_normal(probability):
    found = quantiles_of_normals(probability, np.ones(1), np.array([[3.0], [-1.0]]), np.array([2.0]))
    np.testing.assert_allclose(found, np.array([3.0, -1.0]) + 2 * scipy.special.ndtri(probability), rtol=1e-14)


def test_components_far_apart_and_of_unlike_width():
    """In a valley without mass, from narrow peaks to wide shoulders."""
    rng = np.random.default_rng(0)
    weights = rng.dirichlet(np.full(5, 0.3), 300)
    means, deviations = 1e4 * rng.standard_normal((300, 5)), 10 ** rng.uniform(-5, 3, (300, 5))
    for probability in (1e-9, 0.3, 0.5, 0.8, 1 - 1e-9):
        y = quantiles_of_normals(probability, weights, means, deviations)
        step = 1e-12 * np.abs(y)  # A narrow peak has its whole mass between a few numbers.
        below, above = (
            (weights * scipy.special.ndtr((at[:, None] - means) / deviations)).sum(axis=1)
            for at in (y - step, y + step)
        )
        assert (below <= probability * (1 + 1e-9)).all()
        assert (above >= probability * (1 - 1e-9)).all()


def test_a_component_without_weight_does_not_widen_the_bracket():
    found = quantiles_of_normals(0.1, np.array([1.0, 0.0]), np.array([0.0, 1e300]), np.ones(2))
    assert found == pytest.approx(scipy.special.ndtri(0.1), rel=1e-14)
