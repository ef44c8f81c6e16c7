"""Far tails, weights of zero, units that are powers of two, data far from zero."""

import numpy as np
import pytest

from mogul._kernels import reference


@pytest.mark.parametrize("n_features", [1, 2, 5, 7, 16])
def test_rows_of_weight_zero_count_for_nothing_however_far_they_are(make_problem, form, core, assert_close, n_features):
    problem = make_problem(form, 600, 3, n_features)
    far = problem.rows.copy()
    row_weights = np.ones(600)
    for start, size in ((0, 1e3), (1, 1e155), (2, 1e300)):
        far[start::10] = size
        row_weights[start::10] = 0.0
    kept = row_weights > 0
    expected = problem.expect(core, rows=problem.rows[kept])
    assert_close(problem.expect(core, row_weights, rows=far), expected)
    assert_close(problem.expect(core, row_weights), expected)


def test_all_weights_zero_give_sums_of_exactly_zero(make_problem, form, core):
    problem = make_problem(form, 100, 3, 6)
    for part in problem.expect(core, np.zeros(100)):
        assert not np.any(part)


def test_responsibilities_of_far_rows_sum_to_one(make_problem, form, core):
    problem = make_problem(form, 200, 3, 5)
    for size in (1e2, 1e4, 1e8, 1e100, 1e150):
        rows = problem.rows * size
        _, log_density, responsibilities, _ = problem.score(core, rows=rows)
        assert np.isfinite(log_density).all()
        np.testing.assert_allclose(responsibilities.sum(axis=1), 1.0, rtol=1e-14)


def test_rows_too_far_to_square_have_no_finite_log_density_and_harm_no_other(
    make_problem, form, core, assert_same_bits
):
    problem = make_problem(form, 100, 3, 5)
    rows = problem.rows.copy()
    rows[7], rows[8] = 1e200, -1e307
    actual, plain = problem.score(core, rows=rows), problem.score(core)
    others = np.delete(np.arange(100), [7, 8])
    assert not np.isfinite(actual[1][[7, 8]]).any()
    assert_same_bits([part[others] for part in actual], [part[others] for part in plain])
    assert not np.isfinite(problem.expect(core, rows=rows)[0])


def test_a_component_at_an_infinite_distance_counts_for_nothing(core):
    # z overflows for the second component: its responsibility is 0, and 0 * infinity must not spoil its sums.
    for n_features in (2, 7):
        means = np.zeros((2, n_features))
        means[1] = 1e180
        whitening = np.array([np.eye(n_features), 1e170 * np.eye(n_features)])
        factors = np.array([np.eye(n_features), 1e-170 * np.eye(n_features)])
        rows = np.random.default_rng(0).normal(size=(50, n_features))
        result = core.expect_full(rows, None, np.zeros(2), means, whitening, factors)
        assert result[1].tolist() == [50.0, 0.0]
        assert all(np.isfinite(part).all() for part in result)


@pytest.mark.parametrize("exponents", [(400, 400, 400), (-400, -400, -400), (400, -400, 0), (-300, 17, 255)])
@pytest.mark.parametrize("n_features", [3, 6])
def test_features_scaled_by_powers_of_two_scale_every_moment_exactly(
    make_problem, form, core, assert_same_bits, exponents, n_features
):
    if form == "spherical":  # one scale for all features
        exponents = exponents[:1] * 3
    problem = make_problem(form, 700, 3, n_features)
    s = 2.0 ** np.resize(exponents, n_features)
    covariances = [factor @ factor.swapaxes(-1, -2) for factor in problem.factors]
    whitening = problem.whitening / (s[0] if form == "spherical" else s)
    factors = [factor * s[:, None] for factor in problem.factors]
    scaled = type(problem)(form, problem.rows * s, problem.constants, problem.means * s, whitening, tuple(factors))
    plain, moved = problem.expect(core), scaled.expect(core)
    second_scale = {"full": np.outer(s, s), "tied": np.outer(s, s), "diagonal": s * s, "spherical": s[0] ** 2}[form]
    assert_same_bits(moved, (plain[0], plain[1], plain[2] * s, plain[3] * second_scale))
    assert_same_bits(scaled.score(core), problem.score(core))
    if form == "full":
        before, after = core.factorise(covariances[0]), core.factorise(covariances[0] * np.outer(s, s))
        assert_same_bits(after[:2], (before[0] * s[:, None], before[1] / s))


@pytest.mark.parametrize("offset", [1e4, 1e8])
def test_data_far_from_zero_lose_only_the_digits_of_the_data(make_problem, form, core, assert_close, offset):
    problem = make_problem(form, 500, 3, 6)
    rows, means = problem.rows + offset, problem.means + offset
    near = type(problem)(form, rows - offset, problem.constants, means - offset, problem.whitening, problem.factors)
    far = type(problem)(form, rows, problem.constants, means, problem.whitening, problem.factors)
    # The rows themselves were rounded when the offset was added and taken off: not the loss of the kernel.
    assert_close(far.expect(core), near.expect(core), 1e-11)


@pytest.mark.parametrize("separation", [1e2, 1e4, 1e6])
def test_pooled_scatter_does_not_cancel_however_far_components_are_apart(core, separation):
    rng = np.random.default_rng(0)
    means = separation * rng.normal(size=(4, 3))
    rows = means[rng.integers(4, size=2000)] + rng.normal(size=(2000, 3))
    args = (rows, None, np.zeros(4), means, np.eye(3), np.eye(3))
    actual, expected = core.expect_tied(*args), reference.expect_tied(*args)
    # z = (x - origin) - (m - origin) is rounded at the size of the separation in standard deviations.
    tolerance = 1e-12 + 1e-15 * separation
    np.testing.assert_allclose(actual[3], expected[3], rtol=0, atol=tolerance * 2000)
    np.testing.assert_allclose(actual[2], expected[2], rtol=0, atol=tolerance * 2000)


def test_every_entry_of_the_scatter_is_accurate_whatever_the_units_of_its_features(core):
    rng = np.random.default_rng(0)
    units = 10.0 ** np.array([-9, 7, 0, -3, 9, 2])
    factor = np.tril(rng.normal(size=(6, 6))) + 3 * np.eye(6)
    z = rng.normal(size=(4000, 6))
    rows, factors = (z @ factor.T) * units, factor * units[:, None]
    whitening = np.linalg.inv(factor) / units
    _, _, _, second = core.expect_full(
        rows, None, np.zeros(1), np.zeros((1, 6)), np.tril(whitening)[None], factors[None]
    )
    exact = (rows.astype(np.longdouble).T @ rows.astype(np.longdouble)).astype(float)
    np.testing.assert_allclose(
        second[0] / np.outer(units, units), exact / np.outer(units, units), rtol=1e-11, atol=1e-9
    )


@pytest.mark.parametrize("size", [1e-150, 1e150])
def test_data_as_small_or_large_as_their_squares_allow(make_problem, form, core, assert_close, size):
    problem = make_problem(form, 300, 3, 6)
    factors = tuple(size * factor for factor in problem.factors)
    sized = type(problem)(
        form, problem.rows * size, problem.constants, problem.means * size, problem.whitening / size, factors
    )
    log_likelihood, counts, first, second = problem.expect(core)
    assert_close(sized.expect(core), (log_likelihood, counts, first * size, second * size * size), 1e-11)
