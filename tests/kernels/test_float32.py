"""float32 arithmetic agrees with the reference as far as float32 goes, whatever the offset of the data."""

import numpy as np
import pytest

from mogul._kernels import reference

SIZES = (0, 1, 7, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 5000)  # around strips, blocks, chunks
EPSILON = 2.0**-23


def weights_of(kind, n_rows):
    rng = np.random.default_rng(1)
    if kind == "none":
        return None
    weights = rng.random(n_rows)
    return weights if kind == "random" else np.where(rng.random(n_rows) < 0.3, 0.0, weights)


def displaced(problem, offset):
    """Return (rows, means) so far away: rows as float32 holds them there, means that it does not hold."""
    return (problem.rows + offset).astype(np.float32), problem.means + offset


def both(problem, core, offset=0.0, row_weights=None):
    """Return the moments in float32, and those of the reference for the same rows."""
    near, means = displaced(problem, offset)
    given = near, row_weights, problem.constants, means, problem.whitening
    kernel = f"expect_{problem.form}"
    actual = getattr(core, kernel)(*given, *problem.factors, in_float32=True)
    return actual, getattr(reference, kernel)(*given, *problem.factors)


@pytest.mark.parametrize("n_rows", SIZES)
def test_moments_are_those_of_the_reference_for_every_number_of_rows(make_problem, form, core, assert_close, n_rows):
    for n_components, n_features in ((3, 2), (3, 8)):
        actual, expected = both(make_problem(form, n_rows, n_components, n_features), core)
        assert_close(actual, expected, 40 * EPSILON)


@pytest.mark.parametrize("kind", ["none", "random", "with zeros"])
@pytest.mark.parametrize("n_components", [1, 3, 20])
@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 33, 70])
def test_moments_are_those_of_the_reference_for_every_size_of_mixture(
    make_problem, form, core, assert_close, n_components, n_features, kind
):
    problem = make_problem(form, 300, n_components, n_features)
    actual, expected = both(problem, core, row_weights=weights_of(kind, 300))
    assert_close(actual, expected, 40 * EPSILON)


@pytest.mark.parametrize("offset", [10.0, 1000.0, 100000.0])
@pytest.mark.parametrize("n_features", [2, 5, 8, 16])
def test_an_offset_of_the_data_costs_nothing(make_problem, form, core, assert_close, n_features, offset):
    actual, expected = both(make_problem(form, 3000, 4, n_features), core, offset)
    assert_close(actual, expected, 40 * EPSILON)


@pytest.mark.parametrize("n_features", [3, 8, 16])
def test_the_error_grows_with_the_root_of_the_condition(core, assert_close, n_features):
    condition = 1e4
    # Narrow along a direction that mixes all features.
    q = np.linalg.qr(np.random.default_rng(0).normal(size=(n_features, n_features)))[0]
    spread = q * np.geomspace(1, 1 / np.sqrt(condition), n_features)
    factors, whitening, log_determinants, _ = reference.factorise(np.array([spread @ spread.T] * 2))
    means = 1000 + np.array([np.zeros(n_features), spread[:, 0]])
    rng = np.random.default_rng(1)
    rows = means[rng.integers(2, size=3000)] + rng.normal(size=(3000, n_features)) @ spread.T
    given = rows.astype(np.float32), None, -0.5 * log_determinants, means, whitening, factors
    # The rows themselves are rounded to float32; what is compared is the arithmetic on them.
    actual, expected = core.expect_full(*given, in_float32=True), reference.expect_full(*given)
    assert_close(actual, expected, 8 * EPSILON * np.sqrt(condition))


@pytest.mark.parametrize("n_features", [2, 16])
def test_float32_arithmetic_is_the_same_for_any_number_of_threads(
    make_problem, form, core, assert_same_bits, n_features
):
    problem = make_problem(form, 20000, 16, n_features, np.float32)
    results = [
        getattr(core, f"expect_{form}")(
            problem.rows,
            None,
            problem.constants,
            problem.means,
            problem.whitening,
            *problem.factors,
            n_threads=n_threads,
            in_float32=True,
        )
        for n_threads in (1, 2, 3)
    ]
    assert_same_bits(results[0], results[1])
    assert_same_bits(results[0], results[2])


@pytest.mark.parametrize("n_features", [2, 8])
@pytest.mark.parametrize("size", [1e-25, 1e-15, 1e15, 1e25])
def test_units_of_any_size_will_do(make_problem, form, core, assert_close, n_features, size):
    # Where float32 cannot hold the whitening, float64 serves.
    problem = make_problem(form, 500, 3, n_features)
    given = (problem.rows * size).astype(np.float32), None, problem.constants, problem.means * size
    arrays = problem.whitening / size, *(factor * size for factor in problem.factors)
    kernel = f"expect_{form}"
    actual = getattr(core, kernel)(*given, *arrays, in_float32=True)
    assert_close(actual, getattr(reference, kernel)(*given, *arrays), 40 * EPSILON)


@pytest.mark.parametrize("n_features", [2, 8])
def test_what_float32_cannot_hold_is_left_to_float64(make_problem, form, core, assert_same_bits, n_features):
    problem = make_problem(form, 500, 3, n_features)
    far = problem.rows.astype(np.float32)
    far[7] = 1e22  # the square overflows in float32 only
    weights = np.full(500, 1e-60)
    kernel, parameters = f"expect_{form}", (problem.constants, problem.means, problem.whitening, *problem.factors)
    for rows, row_weights in ((far, None), (problem.rows.astype(np.float32), weights)):
        single, double = (
            getattr(core, kernel)(rows, row_weights, *parameters, in_float32=single) for single in (True, False)
        )
        assert np.isfinite(double[0])
        assert_same_bits(single, double)


@pytest.mark.parametrize("n_features", [2, 8])
def test_a_component_that_float32_does_not_see_is_left_to_float64(
    make_problem, form, core, assert_same_bits, n_features
):
    problem = make_problem(form, 500, 2, n_features)
    constants = problem.constants - np.array([0.0, 400.0])
    given = problem.rows.astype(np.float32)[:200] * 0, None, constants, problem.means, problem.whitening
    kernel = f"expect_{form}"
    actual = [getattr(core, kernel)(*given, *problem.factors, in_float32=single) for single in (True, False)]
    assert_same_bits(*actual)
