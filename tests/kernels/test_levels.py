"""Every SIMD level that this machine runs means the same."""

import os
import subprocess
import sys

import numpy as np
import pytest

from mogul._kernels import _core, reference

SCRIPT = """
import pickle, sys
from mogul._kernels import _core
calls = pickle.load(sys.stdin.buffer)
results = [getattr(_core, name)(*arguments) for name, arguments in calls]
pickle.dump((_core.simd_level(), results), sys.stdout.buffer)
"""


def run_at(level, calls):
    import pickle

    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=pickle.dumps(calls),
        env={**os.environ, "MOGUL_SIMD": level},
        capture_output=True,
        timeout=120,
        check=True,
    )
    return pickle.loads(result.stdout)


@pytest.mark.parametrize("level", _core.simd_levels())
def test_every_level_means_what_the_reference_says(make_problem, form, assert_close, level):
    calls = []
    for n_features in (1, 2, 5, 7, 16, 33):
        for n_components in (1, 4):
            p = make_problem(form, 1100, n_components, n_features)
            weights = np.random.default_rng(0).random(1100)
            calls.append((f"expect_{form}", (p.rows, weights, p.constants, p.means, p.whitening, *p.factors)))
            calls.append(("nearest_centres", (p.rows, weights, p.means)))
            calls.append(("scan", (p.rows,)))
    used, results = run_at(level, calls)
    assert used == level
    for (name, arguments), result in zip(calls, results, strict=True):
        assert_close(result, getattr(reference, name)(*arguments))


@pytest.mark.parametrize("level", _core.simd_levels())
def test_every_level_factorises(assert_close, level):
    a = np.random.default_rng(0).normal(size=(3, 19, 19))
    covariances = a @ a.swapaxes(1, 2) / 19 + 0.1 * np.eye(19)
    _, (result,) = run_at(level, [("factorise", (covariances,))])
    # The inverse of a factor loses its condition, here about 100, in either.
    assert_close(result, reference.factorise(covariances), 1e-11)


def test_the_level_in_use_is_one_of_those_available():
    assert _core.simd_level() in _core.simd_levels()


def test_an_unknown_level_is_an_error_that_names_those_available():
    result = subprocess.run(
        [sys.executable, "-c", "from mogul._kernels import _core"],
        env={**os.environ, "MOGUL_SIMD": "avx1024"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode != 0
    assert "ImportError: MOGUL_SIMD='avx1024' is not available here: use one of" in result.stderr
    assert all(level in result.stderr for level in _core.simd_levels())
