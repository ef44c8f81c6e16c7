"""What must not change a single bit: the layout of the rows, the number of threads, the company a row is in."""

import numpy as np
import pytest

LAYOUTS = {
    "Fortran order": np.asfortranarray,
    "every second row": lambda rows: np.repeat(rows, 2, axis=0)[::2],
    "every second column": lambda rows: np.repeat(rows, 2, axis=1)[:, ::2],
    "negative strides": lambda rows: rows[::-1, ::-1].copy()[::-1, ::-1],
    "column of a wider table": lambda rows: np.hstack([rows, rows])[:, : rows.shape[1]],
    "not aligned": lambda rows: np.frombuffer(b"x" + rows.tobytes(), rows.dtype, rows.size, 1).reshape(rows.shape),
}


def read_only(rows):
    rows = rows.copy()
    rows.setflags(write=False)
    return rows


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("layout", [*LAYOUTS.values(), read_only], ids=[*LAYOUTS, "read only"])
@pytest.mark.parametrize("n_features", [1, 2, 3, 8, 9, 17])
def test_every_layout_of_the_rows_gives_the_same_bits(
    make_problem, form, core, assert_same_bits, layout, n_features, dtype
):
    problem = make_problem(form, 1100, 3, n_features, dtype)
    rows = layout(problem.rows)
    np.testing.assert_array_equal(rows, problem.rows)
    assert_same_bits(problem.expect(core, rows=rows), problem.expect(core))
    assert_same_bits(problem.score(core, rows=rows), problem.score(core))
    centres = problem.means
    assert_same_bits(core.nearest_centres(rows, None, centres), core.nearest_centres(problem.rows, None, centres))
    assert_same_bits(core.scan(rows), core.scan(problem.rows))


def test_rows_that_are_one_row_seen_many_times_need_no_memory(make_problem, form, core, assert_same_bits):
    problem = make_problem(form, 1, 3, 4)
    rows = np.broadcast_to(problem.rows, (1100, 4))  # stride zero
    assert_same_bits(problem.expect(core, rows=rows), problem.expect(core, rows=rows.copy()))


def test_rows_may_be_a_mapped_file(make_problem, form, core, assert_same_bits, tmp_path):
    problem = make_problem(form, 1100, 3, 5)
    np.save(tmp_path / "rows.npy", problem.rows)
    mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
    assert_same_bits(problem.expect(core, rows=mapped), problem.expect(core))


@pytest.mark.parametrize("n_threads", [2, 3, 5, 64])
@pytest.mark.parametrize(("n_components", "n_features"), [(3, 2), (20, 8)])
def test_every_number_of_threads_gives_the_same_bits(
    make_problem, form, core, assert_same_bits, n_components, n_features, n_threads
):
    problem = make_problem(form, 100_000, n_components, n_features)
    row_weights = np.random.default_rng(0).random(100_000)
    assert_same_bits(problem.expect(core, row_weights, n_threads), problem.expect(core, row_weights))
    assert_same_bits(problem.score(core, n_threads), problem.score(core))
    assert_same_bits(
        core.nearest_centres(problem.rows, row_weights, problem.means, n_threads),
        core.nearest_centres(problem.rows, row_weights, problem.means),
    )
    assert_same_bits(core.scan(problem.rows, n_threads), core.scan(problem.rows))
    lowered, alone = np.full(100_000, 9.0), np.full(100_000, 9.0)
    core.lower_distances(problem.rows, problem.means[0], lowered, n_threads)
    core.lower_distances(problem.rows, problem.means[0], alone)
    assert_same_bits([lowered], [alone])


@pytest.mark.parametrize("n_features", [1, 2, 5, 7, 16])
def test_a_row_alone_scores_the_same_bits_as_in_company(make_problem, form, core, assert_same_bits, n_features):
    problem = make_problem(form, 75, 5, n_features)
    whole = problem.score(core)
    for n in range(75):
        alone = problem.score(core, rows=problem.rows[n : n + 1])
        assert_same_bits(alone, [part[n : n + 1] for part in whole])


def test_parts_that_begin_at_a_chunk_add_up_in_order(make_problem, form, core):
    problem = make_problem(form, 3000, 3, 4)
    counts = problem.expect(core)[1]
    parts = [problem.expect(core, rows=problem.rows[start : start + 1024])[1] for start in (0, 1024, 2048)]
    np.testing.assert_array_equal(counts, (parts[0] + parts[1]) + parts[2])
