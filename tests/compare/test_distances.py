"""Distances against 50 digits, quadrature, Monte Carlo by other means, and POT."""

import json
from pathlib import Path

import numpy as np
import pytest

from mogul import FullCovariance, Mixture, distances
from mogul.mixture.quadratic import probability_below
from mogul.testing import FORMS, random_mixture

TABLE = json.loads((Path(__file__).parent / "oracles" / "distances.json").read_text())
MIXTURES = {name: Mixture.univariate(*numbers) for name, numbers in TABLE["mixtures"].items()}
PAIRS = list(TABLE["pairs"])


def _pair(name):
    return MIXTURES[name[0]], MIXTURES[name[1]]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", ["integrated_squared_error", "cauchy_schwarz"])
def test_closed_forms_agree_with_fifty_digits(pair, name):
    found = getattr(distances, name)(*_pair(pair))
    np.testing.assert_allclose(found, float(TABLE["pairs"][pair][name]), rtol=1e-13)


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", ["kl", "jensen_shannon", "bhattacharyya", "hellinger", "total_variation"])
def test_estimates_are_within_their_errors_of_fifty_digits(pair, name):
    found = getattr(distances, name)(*_pair(pair), n_draws=50_000)
    exact = float(TABLE["pairs"][pair][name])
    assert 0 < found.standard_error < 0.005
    assert abs(found.value - exact) < 4 * found.standard_error


@pytest.mark.parametrize("pair", PAIRS)
def test_bounds_of_the_divergence_enclose_it(pair):
    lower, upper = distances.kl_bounds(*_pair(pair))
    assert lower <= float(TABLE["pairs"][pair]["kl"]) <= upper


@pytest.mark.parametrize("name", TABLE["overlaps"])
def test_overlaps_of_one_feature_agree_with_fifty_digits(name):
    exact = np.array(TABLE["overlaps"][name], dtype=float)
    np.testing.assert_allclose(MIXTURES[name].overlaps(), exact, rtol=1e-12)


def test_laws_of_quadratic_functions_agree_with_fifty_digits():
    squares, slopes, limits, exact = zip(*TABLE["quadratics"], strict=True)
    found = probability_below(np.array(squares), np.array(slopes), np.array(limits))
    # The rule stops refining where half its nodes agree with all to 1e-9.
    np.testing.assert_allclose(found, np.array(exact, dtype=float), atol=1e-11)


def test_distances_of_gaussians_agree_with_fifty_digits():
    first, second, mean = (np.array(values) for values in TABLE["matrices"])
    here, there = Mixture([1.0], np.zeros((1, 2)), first[None]), Mixture([1.0], mean[None], second[None])
    for name, exact in TABLE["gaussians"].items():
        found = getattr(distances, f"pairwise_{name}")(here, there)
        np.testing.assert_allclose(found, [[float(exact)]], rtol=1e-14)


@pytest.mark.parametrize("n_features", [1, 2, 3])
@pytest.mark.parametrize("form", FORMS)
def test_transport_agrees_with_pot(form, n_features):
    gmm = pytest.importorskip("ot").gmm
    rng = np.random.default_rng(0)
    first, second = random_mixture(rng, 3, n_features, form), random_mixture(rng, 4, n_features)
    arrays = [(m.means, m.covariances.dense(), m.weights) for m in (first, second)]
    given = [array for pair in zip(*arrays, strict=True) for array in pair]
    moved = distances.transport(first, second)
    # Square roots of matrices, and the tolerance of the linear programme.
    np.testing.assert_allclose(moved.distance**2, gmm.gmm_ot_loss(*given), rtol=1e-9)
    np.testing.assert_allclose(moved.plan, gmm.gmm_ot_plan(*given), atol=1e-9)
    rows = first.sample(20, rng=1)
    np.testing.assert_allclose(moved.apply(rows), gmm.gmm_ot_apply_map(rows, *given), atol=1e-8)


def test_barycentre_of_gaussians_agrees_with_pot():
    gaussian = pytest.importorskip("ot").gaussian
    rng = np.random.default_rng(1)
    singles = [random_mixture(rng, 1, 3) for _ in range(3)]
    shares = np.array([0.2, 0.3, 0.5])
    means, dense = (
        np.concatenate(each) for each in zip(*((m.means, m.covariances.dense()) for m in singles), strict=True)
    )
    mean, covariance = gaussian.bures_wasserstein_barycenter(means, dense, shares, num_iter=1000, eps=1e-13)
    middle = distances.barycentre(singles, shares)
    np.testing.assert_allclose(middle.means[0], mean, rtol=1e-12)
    np.testing.assert_allclose(middle.covariances.dense()[0], covariance, rtol=1e-8)  # both stop iterating


@pytest.mark.parametrize("n_features", [2, 4])
def test_overlaps_are_those_of_draws(n_features):
    rng = np.random.default_rng(2)
    mixture, n_draws = random_mixture(rng, 3, n_features, separation=0.7), 50_000
    overlaps = mixture.overlaps()
    for i in range(3):
        rows = mixture.selected([i]).sample(n_draws, rng=rng)
        joint = mixture.component_pdf(rows)
        found = (joint > joint[:, [i]]).mean(axis=0)
        error = np.sqrt(overlaps[i] * (1 - overlaps[i]) / n_draws)
        others = np.arange(3) != i
        assert (np.abs(found - overlaps[i]) < 4 * error + 1e-9)[others].all()


def test_one_feature_laws_by_inversion_are_those_of_scipy():
    from scipy import stats

    limits = np.array([1e-3, 0.5, 5.0, 60.0])
    for n in (2, 5):
        ones = np.ones((4, n))
        np.testing.assert_allclose(
            probability_below(ones, np.zeros((4, n)), limits), stats.chi2.cdf(limits, n), atol=1e-12
        )
        noncentral = stats.ncx2.cdf(limits, n, n / 4)
        np.testing.assert_allclose(probability_below(ones, ones, limits - n / 4), noncentral, atol=1e-11)
    # The difference of two exponential variables.
    found = probability_below(np.array([[1.0, 1.0, -1.0, -1.0]] * 4), np.zeros((4, 4)), limits)
    np.testing.assert_allclose(found, stats.laplace.cdf(limits, scale=2), atol=1e-12)


def test_integrated_squared_error_is_that_of_quadrature_in_two_features():
    rng = np.random.default_rng(3)
    first, second = random_mixture(rng, 2, 2, "diag"), random_mixture(rng, 3, 2)
    x = np.linspace(-25, 25, 1001)
    rows = np.stack(np.meshgrid(x, x), axis=-1)
    # The trapezoidal rule is exact to rounding for functions so smooth.
    total = ((first.pdf(rows) - second.pdf(rows)) ** 2).sum() * (x[1] - x[0]) ** 2
    np.testing.assert_allclose(distances.integrated_squared_error(first, second), total, rtol=1e-12)


def test_pairwise_divergence_of_forms_is_that_of_dense_covariances():
    rng = np.random.default_rng(4)
    mixtures = [random_mixture(rng, 3, 3, form) for form in FORMS]
    dense = [Mixture(m.weights, m.means, FullCovariance(m.covariances.dense())) for m in mixtures]
    for name in ("kl", "bhattacharyya", "hellinger", "wasserstein"):
        between = getattr(distances, f"pairwise_{name}")
        for i in range(len(FORMS)):
            np.testing.assert_allclose(
                between(mixtures[i], mixtures[i - 1]), between(dense[i], dense[i - 1]), rtol=1e-9
            )
