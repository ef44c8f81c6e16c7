"""Rounds of EM in one call: the reference, bits, and why a run ends."""

import numpy as np
import pytest

from mogul._kernels import reference
from mogul.engine import StopRule

ALL_ROUNDS, BELOW_FLOOR, NO_ROWS, NOT_POSITIVE_DEFINITE, SETTLED = 0, 1, 2, 3, 6
N_ROUNDS = np.array([7])


def cut(form, matrices):
    """Covariances of a form, from those of K components."""
    if form == "full":
        return matrices
    if form == "tied":
        return matrices.mean(axis=0)
    diagonal = np.einsum("kii->ki", matrices)
    return diagonal.copy() if form == "diagonal" else diagonal.mean(axis=1)


def floor_of(form, n_features, variance):
    """One floor, alike in every direction."""
    if form in ("full", "tied"):
        return variance * np.eye(n_features)[None]
    return np.full((1, n_features) if form == "diagonal" else 1, variance)


@pytest.fixture
def make_start(make_problem, form):
    """Rows, and a batch of one mixture to begin with."""

    def make(n_rows, n_components, n_features, seed=0):
        rng = np.random.default_rng([seed, 5])
        rows = make_problem(form, n_rows, n_components, n_features, seed=seed).rows
        weights = rng.dirichlet(np.full(n_components, 5.0))
        means = rows[rng.choice(n_rows, n_components, replace=False)].astype(float)
        return rows, [weights[None], means[None], cut(form, np.array([4 * np.eye(n_features)] * n_components))[None]]

    return make


def climb(kernels, form, rows, start, n_rounds=N_ROUNDS, row_weights=None, **options):
    return getattr(kernels, f"climb_{form}")(rows, row_weights, *start, n_rounds, **options)


