"""Rounds made by one kernel are those of expectation and maximisation."""

import numpy as np
import pytest

from mogul import GaussianMixture, fitting

pytestmark = pytest.mark.filterwarnings("ignore:Best performing initialization")
TYPES = ("full", "tied", "diag", "spherical")


@pytest.fixture(params=range(8))
def problem(request):
    rng = np.random.default_rng(request.param)
    n_rows, n_components, n_features = int(rng.integers(30, 300)), int(rng.integers(1, 5)), int(rng.integers(1, 6))
    centres = 3 * rng.normal(size=(n_components, n_features))
    rows = centres[rng.integers(n_components, size=n_rows)] + rng.normal(size=(n_rows, n_features))
    return rows, rng.random(n_rows) + 0.1, rng.dirichlet(np.ones(n_components), size=n_rows)


def fit(problem, covariance_type, **options):
    rows, row_weights, responsibilities = problem
    model = GaussianMixture(
        responsibilities.shape[1], covariance_type=covariance_type, responsibilities_init=responsibilities, **options
    )
    return model.fit(rows, sample_weight=row_weights)


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("reg_covar", [None, 1e-3])
def test_the_kernel_makes_the_rounds_of_the_loop(problem, covariance_type, reg_covar, monkeypatch):
    # A fixed number of rounds: the last bits of the objective may end a run by one earlier or later.
    options = {"reg_covar": reg_covar, "max_iter": 12, "tol": 0.0}
    by_kernel = fit(problem, covariance_type, **options)
    monkeypatch.setattr(fitting, "SMALL", 0)
    by_loop = fit(problem, covariance_type, **options)
    common = min(by_kernel.n_iter_, by_loop.n_iter_)
    scale = np.abs(by_loop.lower_bounds_).max()
    np.testing.assert_allclose(
        by_kernel.lower_bounds_[:common], by_loop.lower_bounds_[:common], rtol=1e-12, atol=1e-12 * scale
    )
    if by_kernel.n_iter_ == by_loop.n_iter_ == 12:
        np.testing.assert_allclose(by_kernel.means_, by_loop.means_, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(by_kernel.covariances_, by_loop.covariances_, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("covariance_type", TYPES)
def test_the_bound_is_the_score_to_the_last_bit(problem, covariance_type):
    model = fit(problem, covariance_type)
    assert model.lower_bound_ == model.score(problem[0], sample_weight=problem[1])


@pytest.mark.parametrize("covariance_type", TYPES)
def test_a_fit_in_two_goes_is_the_fit_in_one(problem, covariance_type):
    whole = fit(problem, covariance_type, max_iter=11, tol=0.0)
    model = fit(problem, covariance_type, max_iter=5, tol=0.0, warm_start=True)
    model.set_params(max_iter=6).fit(problem[0], sample_weight=problem[1])
    if whole.n_iter_ == 11:
        np.testing.assert_array_equal(model.means_, whole.means_)
        assert model.lower_bound_ == whole.lower_bound_
