"""Kernel == reference, over sizes around those of strips (32), blocks (64 to 512) and chunks (1024)."""

import numpy as np
import pytest

from mogul._kernels import reference

SIZES = (0, 1, 7, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 5000)
DTYPES = (np.float64, np.float32)


def weights_of(kind, n_rows):
    rng = np.random.default_rng(1)
    if kind == "none":
        return None
    weights = rng.random(n_rows)
    return weights if kind == "random" else np.where(rng.random(n_rows) < 0.3, 0.0, weights)


@pytest.mark.parametrize("n_rows", SIZES)
@pytest.mark.parametrize(("n_components", "n_features"), [(1, 1), (3, 2), (3, 8), (20, 5)])
def test_moments_are_those_of_the_reference_for_every_number_of_rows(
    make_problem, form, core, assert_close, n_rows, n_components, n_features
):
    problem = make_problem(form, n_rows, n_components, n_features)
    assert_close(problem.expect(core), problem.expect(reference))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("kind", ["none", "random", "with zeros"])
@pytest.mark.parametrize("n_components", [1, 3, 20])
@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 5, 6, 7, 8, 11, 16, 33])
def test_moments_are_those_of_the_reference_for_every_size_of_mixture(
    make_problem, form, core, assert_close, n_components, n_features, kind, dtype
):
    problem = make_problem(form, 300, n_components, n_features, dtype)
    row_weights = weights_of(kind, 300)
    assert_close(problem.expect(core, row_weights), problem.expect(reference, row_weights))


@pytest.mark.parametrize("kind", ["none", "random", "with zeros"])
@pytest.mark.parametrize("n_components", [2, 20])
@pytest.mark.parametrize("n_features", [1, 3, 8, 33])
@pytest.mark.parametrize("separation", [30.0, 1e3])
def test_moments_of_components_far_apart_are_those_of_the_reference(
    make_problem, form, core, assert_close, n_components, n_features, kind, separation
):
    # Some near enough for rows to be lifted, some too far.
    problem = make_problem(form, 300, n_components, n_features, separation=separation)
    row_weights = weights_of(kind, 300)
    assert_close(problem.expect(core, row_weights), problem.expect(reference, row_weights), 1e-11)


def test_moments_of_many_features_are_those_of_the_reference(make_problem, form, core, assert_close):
    problem = make_problem(form, 100, 3, 70)
    assert_close(problem.expect(core), problem.expect(reference))


@pytest.mark.parametrize(("n_components", "n_features"), [(300, 2), (300, 3), (1500, 1), (40, 6)])
def test_moments_of_many_components_are_those_of_the_reference(
    make_problem, form, core, assert_close, n_components, n_features
):
    problem = make_problem(form, 200, n_components, n_features)
    assert_close(problem.expect(core), problem.expect(reference))


@pytest.mark.parametrize("n_rows", SIZES)
def test_scores_are_those_of_the_reference_for_every_number_of_rows(make_problem, form, core, assert_close, n_rows):
    problem = make_problem(form, n_rows, 3, 5)
    assert_close(problem.score(core), problem.score(reference))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_components", [1, 3, 20])
@pytest.mark.parametrize("n_features", [1, 2, 3, 5, 8, 16, 33, 70])
def test_scores_are_those_of_the_reference_for_every_size_of_mixture(
    make_problem, form, core, assert_close, n_components, n_features, dtype
):
    problem = make_problem(form, 70, n_components, n_features, dtype)
    assert_close(problem.score(core), problem.score(reference))


def test_log_likelihood_is_the_sum_of_the_log_densities_that_scoring_gives(make_problem, form, core):
    problem = make_problem(form, 32, 3, 8)
    log_density = problem.score(core)[1]
    parts = [problem.expect(core, rows=problem.rows[n : n + 1])[0] for n in range(32)]
    # A pass lifts rows where it can, scoring takes differences first; full covariances are not lifted.
    np.testing.assert_allclose(parts, log_density, rtol=0 if form == "full" else 1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_rows", SIZES)
@pytest.mark.parametrize(("n_centres", "n_features"), [(1, 1), (3, 2), (7, 9)])
def test_assignment_is_that_of_the_reference(core, assert_close, n_rows, n_centres, n_features, dtype):
    rng = np.random.default_rng(0)
    rows, centres = rng.normal(size=(n_rows, n_features)).astype(dtype), rng.normal(size=(n_centres, n_features))
    for row_weights in (None, weights_of("with zeros", n_rows)):
        actual = core.nearest_centres(rows, row_weights, centres)
        expected = reference.nearest_centres(rows, row_weights, centres)
        np.testing.assert_array_equal(actual[0], expected[0])
        assert_close(actual, expected)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_rows", SIZES)
def test_lowered_distances_are_those_of_the_reference(core, n_rows, dtype):
    rng = np.random.default_rng(0)
    rows, centre = rng.normal(size=(n_rows, 5)).astype(dtype), rng.normal(size=5)
    actual = np.full(n_rows, 6.0)
    expected = actual.copy()
    core.lower_distances(rows, centre, actual)
    reference.lower_distances(rows, centre, expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-13)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("n_rows", SIZES[1:])
@pytest.mark.parametrize("n_features", [1, 2, 9])
def test_range_is_that_of_the_reference(core, n_rows, n_features, dtype):
    rows = np.random.default_rng(0).normal(size=(n_rows, n_features)).astype(dtype)
    actual, expected = core.scan(rows), reference.scan(rows)
    np.testing.assert_array_equal(actual[0], expected[0])
    np.testing.assert_array_equal(actual[1], expected[1])
    assert actual[2:] == expected[2:] == (-1, -1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("entry", [(0, 0), (0, 4), (31, 2), (32, 0), (1023, 4), (1024, 0), (4999, 4)])
def test_scan_finds_the_first_entry_that_is_not_finite(core, value, entry):
    rows = np.random.default_rng(0).normal(size=(5000, 5))
    rows[entry] = rows[4999, 4] = value
    for n_threads in (1, 3):
        assert core.scan(rows, n_threads)[2:] == entry


@pytest.mark.parametrize("n_matrices", [1, 3])
@pytest.mark.parametrize("n_features", [1, 2, 3, 4, 5, 8, 16, 33, 70, 128])
def test_factors_are_those_of_the_reference(core, assert_close, n_matrices, n_features):
    a = np.random.default_rng(0).normal(size=(n_matrices, n_features, n_features))
    covariances = a @ a.swapaxes(1, 2) / n_features + 0.1 * np.eye(n_features)
    covariances += np.triu(np.full((n_features, n_features), np.nan), 1)  # the upper triangle is not read
    actual, expected = core.factorise(covariances), reference.factorise(covariances)
    assert actual[3] == expected[3] == -1
    # The inverse of a factor loses its condition, here up to 100, in either.
    assert_close(actual[:3], expected[:3], 1e-11)


@pytest.mark.parametrize("failed", [0, 1, 2])
def test_factorise_names_the_first_matrix_that_is_not_positive_definite(core, failed):
    covariances = np.array([np.eye(4)] * 4)
    covariances[failed, 2, 2] = 0.0
    covariances[3, 0, 0] = -1.0
    assert core.factorise(covariances)[3] == reference.factorise(covariances)[3] == failed


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_factorise_refuses_what_is_not_finite(core, value):
    covariances = np.eye(3)[None].copy()
    covariances[0, 1, 1] = value
    assert core.factorise(covariances)[3] == 0
