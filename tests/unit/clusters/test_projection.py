import numpy as np
import pytest
from scipy.linalg import eigh
from sklearn.datasets import load_iris
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


def kernel_of(mixture):
    """Return Scrucca's M, as the paper writes it."""
    weights, covariances = mixture.weights, mixture.covariances.dense()
    precision = np.linalg.inv(mixture.covariance())
    away = mixture.means - weights @ mixture.means
    means = sum(w * np.outer(a, a) for w, a in zip(weights, away, strict=True))
    average = sum(w * s for w, s in zip(weights, covariances, strict=True))
    unlike = sum(w * (s - average) @ precision @ (s - average) for w, s in zip(weights, covariances, strict=True))
    return means @ precision @ means + unlike, means @ precision @ means


@pytest.mark.parametrize("form", FORMS)
def test_directions_solve_the_generalized_eigenproblem(form):
    mixture = random_mixture(np.random.default_rng(0), 3, 4, form)
    found = mogul.projection(mixture)
    kernel, of_means = kernel_of(mixture)
    values = eigh(kernel, mixture.covariance(), eigvals_only=True)
    np.testing.assert_allclose(found.eigenvalues, values[::-1][: found.n_directions], rtol=1e-8)
    for q in range(found.n_directions):
        mine = found.directions[:, q]
        np.testing.assert_allclose(kernel @ mine, found.eigenvalues[q] * mixture.covariance() @ mine, atol=1e-9)
        assert mine @ of_means @ mine == pytest.approx(found.of_means[q], abs=1e-9)
    identity = found.directions.T @ mixture.covariance() @ found.directions
    np.testing.assert_allclose(identity, np.eye(found.n_directions), atol=1e-9)
    assert found.n_directions == (2 if form == "tied" else 4)


def test_of_equal_covariances_they_are_those_of_discriminant_analysis():
    X, y = load_iris(return_X_y=True)
    mixture = mogul.MixtureClassifier(shared=True, covariance_type="tied").fit(X, y).mixture_
    found = mogul.projection(mixture)
    theirs = LinearDiscriminantAnalysis(solver="eigen").fit(X, y).scalings_[:, :2]
    lengths = np.linalg.norm(found.directions, axis=0) * np.linalg.norm(theirs, axis=0)
    cosines = np.abs((found.directions * theirs).sum(axis=0)) / lengths
    np.testing.assert_allclose(cosines, 1, atol=1e-6)


def test_linear_maps_change_nothing_of_what_they_show():
    rng = np.random.default_rng(1)
    mixture, rows = random_mixture(rng, 3, 3), rng.normal(size=(20, 3))
    matrix = rng.normal(size=(3, 3)) * np.array([1e-6, 1.0, 1e6])[:, None]
    mapped = mixture.transform(matrix, [5.0, -3.0, 2.0])
    here, there = mogul.projection(mixture), mogul.projection(mapped)
    np.testing.assert_allclose(there.eigenvalues, here.eigenvalues, rtol=1e-6)
    one, two = here.transform(rows), there.transform(rows @ matrix.T + [5.0, -3.0, 2.0])
    np.testing.assert_allclose(np.abs(two), np.abs(one), atol=1e-5)


def test_the_projected_mixture_is_that_of_the_coordinates():
    mixture = random_mixture(np.random.default_rng(2), 3, 4)
    found = mogul.projection(mixture)
    seen = found.projected(2)
    rows = mixture.sample(200_000, rng=0)
    coordinates = found.transform(rows, 2)
    assert coordinates.shape == (200_000, 2)
    np.testing.assert_allclose(seen.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(seen.covariance(), np.eye(2), atol=1e-9)
    # A mean of 200 000 draws is known to 0.002.
    np.testing.assert_allclose(coordinates.mean(axis=0), 0, atol=0.01)
    whole = found.projected()
    np.testing.assert_allclose(whole.responsibilities(found.transform(rows[:50])), mixture.responsibilities(rows[:50]),
                               atol=1e-8)  # fmt: skip


def test_covariances_alone_tell_apart():
    mixture = mogul.Mixture([0.5, 0.5], np.zeros((2, 2)), [np.diag([1.0, 1.0]), np.diag([1.0, 9.0])])
    found = mogul.projection(mixture)
    assert found.n_directions == 1
    np.testing.assert_allclose(found.directions[0], 0, atol=1e-12)
    np.testing.assert_allclose(found.of_means, 0, atol=1e-12)


def test_it_prints_as_a_table():
    mixture = random_mixture(np.random.default_rng(3), 3, 2)
    lines = str(mogul.projection(mixture, feature_names=["length", "width"])).splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["length", "width"]
    assert lines[3].startswith("tells")


def test_what_makes_no_sense_is_refused():
    one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    with pytest.raises(ParameterError, match="Use two or more"):
        mogul.projection(one)
    with pytest.raises(ParameterError, match="All components are the same"):
        mogul.projection(mogul.Mixture.univariate([0.5, 0.5], [0.0, 0.0], [1.0, 1.0]))
    mixture = random_mixture(np.random.default_rng(4), 2, 2, "tied")
    with pytest.raises(ShapeError, match="3 names"):
        mogul.projection(mixture, feature_names=["a", "b", "c"])
    with pytest.raises(ParameterError, match="1 directions"):
        mogul.projection(mixture).transform(np.zeros((3, 2)), 2)
