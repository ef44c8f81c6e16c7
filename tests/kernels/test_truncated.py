"""Kernels of the truncated E-step == reference, over sizes around those of strips (32) and gathered panels (256)."""

import numpy as np
import pytest

from mogul._kernels import _core, reference

SIZES = (0, 1, 31, 32, 33, 255, 256, 257, 1025)
FORMS = ("full", "tied", "diagonal", "spherical")
ROOM = {
    "full": lambda n: n * (n + 1) // 2,
    "tied": lambda n: n * (n + 1) // 2,
    "diagonal": lambda n: n,
    "spherical": lambda n: 1,
}


@pytest.fixture(params=FORMS)
def form(request):
    return request.param


def grouped(kernels, keys, n_groups):
    return kernels.grouped(np.ascontiguousarray(keys, dtype=np.int32).ravel(), n_groups)


def searched(kernels, problem, lists, anchors, n_kept, n_threads=1, rows=None):
    rows = problem.rows if rows is None else rows
    kept, joint = np.full((len(rows), n_kept), -1, dtype=np.int32), np.full((len(rows), n_kept), -np.inf)
    for each in anchors:
        edges, members = grouped(kernels, each, len(lists))
        getattr(kernels, f"search_{problem.form}")(
            rows,
            problem.constants,
            problem.means,
            problem.whitening,
            lists,
            edges,
            members,
            0,
            len(lists),
            kept,
            joint,
            n_threads=n_threads,
        )
    return kept, joint


def recalled(kernels, problem, kept, n_threads=1, rows=None):
    rows = problem.rows if rows is None else rows
    joint = np.full(kept.shape, -np.inf)
    edges, members = grouped(kernels, kept, len(problem.means))
    getattr(kernels, f"recall_{problem.form}")(
        rows,
        problem.constants,
        problem.means,
        problem.whitening,
        edges,
        members,
        0,
        len(problem.means),
        joint,
        n_threads=n_threads,
    )
    return joint


def added(kernels, problem, kept, responsibilities, n_threads=1, rows=None):
    rows = problem.rows if rows is None else rows
    n_components, n_features = problem.means.shape
    sums = (
        np.zeros(n_components),
        np.zeros((n_components, n_features)),
        np.zeros((n_components, ROOM[problem.form](n_features))),
    )
    edges, members = grouped(kernels, np.where(responsibilities > 0, kept, -1), n_components)
    getattr(kernels, f"add_kept_{problem.form}")(
        rows,
        problem.means,
        problem.whitening,
        edges,
        members,
        0,
        n_components,
        responsibilities,
        *sums,
        n_threads=n_threads,
    )
    return sums


def whole_pass(kernels, problem, lists, anchors, n_kept, row_weights=None, n_threads=1, rows=None):
    kept, joint = searched(kernels, problem, lists, anchors, n_kept, n_threads, rows)
    again = recalled(kernels, problem, kept, n_threads, rows)
    kernels.order_kept(kept, again, n_threads=n_threads)
    responsibilities = again.copy()
    free_energy = kernels.weigh_kept(responsibilities, row_weights, n_threads=n_threads)
    return (
        kept,
        joint,
        again,
        responsibilities,
        free_energy,
        *added(kernels, problem, kept, responsibilities, n_threads, rows),
    )


