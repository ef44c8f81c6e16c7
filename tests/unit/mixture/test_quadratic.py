"""The law of a quadratic function of normal variables."""

import numpy as np

from mogul.mixture.quadratic import probability_below


def test_one_variable_is_exact_far_out():
    from scipy.special import ndtr

    found = probability_below(np.array([[0.0, 1.0], [0.0, -1.0]]), np.zeros((2, 2)), np.array([4.0, -900.0]))
    np.testing.assert_allclose(found, [1 - 2 * ndtr(-2.0), 2 * ndtr(-30.0)], rtol=1e-10)


def test_a_linear_function_is_normal():
    from scipy.special import ndtr

    found = probability_below(np.zeros((3, 2)), np.array([[3.0, 4.0]] * 2 + [[0.0, 0.0]]), np.array([5.0, -50.0, 1.0]))
    np.testing.assert_allclose(found, [ndtr(1.0), ndtr(-10.0), 1.0], rtol=1e-14)


def test_beyond_the_ends_there_is_nothing():
    squares, slopes = np.array([[1.0, 2.0], [-1.0, -2.0]]), np.ones((2, 2))
    ends = np.array([-1 / 4 - 1 / 8, 1 / 4 + 1 / 8])
    np.testing.assert_allclose(probability_below(squares, slopes, ends + np.array([-1e-9, 1e-9])), [0, 1], atol=1e-12)


def test_small_tails_keep_their_digits():
    from scipy import stats

    far = np.array([200.0, 400.0])
    found = probability_below(-np.ones((2, 4)), np.zeros((2, 4)), -far)
    np.testing.assert_allclose(found, stats.chi2.sf(far, 4), rtol=1e-9)


def test_scales_that_differ_by_orders_of_magnitude_agree_with_draws():
    rng = np.random.default_rng(0)
    squares = rng.standard_normal((6, 4)) * 10 ** rng.uniform(-3, 1, (6, 4))
    slopes = rng.standard_normal((6, 4)) * 10 ** rng.uniform(-2, 1, (6, 4))
    z = rng.standard_normal((20_000, 4))
    values = z**2 @ squares.T + z @ slopes.T
    found = probability_below(squares, slopes, np.quantile(values, 0.3, axis=0))
    # Six values of standard error 0.003.
    np.testing.assert_allclose(found, 0.3, atol=0.014)
