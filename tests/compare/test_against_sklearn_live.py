"""Same start, same number of iterations, same floor: the same numbers as the installed scikit-learn."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Theirs

from mogul import GaussianMixture as Ours

# EM amplifies rounding by at most its own, contracting, map; scikit-learn works with x @ P - m @ P, which loses the
# digits of |m| / sd. Both stay far inside 1e-9.
TOLERANCE = {"rtol": 1e-9, "atol": 1e-9}

TYPES = ["full", "tied", "diag", "spherical"]


def _rows(seed, n_features=3):
    rng = np.random.default_rng(seed)
    centres = 3.0 * rng.standard_normal((4, n_features))
    return centres[rng.integers(4, size=400)] + rng.standard_normal((400, n_features))


def _precisions(covariance_type, n_components, n_features):
    return {
        "full": np.tile(np.eye(n_features), (n_components, 1, 1)),
        "tied": np.eye(n_features),
        "diag": np.ones((n_components, n_features)),
        "spherical": np.ones(n_components),
    }[covariance_type]


def _pair(covariance_type, reg_covar, seed):
    rows = _rows(seed)
    settings = {
        "n_components": 4,
        "covariance_type": covariance_type,
        "reg_covar": reg_covar,
        "tol": 0.0,
        "max_iter": 12,
        "weights_init": np.full(4, 0.25),
        "means_init": rows[:4],
        "precisions_init": _precisions(covariance_type, 4, 3),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return Ours(**settings).fit(rows), Theirs(**settings).fit(rows), rows


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("reg_covar", [0.0, 1e-6, 0.5])
@pytest.mark.parametrize("covariance_type", TYPES)
def test_same_start_and_iterations_give_the_same_model(covariance_type, reg_covar, seed):
    ours, theirs, rows = _pair(covariance_type, reg_covar, seed)
    assert ours.n_iter_ == theirs.n_iter_ == 12
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), err_msg=name, **TOLERANCE)
    for name in ("score_samples", "predict_proba", "bic", "aic", "score"):
        np.testing.assert_allclose(getattr(ours, name)(rows), getattr(theirs, name)(rows), err_msg=name, **TOLERANCE)
    np.testing.assert_array_equal(ours.predict(rows), theirs.predict(rows))


@pytest.mark.parametrize("covariance_type", TYPES)
def test_lower_bounds_are_those_of_scikit_learn_shifted_by_one(covariance_type):
    """scikit-learn reports the bound of the parameters before each M-step, we that of those after it."""
    ours, theirs, _ = _pair(covariance_type, 0.0, 0)
    if hasattr(theirs, "lower_bounds_"):  # scikit-learn >= 1.7
        np.testing.assert_allclose(ours.lower_bounds_[:-1], theirs.lower_bounds_[1:], **TOLERANCE)
    assert ours.lower_bound_ == ours.lower_bounds_[-1]


@pytest.mark.parametrize("covariance_type", TYPES)
def test_every_public_name_of_theirs_is_one_of_ours(covariance_type):
    ours, theirs, _ = _pair(covariance_type, 1e-6, 0)
    missing = {name for name in dir(theirs) if not name.startswith("_")} - set(dir(ours))
    assert missing == set()
    assert set(theirs.get_params()) <= set(ours.get_params())


@pytest.mark.parametrize("covariance_type", TYPES)
def test_on_clear_groups_default_fits_are_at_least_as_likely_as_theirs(covariance_type):
    for seed in range(5):
        rows = 10 * np.eye(3)[np.arange(300) % 3] + np.random.default_rng(seed).standard_normal((300, 3))
        ours = Ours(3, covariance_type=covariance_type, random_state=seed).fit(rows)
        theirs = Theirs(3, covariance_type=covariance_type, random_state=seed, reg_covar=0.0).fit(rows)
        assert ours.score(rows) >= theirs.score(rows) - 1e-12