def lists_and_anchors(n_rows, n_components, n_kept, seed=0):
    """Return lists, some with gaps, and anchors of three searches; the first finds enough for every row."""
    rng = np.random.default_rng(seed)
    width = max(n_kept, n_components // 2)
    lists = np.array([rng.permutation(n_components)[:width] for _ in range(7)], dtype=np.int32)
    lists[1:][rng.random((6, width)) < 0.1] = -1
    anchors = rng.integers(-1, 7, size=(3, n_rows)).astype(np.int32)
    anchors[0] = 0
    return lists, anchors


@pytest.mark.parametrize("n_keys", [0, 1, 1000])
@pytest.mark.parametrize("n_groups", [1, 5, 3000])
def test_groups_are_those_of_the_reference(n_keys, n_groups):
    keys = np.random.default_rng(0).integers(-1, n_groups, size=n_keys).astype(np.int32)
    (edges, members), (edges_, members_) = _core.grouped(keys, n_groups), reference.grouped(keys, n_groups)
    np.testing.assert_array_equal(edges, edges_)
    np.testing.assert_array_equal(members[: edges[-1]], members_[: edges[-1]])


@pytest.mark.parametrize("n_rows", SIZES)
@pytest.mark.parametrize(("n_components", "n_features", "n_kept"), [(1, 1, 1), (9, 2, 3), (20, 7, 5)])
def test_a_pass_is_that_of_the_reference_for_every_number_of_rows(
    make_problem, form, assert_close, n_rows, n_components, n_features, n_kept
):
    problem = make_problem(form, n_rows, n_components, n_features)
    given = problem, *lists_and_anchors(n_rows, n_components, n_kept), n_kept
    actual, expected = whole_pass(_core, *given), whole_pass(reference, *given)
    np.testing.assert_array_equal(actual[0], expected[0])
    assert_close(actual[1:], expected[1:])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("kind", ["none", "with zeros"])
@pytest.mark.parametrize("n_features", [1, 2, 3, 5, 6, 8, 16, 33])
def test_a_pass_is_that_of_the_reference_for_every_number_of_features(
    make_problem, form, assert_close, n_features, kind, dtype
):
    problem = make_problem(form, 300, 12, n_features, dtype)
    rng = np.random.default_rng(1)
    row_weights = None if kind == "none" else np.where(rng.random(300) < 0.3, 0.0, rng.random(300))
    lists = np.arange(12, dtype=np.int32)[None]
    given = problem, lists, np.zeros((1, 300), dtype=np.int32), 4, row_weights
    actual, expected = whole_pass(_core, *given), whole_pass(reference, *given)
    np.testing.assert_array_equal(actual[0], expected[0])
    assert_close(actual[1:], expected[1:])


def test_a_row_that_keeps_all_has_the_moments_of_the_exact_step(make_problem, assert_close):
    problem = make_problem("full", 500, 6, 4)
    lists = np.arange(6, dtype=np.int32)[None]
    *_, free_energy, counts, first, inner = whole_pass(_core, problem, lists, np.zeros((1, 500), dtype=np.int32), 6)
    first, second = _core.unwhiten(problem.factors[0], first, inner)
    assert_close((free_energy, counts, first, second), problem.expect(_core))


@pytest.mark.parametrize("n_features", [1, 4, 9])
def test_moments_return_to_the_units_of_the_data_as_in_the_reference(make_problem, assert_close, n_features):
    problem, rng = make_problem("full", 1, 50, n_features), np.random.default_rng(0)
    given = problem.factors[0], rng.random((50, n_features)), rng.random((50, n_features * (n_features + 1) // 2))
    assert_close(_core.unwhiten(*given, n_threads=2), reference.unwhiten(*given))


@pytest.mark.parametrize("n_threads", [2, 3, 64])
def test_every_number_of_threads_gives_the_same_bits(make_problem, form, assert_same_bits, n_threads):
    problem = make_problem(form, 50_000, 40, 6)
    given = problem, np.arange(40, dtype=np.int32)[None], np.zeros((1, 50_000), dtype=np.int32), 5
    row_weights = np.random.default_rng(0).random(50_000)
    assert_same_bits(whole_pass(_core, *given, row_weights, n_threads), whole_pass(_core, *given, row_weights))


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda rows: np.repeat(rows, 2, axis=1)[:, ::2]])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_layout_of_the_rows_gives_the_same_bits(make_problem, form, assert_same_bits, layout, dtype):
    problem = make_problem(form, 700, 9, 5, dtype)
    given = problem, np.arange(9, dtype=np.int32)[None], np.zeros((1, 700), dtype=np.int32), 4
    assert_same_bits(whole_pass(_core, *given, rows=layout(problem.rows)), whole_pass(_core, *given))


def test_of_equal_joints_the_one_that_was_tried_first_stands_first(make_problem, form):
    problem = make_problem(form, 3, 4, 2)
    own = (problem.constants, problem.means, problem.whitening)
    for array in own[:2] if form == "tied" else own:
        array[2] = array[1]
    for first, second in ((1, 2), (2, 1)):
        lists = np.array([[first, second]], dtype=np.int32)
        kept, _ = searched(_core, problem, lists, np.zeros((1, 3), dtype=np.int32), 2)
        assert (kept == [first, second]).all()


def test_a_row_keeps_no_component_twice(make_problem, form):
    problem = make_problem(form, 40, 3, 2)
    lists = np.array([[0, 1, 1, 0]], dtype=np.int32)
    kept, joint = searched(_core, problem, lists, np.zeros((2, 40), dtype=np.int32), 3)
    assert (np.sort(kept, axis=1) == [-1, 0, 1]).all()
    assert (joint[:, 2] == -np.inf).all()


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("lists", "lists below"),
        ("members", "members below"),
        ("edges", "edges that rise"),
        ("range", "range of groups"),
    ],
)
def test_numbers_that_point_outside_are_refused(make_problem, form, what, message):
    problem = make_problem(form, 10, 3, 2)
    lists, edges = np.zeros((1, 2), dtype=np.int32), np.array([0, 10])
    members, end = np.arange(10, dtype=np.int32), 1
    if what == "lists":
        lists[0, 1] = 3
    elif what == "members":
        members[4] = 10
    elif what == "edges":
        edges[1] = 11
    else:
        end = 2
    kept, joint = np.full((10, 2), -1, dtype=np.int32), np.full((10, 2), -np.inf)
    search = getattr(_core, f"search_{form}")
    with pytest.raises(ValueError, match=message):
        search(
            problem.rows,
            problem.constants,
            problem.means,
            problem.whitening,
            lists,
            edges,
            members,
            0,
            end,
            kept,
            joint,
        )
