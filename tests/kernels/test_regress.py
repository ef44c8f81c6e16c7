"""The kernel of conditional means == its reference, in bits that depend on the row alone."""

import numpy as np
import pytest

from mogul._kernels import reference

SIZES = (0, 1, 7, 31, 32, 33, 63, 64, 65, 255, 256, 257, 1023, 1024, 1025, 5000)


def regress(kernels, problem, n_outputs, rows=None, n_threads=1):
    """Return (expected, log_density) of random lines."""
    rows = problem.rows if rows is None else rows
    n_components, n_features = problem.means.shape
    rng = np.random.default_rng(1)
    slopes, centres = rng.normal(size=(n_components, n_outputs, n_features)), rng.normal(size=(n_components, n_outputs))
    out = np.zeros((len(rows), n_outputs)), np.zeros(len(rows))
    parameters = problem.constants, problem.means, problem.whitening, slopes, centres, rng.normal(size=n_features)
    kernels.regress_full(rows, *parameters, *out, n_threads=n_threads)
    return out


@pytest.mark.parametrize("n_rows", SIZES)
def test_every_number_of_rows(make_problem, core, assert_close, n_rows):
    problem = make_problem("full", n_rows, 3, 5)
    assert_close(regress(core, problem, 2), regress(reference, problem, 2))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("n_components", [1, 3, 20])
@pytest.mark.parametrize("n_features", [1, 2, 5, 8, 33, 70])
@pytest.mark.parametrize("n_outputs", [1, 3])
def test_every_size(make_problem, core, assert_close, n_components, n_features, n_outputs, dtype):
    problem = make_problem("full", 70, n_components, n_features, dtype)
    assert_close(regress(core, problem, n_outputs), regress(reference, problem, n_outputs))


def test_a_row_has_the_same_bits_alone_and_for_any_number_of_threads(make_problem, core, assert_same_bits):
    problem = make_problem("full", 20_000, 5, 6)
    whole = regress(core, problem, 2)
    assert_same_bits(regress(core, problem, 2, n_threads=3), whole)
    assert_same_bits(regress(core, problem, 2, rows=np.asfortranarray(problem.rows)), whole)
    for n in (0, 31, 1024, 19_999):
        assert_same_bits(regress(core, problem, 2, rows=problem.rows[n : n + 1]), [part[n : n + 1] for part in whole])


def test_log_densities_are_those_of_scoring(make_problem, core):
    problem = make_problem("full", 300, 4, 5)
    np.testing.assert_array_equal(regress(core, problem, 1)[1], problem.score(core)[1])


def test_arrays_of_the_wrong_shape_are_refused(make_problem, core):
    problem = make_problem("full", 10, 3, 4)
    good = [np.zeros((3, 2, 4)), np.zeros((3, 2)), np.zeros(4), np.zeros((10, 2)), np.zeros(10)]
    names = ("slopes", "centres", "centre", "expected", "log_density")
    for wrong, name in enumerate(names):
        arrays = [np.zeros(tuple(length + 1 for length in a.shape)) if i == wrong else a for i, a in enumerate(good)]
        with pytest.raises(ValueError, match=f"Expected {name if wrong else 'slopes'} of shape|Expected centres"):
            core.regress_full(problem.rows, problem.constants, problem.means, problem.whitening, *arrays)
