"""Fits with a truncated E-step, through the estimator."""

import numpy as np
import pytest

from mogul import GaussianMixture, Truncation
from mogul.engine import StopRule
from mogul.errors import ParameterError
from mogul.estimators import gaussian_mixture
from mogul.family import find_family
from mogul.fitting import fit_mixture
from mogul.source import ArraySource
from mogul.truncated import fit as truncated_fit
from mogul.truncated import fit_truncated

pytestmark = pytest.mark.filterwarnings("ignore:Best performing initialization", "ignore:Component .* sits at")
TYPES = ("full", "tied", "diag", "spherical")


def made(n_rows, n_components, n_features, separation, seed=0):
    rng = np.random.default_rng(seed)
    centres = separation * rng.normal(size=(n_components, n_features))
    return centres[rng.integers(n_components, size=n_rows)] + rng.normal(size=(n_rows, n_features))


@pytest.mark.parametrize("covariance_type", TYPES)
def test_the_bound_is_the_score_and_bounds_never_fall(covariance_type):
    rows = made(5000, 20, 3, 3.0)
    weights = np.random.default_rng(0).random(5000)
    model = GaussianMixture(20, covariance_type=covariance_type, truncation=4, max_iter=15, random_state=0).fit(
        rows, sample_weight=weights
    )
    assert model.lower_bound_ == model.score(rows, sample_weight=weights)
    assert len(model.lower_bounds_) == model.n_iter_ <= 15
    assert (np.diff(model.lower_bounds_) >= -1e-12 * abs(model.lower_bound_)).all()


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("max_iter", [0, 15])
def test_without_exact_iterations_no_exact_pass_is_made_and_the_bound_stays_one(covariance_type, max_iter, monkeypatch):
    def bounded_only(*arguments, total, fit=truncated_fit.fit_mixture, **options):
        return fit(*arguments, total=total, **options)

    def refused(*arguments):
        raise AssertionError("an exact pass")

    rows = 1e3 * made(5000, 20, 3, 1.0)  # a fit that changes its unit on the way
    settings = Truncation(4, n_exact=0)
    model = GaussianMixture(20, covariance_type=covariance_type, truncation=settings, max_iter=max_iter, random_state=0)
    with monkeypatch.context() as patched:
        patched.setattr(truncated_fit, "fit_mixture", bounded_only)
        patched.setattr(gaussian_mixture, "mean_log_likelihood", refused)
        model.fit(rows)
    gap = model.score(rows) - model.lower_bound_
    assert 1e-4 < gap < 0.5  # overlapping groups: four components are not all that matter
    assert model.n_iter_ == max_iter
    assert (np.diff(model.lower_bounds_) >= -1e-12 * abs(model.lower_bound_)).all()


@pytest.mark.parametrize("max_iter", [0, 1, 2, 3])
def test_the_limit_of_iterations_holds(max_iter):
    rows = made(2000, 10, 2, 5.0)
    model = GaussianMixture(10, truncation=3, max_iter=max_iter, random_state=0).fit(rows)
    assert model.n_iter_ == max_iter
    assert model.lower_bound_ == model.score(rows)


@pytest.mark.parametrize("separation", [1.0, 4.0])
def test_a_fit_ends_near_where_the_exact_one_does(separation):
    rows = made(30_000, 200, 6, separation)
    source, family = ArraySource(rows), find_family("VVI")
    start = GaussianMixture(200, covariance_type="diag", max_iter=3, random_state=0, truncation=8).fit(rows).mixture_
    stop = StopRule(40)
    exact = fit_mixture(source, family, start, stop)
    truncated = fit_truncated(source, family, start, stop, Truncation(24))
    assert truncated.log_likelihood(30_000, 0) > exact.log_likelihood(30_000, 0) - 1e-3 * 30_000


def test_a_permuted_start_gives_the_permuted_model():
    rows = made(20_000, 70, 4, 3.0)
    rng = np.random.default_rng(1)
    means, order = rows[rng.choice(20_000, 70, replace=False)], rng.permutation(70)

    def fit(means):
        options = {"weights_init": np.full(70, 1 / 70), "precisions_init": np.ones((70, 4)), "max_iter": 8}
        return GaussianMixture(70, covariance_type="diag", means_init=means, truncation=4, **options).fit(rows)

    one, other = fit(means), fit(means[order])
    np.testing.assert_array_equal(one.means_[order], other.means_)
    np.testing.assert_array_equal(one.covariances_[order], other.covariances_)
    assert one.lower_bounds_ == other.lower_bounds_


def test_many_components_start_quickly():
    rows = made(20_000, 600, 2, 30.0)
    model = GaussianMixture(600, truncation=4, max_iter=10, random_state=0).fit(rows)
    assert model.weights_.min() > 0
    # Groups lie apart: nearly all of them are found.
    assert model.lower_bound_ > -np.log(600) - np.log(2 * np.pi) - 1.0 - 0.3


def test_callbacks_may_end_a_truncated_fit():
    rows = made(3000, 10, 2, 4.0)
    source, family = ArraySource(rows), find_family("VVI")
    start = GaussianMixture(10, covariance_type="diag", max_iter=0, random_state=0).fit(rows).mixture_
    seen = []

    def watch(mixture, trace):
        seen.append(mixture)
        return len(seen) == 3

    record = fit_truncated(source, family, start, StopRule(50), Truncation(3), watch=watch).record
    assert record.n_iterations == len(seen) == 3
    np.testing.assert_array_equal(record.model.means, seen[-1].means)
    assert len(record.trace) == 4


@pytest.mark.parametrize("value", [0, -1, 2.5, "5", True])
def test_other_truncations_are_refused(value):
    with pytest.raises(ParameterError, match="n_kept of a truncation"):
        GaussianMixture(2, truncation=value).fit(made(100, 2, 2, 5.0))
