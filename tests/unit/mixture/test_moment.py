"""Moments of Gaussians against a quadrature that is exact for polynomials."""

from itertools import product

import numpy as np
import pytest

from mogul.mixture.moment import gaussian_moments

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(8)


@pytest.mark.parametrize("powers", [(0, 0, 0), (1, 0, 0), (0, 2, 1), (2, 2, 2), (5, 0, 3), (1, 1, 1), (0, 0, 7)])
def test_moments_are_those_of_gauss_hermite_quadrature(powers):
    rng = np.random.default_rng(0)
    means, factors = rng.standard_normal((4, 3)), rng.standard_normal((4, 3, 3))
    found = gaussian_moments(means, factors @ factors.swapaxes(1, 2), powers)
    z = np.array(list(product(NODES, repeat=3)))
    shares = np.prod(list(product(WEIGHTS, repeat=3)), axis=1) / (2 * np.pi) ** 1.5
    rows = means[:, None] + z @ factors.swapaxes(1, 2)
    np.testing.assert_allclose(found, (rows**powers).prod(axis=2) @ shares, rtol=1e-9, atol=1e-9)


def test_high_orders_need_no_deep_recursion():
    found = gaussian_moments(np.zeros((1, 1)), np.ones((1, 1, 1)), (40,))
    assert found[0] == np.prod(np.arange(1.0, 40.0, 2.0))
