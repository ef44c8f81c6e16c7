"""Any distribution by enough Gaussians."""

import numpy as np
import pytest
from scipy import integrate, stats

import mogul
from mogul.errors import ApproximationWarning, ParameterError
from mogul.testing import random_mixture


@pytest.mark.parametrize("target", [stats.uniform(), stats.gamma(2)], ids=["uniform", "gamma"])
def test_it_chooses_how_many_by_itself(target):
    found = mogul.approximate(target)
    assert found.total_variation < 0.02
    assert found.mixture.n_components <= 16
    # As few as that: one less of those tried does not do.
    less = [errors for errors in found.path if errors.n_components < found.mixture.n_components]
    assert min(errors.total_variation for errors in less) > 0.02


def test_errors_are_those_of_an_independent_quadrature():
    target = stats.gamma(2)
    found = mogul.approximate(target, 4)

    def integral(function):
        return integrate.quad(function, 0, 40, limit=1000, points=[1, 2, 4, 8])[0]

    p, q = target.pdf, lambda x: float(found.mixture.pdf(x))
    outside = integrate.quad(q, -10, 0)[0]
    variation = (integral(lambda x: abs(p(x) - q(x))) + outside) / 2
    assert found.total_variation == pytest.approx(variation, rel=1e-3)  # kinks of |p - q| lie between nodes
    divergence = integral(lambda x: p(x) * np.log(p(x) / q(x)) if x > 0 else 0.0)
    assert found.kl == pytest.approx(divergence, rel=1e-6)
    x = np.linspace(0, 30, 100_001)
    assert found.largest_error == pytest.approx(np.abs(p(x) - found.mixture.pdf(x)).max(), rel=1e-3)
    shifted = np.concatenate([[outside], outside + integrate.cumulative_simpson(found.mixture.pdf(x), x=x)])
    # Levels of nodes are known to a part of the mass of one, about 1 / 4000.
    assert found.kolmogorov == pytest.approx(np.abs(shifted - target.cdf(x)).max(), abs=1e-4)


def test_it_is_the_mixture_of_least_divergence():
    found = mogul.approximate(stats.expon(), 3)
    mixture, rng = found.mixture, np.random.default_rng(0)
    x, w = np.polynomial.laguerre.laggauss(120)

    def divergence(m):
        return w @ (-x - m.logpdf(x))

    for _ in range(20):
        means = mixture.means + 0.02 * rng.standard_normal(mixture.means.shape)
        moved = mogul.Mixture(mixture.weights, means, mixture.covariances)
        assert divergence(moved) > divergence(mixture) - 1e-6


@pytest.mark.parametrize("scale", [1e-8, 1e6])
def test_units_do_not_matter(scale):
    plain, scaled = (mogul.approximate(stats.gamma(2, loc=3 * s, scale=s), 3) for s in (1.0, scale))
    assert scaled.kl == pytest.approx(plain.kl, rel=1e-4)  # EM stops when little is left to gain
    np.testing.assert_allclose(scaled.mixture.means / scale, plain.mixture.means, rtol=1e-2)


def test_heavy_tails_end_with_a_finite_mixture():
    found = mogul.approximate(stats.cauchy(), tolerance=0.05)
    assert found.total_variation < 0.05


def test_more_components_never_do_worse():
    found = mogul.approximate(stats.laplace(), 16)
    assert [errors.n_components for errors in found.path] == [1, 2, 4, 8, 16]
    assert (np.diff([errors.kl for errors in found.path]) < 0).all()
    assert [mixture.n_components for mixture in found.mixtures] == [1, 2, 4, 8, 16]


def test_a_density_in_three_features():
    def shell(x):
        return -0.5 * ((np.linalg.norm(x, axis=1) - 1) / 0.3) ** 2

    found = mogul.approximate(shell, 8, support=[(-3, 3)] * 3)
    assert found.mixture.n_features == 3
    assert found.total_variation < 0.2
    assert found.total_variation < found.path[0].total_variation / 2
    assert np.isnan(found.kolmogorov)


def test_a_mixture_is_found_again():
    mixture = random_mixture(np.random.default_rng(1), 3, 2, separation=4)
    found = mogul.approximate(mixture, 3)
    assert found.total_variation < 0.03  # of 20 000 draws
    line = random_mixture(np.random.default_rng(2), 2, 1, separation=4)
    assert mogul.approximate(line, 2).kl < 1e-6


def test_points_are_met_by_their_distribution_function():
    points = np.random.default_rng(3).gamma(2.0, size=300)
    found = mogul.approximate(points, tolerance=0.05)
    assert found.kolmogorov < 0.05
    assert np.isnan(found.kl)
    twice = mogul.approximate(np.repeat(points, 2), 2).mixture
    weighted = mogul.approximate(points, 2, weights=np.full(300, 2.0)).mixture
    np.testing.assert_allclose(np.sort(twice.means.ravel()), np.sort(weighted.means.ravel()), rtol=1e-3)


def test_what_cannot_be_met_is_said():
    with pytest.warns(ApproximationWarning, match="4 components leave an error of"):
        found = mogul.approximate(stats.uniform(), tolerance=1e-3, max_components=4)
    assert found.mixture.n_components == 4


def test_it_prints_and_draws():
    pytest.importorskip("matplotlib.pyplot").switch_backend("agg")
    found = mogul.approximate(stats.norm(), 1)
    assert str(found).startswith("1 components: KL ")
    ax = mogul.approximate(stats.uniform(), 4).plot()
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 3, 3]
    assert ax.get_xlabel() == "number of Gaussians"
    pytest.importorskip("matplotlib.pyplot").close("all")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_components": 3, "tolerance": 0.1}, "not both"),
        ({"n_components": 0}, "1 or more"),
        ({"tolerance": 1.5}, "between 0 and 1"),
        ({"weights": [1.0]}, "points only"),
    ],
)
def test_wrong_arguments_are_refused(options, message):
    with pytest.raises(ParameterError, match=message):
        mogul.approximate(stats.uniform(), **options)


def test_points_of_several_features_need_a_number():
    with pytest.raises(ParameterError, match="give n_components"):
        mogul.approximate(np.random.default_rng(4).normal(size=(30, 2)))
    assert mogul.approximate(np.random.default_rng(4).normal(size=(60, 2)), 2).mixture.n_components == 2