@pytest.mark.parametrize("n_features", [1, 2, 4, 7, 17])
@pytest.mark.parametrize("n_components", [1, 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_rounds_are_those_of_the_reference(make_start, form, core, assert_close, n_components, n_features, weighted):
    rows, start = make_start(300, n_components, n_features)
    options = {"row_weights": np.random.default_rng(1).random(300) if weighted else None, "widening": 0.01}
    options["floors"] = floor_of(form, n_features, 1e-6)
    # Rounding differs, and seven rounds carry it on.
    assert_close(climb(core, form, rows, start, **options), climb(reference, form, rows, start, **options), 1e-10)


def test_the_trace_holds_the_log_likelihoods_that_a_pass_gives(make_start, form, core):
    rows, start = make_start(200, 3, 4)
    *_, exponents, trace, _, _ = climb(core, form, rows, start)
    for n_rounds in (0, 3, 7):
        weights, means, covariances, *_ = climb(core, form, rows, start, np.array([n_rounds]))
        order = np.lexsort((weights[0], *means[0].T[::-1]))
        if form == "tied":
            factors, whitening, _, _ = core.factorise(covariances)
            arrays, scales = (whitening[0], factors[0]), np.tile(np.diag(whitening[0]), (3, 1))
        elif form == "full":
            factors, whitening, _, _ = core.factorise(covariances[0])
            arrays, scales = (whitening[order], factors[order]), np.diagonal(whitening, axis1=1, axis2=2)
        else:
            whitening = 1 / np.sqrt(covariances[0])
            arrays, scales = (whitening[order],), np.broadcast_to(whitening.reshape(3, -1), (3, 4))
        constants, exponent = core.constants(weights[0], np.ascontiguousarray(scales))
        expected = getattr(core, f"expect_{form}")(rows, None, constants[order], means[0][order], *arrays)
        assert (exponents[0, n_rounds], trace[0, n_rounds]) == (exponent, expected[0])


def test_rounds_made_in_two_calls_are_those_of_one(make_start, form, core, assert_same_bits):
    rows, start = make_start(200, 3, 4)
    whole = climb(core, form, rows, start)
    half = climb(core, form, rows, start, np.array([3]))
    rest = climb(core, form, rows, half[:3], np.array([4]))
    assert_same_bits(rest[:3], whole[:3])
    for told in (3, 4):
        assert_same_bits([half[told], rest[told]], [whole[told][:, :4], whole[told][:, 3:]])


def test_the_numbering_of_the_components_does_not_change_a_bit(make_start, form, core, assert_same_bits):
    rows, start = make_start(200, 5, 3)
    order = np.array([3, 0, 4, 2, 1])
    permuted = [
        array if form == "tied" and array.ndim == 3 and n == 2 else array[:, order] for n, array in enumerate(start)
    ]
    given, other = climb(core, form, rows, start), climb(core, form, rows, permuted)
    assert_same_bits([given[0][:, order], given[1][:, order], given[4]], [other[0], other[1], other[4]])


def test_powers_of_two_scale_the_result_and_change_no_bit(make_start, form, core, assert_same_bits):
    rows, start = make_start(200, 3, 3)
    scaled = [start[0], start[1] * 2.0**20, start[2] * 2.0**40]
    given, other = climb(core, form, rows, start), climb(core, form, rows * 2.0**20, scaled)
    assert_same_bits([given[0], given[1] * 2.0**20, given[2] * 2.0**40], other[:3])
    assert_same_bits(given[4:], other[4:])


@pytest.mark.parametrize("n_threads", [1, 2, 5])
def test_a_batch_is_each_of_its_runs_by_itself(make_start, form, core, assert_same_bits, n_threads):
    parts = [make_start(n_rows, 2, 3, seed) for seed, n_rows in enumerate([40, 900, 5, 300])]
    rows = np.concatenate([rows for rows, _ in parts])
    row_weights = np.random.default_rng(0).random(len(rows)) + 0.5
    offsets = np.cumsum([0, *(len(part) for part, _ in parts)])
    start = [np.concatenate(arrays) for arrays in zip(*(start for _, start in parts), strict=True)]
    n_rounds = np.array([5, 0, 2, 9])
    floors = np.concatenate([floor_of(form, 3, variance) for variance in (0.1, 1e-3, 1e-4, 1e-5)])
    batch = climb(core, form, rows, start, n_rounds, row_weights, offsets=offsets, floors=floors, n_threads=n_threads)
    assert batch[4].shape == (4, 10)
    for c, (own, own_start) in enumerate(parts):
        own_weights = row_weights[offsets[c] : offsets[c + 1]]
        alone = climb(core, form, own, own_start, n_rounds[c : c + 1], own_weights, floors=floors[c : c + 1])
        assert_same_bits([part[c] for part in batch[:3]], [part[0] for part in alone[:3]])
        for told in (3, 4):
            np.testing.assert_array_equal(batch[told][c, : n_rounds[c] + 1], alone[told][0])
        assert [part[c] for part in batch[5:]] == [part[0] for part in alone[5:]]
        assert np.isnan(batch[4][c, batch[5][c] + 1 :]).all()


@pytest.mark.parametrize("kernels", ["compiled", "reference"])
def test_a_run_ends_before_the_round_that_would_fall_below_the_floor(make_start, form, core, kernels):
    kernels = core if kernels == "compiled" else reference
    rows, start = make_start(200, 3, 3)
    free = climb(kernels, form, rows, start)
    floor = floor_of(form, 3, 1.5)
    *mixture, _, trace, done, ends = climb(kernels, form, rows, start, floors=floor)
    assert (ends[0], done[0] < 7) == (BELOW_FLOOR, True)
    assert np.isnan(trace[0, done[0] + 1 :]).all()
    np.testing.assert_array_equal(trace[0, : done[0] + 1], free[4][0, : done[0] + 1])
    again = climb(kernels, form, rows, mixture, floors=floor)
    assert (again[5][0], again[6][0]) == (0, BELOW_FLOOR)


@pytest.mark.parametrize("kernels", ["compiled", "reference"])
@pytest.mark.parametrize("tolerance", [1.0, 1e-3])
def test_a_run_ends_where_the_rule_of_the_engine_says_so(make_start, form, core, kernels, tolerance):
    kernels = core if kernels == "compiled" else reference
    rows, start = make_start(200, 3, 3)
    most = np.array([300])
    free = climb(kernels, form, rows, start, most)
    told = StopRule(300, tolerance=tolerance)
    in_one_unit = (free[4][0] + 200 * (free[3][0] - free[3][0, 0]) * np.log(2)).tolist()
    expected = next(n for n in range(300) if told.is_met(in_one_unit[: n + 1]))
    *_, trace, done, ends = climb(kernels, form, rows, start, most, tolerance=tolerance)
    assert (done[0], ends[0]) == (expected, SETTLED)
    np.testing.assert_array_equal(trace[0, : expected + 1], free[4][0, : expected + 1])
    assert np.isnan(trace[0, expected + 1 :]).all()


@pytest.mark.parametrize("kernels", ["compiled", "reference"])
def test_a_component_without_rows_ends_a_run(make_start, form, core, kernels):
    kernels = core if kernels == "compiled" else reference
    rows, start = make_start(50, 2, 3)
    start[1][0, 1] = 1e6
    *_, done, ends = climb(kernels, form, rows, start)
    assert (done[0], ends[0]) == (0, NO_ROWS)


@pytest.mark.parametrize("kernels", ["compiled", "reference"])
def test_a_covariance_that_is_not_positive_definite_ends_a_run(make_start, form, core, kernels):
    kernels = core if kernels == "compiled" else reference
    rows, start = make_start(50, 2, 3)
    start[2] = np.zeros_like(start[2])
    *_, trace, done, ends = climb(kernels, form, rows, start)
    assert (done[0], ends[0]) == (0, NOT_POSITIVE_DEFINITE)
    assert np.isnan(trace).all()
    constant = np.ones_like(rows)
    rows, start = make_start(50, 2, 3)
    start[1][...] = 1.0
    assert climb(kernels, form, constant, start)[6][0] == NOT_POSITIVE_DEFINITE


def test_no_mixtures_give_empty_results(core, form, make_start):
    rows, start = make_start(50, 2, 3)
    results = climb(core, form, rows, [array[:0] for array in start], np.empty(0, dtype=np.int64))
    assert [len(result) for result in results] == [0] * 7


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_rounds", np.array([-1])),
        ("n_rounds", np.array([1, 2])),
        ("offsets", np.array([0, 51])),
        ("offsets", np.array([5, 4])),
        ("offsets", np.array([-1, 4])),
        ("means", np.ones((1, 2, 4))),
        ("row_weights", np.ones(49)),
        ("floors", np.ones((2, 3, 3))),
        ("floors", np.ones((1, 2, 2))),
    ],
)
def test_arguments_that_make_no_sense_are_refused(core, make_problem, name, value):
    rows = make_problem("full", 50, 2, 3).rows
    arguments = {"rows": rows, "row_weights": None, "weights": np.full((1, 2), 0.5), "means": rows[:2][None]}
    arguments |= {"covariances": np.array([[np.eye(3)] * 2]), "n_rounds": N_ROUNDS, name: value}
    with pytest.raises(ValueError, match="Expected"):
        core.climb_full(**arguments)


def test_a_weight_of_zero_has_a_constant_of_minus_infinity(core, assert_close):
    weights, scales = np.array([0.0, 1e-310, 0.25, 0.75]), np.random.default_rng(0).random((4, 3)) * [1e-90, 1.0, 1e90]
    (actual, exponent), (expected, expected_exponent) = (each.constants(weights, scales) for each in (core, reference))
    assert exponent == expected_exponent
    assert actual[0] == -np.inf
    assert_close([actual[1:]], [expected[1:]], 1e-15)
