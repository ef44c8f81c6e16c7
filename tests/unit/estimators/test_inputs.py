"""What users hand over: every refusal has its code, its place in the data and its remedy."""

import numpy as np
import pytest
import scipy.sparse

from mogul import GaussianMixture
from mogul.errors import ParameterError
from mogul.estimators import inputs

ROWS = np.random.default_rng(0).standard_normal((30, 2))

REFUSED = {
    "EMPTY rows": (np.zeros((0, 2)), "EMPTY", r"0 sample\(s\) .* minimum of 2 is required"),
    "EMPTY columns": (np.zeros((5, 0)), "EMPTY", r"0 feature\(s\) .* minimum of 1 is required"),
    "TOO_FEW": (np.zeros((1, 2)), "TOO_FEW", "1 sample"),
    "NDIM 1": (np.zeros(5), "NDIM", r"Expected 2D array, got 1D array.*X.reshape\(-1, 1\)"),
    "NDIM 3": (np.zeros((5, 2, 2)), "NDIM", r"dim 3.*got shape \(5, 2, 2\)"),
    "DTYPE": (ROWS * 1j, "DTYPE", "Complex data not supported"),
    "SPARSE": (scipy.sparse.csr_array(ROWS), "SPARSE", r"Use X.toarray\(\)"),
    "NONFINITE nan": (
        np.where(np.arange(60).reshape(30, 2) == 9, np.nan, ROWS),
        "NONFINITE",
        "NaN: first in row 4, column 1",
    ),
    "NONFINITE inf": (
        np.where(np.arange(60).reshape(30, 2) == 10, np.inf, ROWS),
        "NONFINITE",
        "infinity: first in row 5, column 0",
    ),
    "RANGE high": (ROWS * 1e200, "RANGE", "Column 0 has entries of magnitude .* too large.*[Dd]ivide"),
    "RANGE low": (ROWS * 1e-200, "RANGE", "Column 0 spreads over .* too small.*[Mm]ultiply"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_rows_that_cannot_be_fitted_are_refused(name):
    rows, code, message = REFUSED[name]
    with pytest.raises((ValueError, TypeError), match=message) as caught:
        GaussianMixture().fit(rows)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_components": 0}, r"'n_components' .* int in the range \[1, inf\). Got 0"),
        ({"n_components": 1.0}, "'n_components' .* Got 1.0"),
        ({"n_components": True}, "'n_components' .* Got True"),
        ({"max_iter": -1}, r"'max_iter' .* range \[0, inf\)"),
        ({"n_init": 0}, "'n_init'"),
        ({"verbose_interval": 0}, "'verbose_interval'"),
        ({"tol": -1.0}, r"'tol' .* float in the range \[0.0, inf\)"),
        ({"tol": np.nan}, "'tol' .* Got nan"),
        ({"reg_covar": -1.0}, "'reg_covar'"),
        ({"reg_covar": np.inf}, "'reg_covar'"),
        ({"covariance_type": "fulll"}, "'covariance_type' .* among .*'full'.* Got 'fulll'"),
        ({"covariance_type": None}, "'covariance_type' .* Got None"),
        ({"init_params": "k-mean"}, "'init_params' .* among .*'kmeans'"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(settings, message):
    with pytest.raises(ParameterError, match=message) as caught:
        GaussianMixture(**settings).fit(ROWS)
    assert caught.value.code == "PARAM"


def test_more_components_than_rows_of_any_weight():
    with pytest.raises(ValueError, match="n_components = 31, n_samples = 30") as caught:
        GaussianMixture(31).fit(ROWS)
    assert caught.value.code == "TOO_FEW"
    with pytest.raises(ValueError, match="n_components = 3, n_samples = 2") as caught:
        GaussianMixture(3).fit(ROWS, sample_weight=np.r_[1.0, 1.0, np.zeros(28)])
    assert caught.value.code == "TOO_FEW"


def test_floats_are_not_copied():
    for rows in (ROWS, ROWS.astype(np.float32), np.asfortranarray(ROWS), ROWS[::2]):
        assert np.shares_memory(inputs.checked_rows(GaussianMixture(), rows, reset=True), rows)


def test_numpy_integers_are_integers():
    assert inputs.require_integer("n_init", np.int32(3), 1) == 3
    assert inputs.require_real("tol", np.float32(0.5)) == 0.5
    assert inputs.require_real("tol", 0) == 0.0
