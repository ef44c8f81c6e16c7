"""Roots of many functions at once."""

import numpy as np

from mogul.mixture.roots import bracketed_roots


def test_every_function_gets_its_own_root_whichever_end_is_below():
    wanted = np.linspace(0.1, 3.0, 50)

    def cubes(x, places):
        return x**3 - wanted[places] ** 3, 3 * x**2, np.zeros(len(x))

    below, above = np.zeros(50), np.full(50, 10.0)
    np.testing.assert_allclose(bracketed_roots(cubes, below, above), wanted, rtol=4e-16)

    def falling(x, places):
        return wanted[places] - x, -np.ones(len(x)), np.zeros(len(x))

    np.testing.assert_allclose(bracketed_roots(falling, above, below), wanted, rtol=4e-16)


def test_a_step_with_a_useless_slope_is_found_by_halving():
    def step(x, _):
        return np.where(x < 0.7, -1.0, 1.0), np.full(len(x), 1e-9), np.zeros(len(x))

    assert abs(bracketed_roots(step, np.zeros(1), np.ones(1))[0] - 0.7) < 1e-15


def test_no_functions_have_no_roots():
    assert bracketed_roots(lambda x, places: (x, x, x), np.empty(0), np.empty(0)).shape == (0,)
