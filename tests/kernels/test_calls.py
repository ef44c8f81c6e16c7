"""What the border refuses, and where it may be called."""

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest


def run_python(script, **environment):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.complex128, np.bool_, ">f8"])
def test_rows_of_another_dtype_are_refused(make_problem, form, core, dtype):
    problem = make_problem(form, 10, 2, 3)
    with pytest.raises(TypeError):
        problem.expect(core, rows=np.ones((10, 3), dtype=dtype))
    with pytest.raises(TypeError):
        problem.score(core, rows=np.ones((10, 3), dtype=dtype))


@pytest.mark.parametrize("convert", [np.asfortranarray, lambda a: a.astype(np.float32), lambda a: a.tolist()])
def test_parameters_are_never_converted(make_problem, core, convert):
    p = make_problem("full", 10, 2, 3)
    with pytest.raises(TypeError):
        core.expect_full(p.rows, None, p.constants, convert(p.means), p.whitening, *p.factors)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("row_weights", np.ones(9)),
        ("means", np.ones((2, 4))),
        ("means", np.ones((3, 3))),
        ("whitening", np.ones((2, 3, 4))),
        ("factors", np.ones((1, 3, 3))),
    ],
)
def test_shapes_that_disagree_are_named(make_problem, core, name, value):
    p = make_problem("full", 10, 2, 3)
    arguments = {"rows": p.rows, "row_weights": None, "constants": p.constants, "means": p.means}
    arguments |= {"whitening": p.whitening, "factors": p.factors[0], name: value}
    with pytest.raises(ValueError, match=rf"Expected {name} of shape \(.*\), got \(.*\)\."):
        core.expect_full(**arguments)


@pytest.mark.parametrize("name", ["joint", "log_density", "responsibilities", "labels"])
def test_results_of_the_wrong_length_are_refused(make_problem, form, core, name):
    p = make_problem(form, 10, 2, 3)
    wrong = {"joint": np.ones((9, 2)), "log_density": np.ones(9), "responsibilities": np.ones((10, 3))}
    wrong["labels"] = np.ones(11, dtype=np.int64)
    with pytest.raises(ValueError, match=f"Expected {name} of shape"):
        getattr(core, f"score_{form}")(p.rows, p.constants, p.means, p.whitening, **{name: wrong[name]})


def test_results_may_not_be_read_only(make_problem, core):
    p = make_problem("full", 10, 2, 3)
    out = np.zeros(10)
    out.setflags(write=False)
    with pytest.raises(TypeError):
        core.score_full(p.rows, p.constants, p.means, p.whitening, log_density=out)


def test_results_that_are_not_wanted_cost_nothing(make_problem, form, core):
    p = make_problem(form, 50, 2, 3)
    whole = p.score(core)
    labels = np.zeros(50, dtype=np.int64)
    getattr(core, f"score_{form}")(p.rows, p.constants, p.means, p.whitening, None, None, None, labels)
    np.testing.assert_array_equal(labels, whole[3])


def test_the_first_of_equal_components_is_the_label(core):
    rows, means = np.zeros((5, 2)), np.ones((3, 2))
    labels = np.full(5, -1)
    core.score_spherical(rows, np.zeros(3), means, np.ones(3), labels=labels)
    assert labels.tolist() == [0] * 5
    assert core.nearest_centres(rows, None, means)[0].tolist() == [0] * 5


def test_an_empty_scan_is_refused(core):
    with pytest.raises(ValueError, match="at least one row"):
        core.scan(np.empty((0, 3)))


@pytest.mark.parametrize("layout", [np.asarray, np.asfortranarray])
def test_no_rows_give_sums_of_zero_and_empty_results(make_problem, form, core, layout):
    problem = make_problem(form, 0, 2, 3)
    rows = layout(np.empty((0, 3)))
    for part in problem.expect(core, np.empty(0), rows=rows):
        assert not np.any(part)
    assert problem.score(core, rows=rows)[1].shape == (0,)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_forked_after_a_threaded_call_can_call_again():
    script = """
        import os
        import numpy as np
        from mogul._kernels import _core
        rows, means = np.random.default_rng(0).normal(size=(200_000, 4)), np.eye(4)
        call = lambda: _core.expect_spherical(rows, None, np.zeros(4), means, np.ones(4), 2)
        before = call()
        child = os.fork()
        if child == 0:
            os._exit(0 if call()[0] == before[0] else 3)
        assert os.waitpid(child, 0)[1] == 0
        """
    result = run_python(script)
    assert result.returncode == 0, result.stderr


def test_many_python_threads_may_call_at_once(make_problem, form, core, assert_same_bits):
    from concurrent.futures import ThreadPoolExecutor

    problem = make_problem(form, 20_000, 3, 5)
    expected = problem.expect(core)
    with ThreadPoolExecutor(4) as pool:
        for result in pool.map(lambda n: problem.expect(core, None, n), (1, 2, 3, 2, 1, 2, 3, 2)):
            assert_same_bits(result, expected)
