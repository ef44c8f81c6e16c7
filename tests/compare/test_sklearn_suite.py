"""scikit-learn's own tests of its GaussianMixture, run on ours: the drop-in claim, held to their words.

The installed scikit-learn's test files are loaded as they are, while ``sklearn.mixture.GaussianMixture`` is ours.
"""

import importlib.util
import math
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import sklearn
import sklearn.mixture.tests

import mogul

EXCLUDED = {
    "test_gaussian_mixture_precisions_init": "calls _initialize and _set_parameters",
    "test_gaussian_mixture_all_init_does_not_estimate_gaussian_parameters": "counts calls of a private function",
    "test_gaussian_mixture_array_api_compliance": "needs other array libraries and private functions",
    "test_gaussian_mixture_raises_where_array_api_not_implemented": "needs other array libraries",
}


def _with_our_class(name):
    path = Path(sklearn.mixture.tests.__path__[0]) / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"swapped_{name}", path)
    module = importlib.util.module_from_spec(spec)
    with patch("sklearn.mixture.GaussianMixture", mogul.GaussianMixture):
        spec.loader.exec_module(module)
    return module


def _tests_of(name):
    return {
        title: test
        for title, test in vars(_with_our_class(name)).items()
        if title.startswith("test_") and title not in EXCLUDED
    }


# As in scikit-learn's own runs, what a fit remarks on is no failure; anything numerical still is.
remarks_allowed = [
    pytest.mark.filterwarnings("ignore::mogul.errors.MogulWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

SUITE = _tests_of("test_gaussian_mixture") | _tests_of("test_mixture")
for _test in SUITE.values():
    for _mark in remarks_allowed:
        _mark(_test)
globals().update(SUITE)


@pytest.fixture
def global_dtype():
    return np.float64  # as scikit-learn runs them, unless told otherwise


@pytest.fixture(params=[0, 42])
def global_random_seed(request):
    return request.param


def _n_cases(test):
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    return math.prod(len(list(mark.args[1])) for mark in marks)


def test_the_tests_run_on_our_class():
    assert {test.__globals__["GaussianMixture"] for test in SUITE.values()} == {mogul.GaussianMixture}


@pytest.mark.skipif(sklearn.__version__.split(".")[:2] != ["1", "9"], reason="other releases have other tests")
def test_the_suite_of_scikit_learn_1_9_is_whole():
    assert len(SUITE) >= 30
    # Cases, before our two seeds multiply some of them.
    assert sum(map(_n_cases, SUITE.values())) >= 54
