"""To and from scikit-learn, SciPy and gmr."""

import numpy as np
import pytest
from scipy import stats
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

from mogul import bridges
from mogul.errors import ParameterError, ShapeError


def test_scikit_learn_scores_and_labels_alike_and_gives_back_the_same(mixture, rows):
    model = bridges.to_sklearn(mixture)
    np.testing.assert_allclose(model.score_samples(rows[:100]), mixture.logpdf(rows[:100]), rtol=1e-9)
    np.testing.assert_allclose(model.predict_proba(rows[:50]), mixture.responsibilities(rows[:50]), atol=1e-9)
    assert model.sample(5)[0].shape == (5, mixture.n_features)
    assert model.bic(rows) > 0
    again = bridges.from_sklearn(model)
    np.testing.assert_array_equal(again.weights, mixture.weights)
    np.testing.assert_array_equal(again.means, mixture.means)
    np.testing.assert_array_equal(again.covariances.dense(), mixture.covariances.dense())


@pytest.mark.parametrize("covariance_type", ["full", "tied", "diag", "spherical"])
@pytest.mark.parametrize("kind", [GaussianMixture, BayesianGaussianMixture])
def test_fitted_models_of_scikit_learn_come_in(kind, covariance_type):
    data = np.random.default_rng(2).normal(size=(60, 2))
    model = kind(n_components=2, covariance_type=covariance_type, random_state=0, max_iter=5, tol=1e3).fit(data)
    found = bridges.from_sklearn(model)
    np.testing.assert_allclose(found.weights, model.weights_)
    if kind is GaussianMixture:  # the other one scores by the law of its parameters
        np.testing.assert_allclose(found.logpdf(data), model.score_samples(data), rtol=1e-9)
    with pytest.raises(ParameterError, match="not fitted"):
        bridges.from_sklearn(kind())


def test_scipy_computes_alike_and_gives_back_the_same(mixture, rows):
    if mixture.n_features > 1:
        with pytest.raises(ShapeError, match="take a marginal"):
            bridges.to_scipy(mixture)
        return
    model = bridges.to_scipy(mixture)
    np.testing.assert_allclose(model.logpdf(rows[:50, 0]), mixture.logpdf(rows[:50]), rtol=1e-9)
    np.testing.assert_allclose(model.mean(), mixture.mean()[0], rtol=1e-12)
    again = bridges.from_scipy(model)
    np.testing.assert_allclose(again.weights, mixture.weights)
    np.testing.assert_allclose(again.means, mixture.means)
    np.testing.assert_allclose(again.covariances.dense(), mixture.covariances.dense())


def test_only_normal_components_come_from_scipy():
    with pytest.raises(ParameterError, match="Component 1 is Uniform"):
        bridges.from_scipy(stats.Mixture([stats.Normal(), stats.Uniform(a=0, b=1)]))


def test_gmr_computes_alike_and_gives_back_the_same(mixture, rows):
    gmr = pytest.importorskip("gmr")
    model = bridges.to_gmr(mixture)
    np.testing.assert_allclose(model.to_probability_density(rows[:50]), mixture.pdf(rows[:50]), rtol=1e-9)
    again = bridges.from_gmr(model)
    np.testing.assert_array_equal(again.means, mixture.means)
    np.testing.assert_allclose(again.covariances.dense(), mixture.covariances.dense())
    with pytest.raises(ParameterError, match="from_samples"):
        bridges.from_gmr(gmr.GMM(2))
