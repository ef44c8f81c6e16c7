"""Distribution functions, boxes and half-spaces, against SciPy and against identities."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture

LINE = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
SCIPY = scipy.stats.Mixture(
    [scipy.stats.Normal(mu=-1.0, sigma=0.5), scipy.stats.Normal(mu=2.0, sigma=1.0)], weights=[0.3, 0.7]
)


@pytest.mark.parametrize("name", ["cdf", "logcdf", "ccdf", "logccdf"])
def test_one_feature_is_as_in_scipy(name):
    x = np.linspace(-4, 6, 41)
    # SciPy's logarithms of probabilities near one have no more digits than these.
    np.testing.assert_allclose(getattr(LINE, name)(x), getattr(SCIPY, name)(x), rtol=1e-11, atol=4e-16)


def test_shapes_follow_the_points():
    assert np.ndim(LINE.cdf(0.3)) == 0
    assert LINE.cdf([[0.3], [0.4]]).shape == (2,)
    plane = random_mixture(np.random.default_rng(0), 2, 2, "diag")
    assert np.ndim(plane.cdf([0.0, 0.0])) == 0
    assert plane.cdf(np.zeros((3, 4, 2))).shape == (3, 4)
    assert plane.probability([0.0, 0.0], np.ones((5, 2))).shape == (5,)


def test_infinite_points_and_far_tails():
    np.testing.assert_array_equal(LINE.cdf([-np.inf, np.inf]), [0.0, 1.0])
    np.testing.assert_array_equal(LINE.ccdf([-np.inf, np.inf]), [1.0, 0.0])
    assert LINE.logcdf(-1e160) == -np.inf
    assert np.isnan(LINE.cdf(np.nan))


@pytest.mark.parametrize("form", ["diag", "spherical"])
def test_boxes_of_independent_features_are_products(form):
    mixture = random_mixture(np.random.default_rng(1), 3, 4, form)
    rng = np.random.default_rng(2)
    lower = rng.normal(0, 3, (20, 4))
    upper = lower + rng.exponential(3, (20, 4))
    deviations = np.sqrt(np.einsum("kii->ki", mixture.covariances.dense()))
    sides = [
        scipy.stats.norm.cdf((upper[:, None] - mixture.means) / deviations),
        scipy.stats.norm.cdf((lower[:, None] - mixture.means) / deviations),
    ]
    wanted = np.prod(sides[0] - sides[1], axis=2) @ mixture.weights
    found, error = mixture.probability(lower, upper, with_error=True)
    # SciPy's difference cancels where a side lies in the upper tail.
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(error, 0.0, atol=1e-15)


def test_a_box_of_independent_features_keeps_its_digits_in_the_tail():
    mixture = mogul.Mixture([1.0], [[0.0, 0.0]], mogul.SphericalCovariance([1.0]))
    one = mogul.Mixture.univariate([1.0], [0.0], [1.0]).logprobability(20.0, 21.0)
    assert mixture.logprobability([20.0, -21.0], [21.0, -20.0]) == pytest.approx(2 * one, rel=1e-13)


@pytest.mark.parametrize(("form", "n_features"), [("full", 2), ("full", 4), ("tied", 3)])
def test_boxes_of_dependent_features_agree_with_scipy_within_their_error(form, n_features):
    mixture = random_mixture(np.random.default_rng(3), 2, n_features, form, separation=1.0)
    rng = np.random.default_rng(4)
    lower = rng.normal(-1, 1, (4, n_features))
    upper = lower + rng.exponential(3, (4, n_features))
    upper[0, 0] = np.inf
    found, errors = mixture.probability(lower, upper, with_error=True)
    parameters = list(zip(mixture.weights, mixture.means, mixture.covariances.dense(), strict=True))
    precision = {"abseps": 1e-7, "releps": 1e-7, "maxpts": 500_000}
    for value, error, low, high in zip(found, errors, lower, upper, strict=True):
        wanted = sum(
            w * scipy.stats.multivariate_normal.cdf(high, m, s, lower_limit=low, **precision) for w, m, s in parameters
        )
        # Six standard errors, which eight shifts tell roughly, and SciPy's own.
        assert abs(value - wanted) < 6 * error + 2e-6
        assert error < 1e-4


def test_orthants_have_their_closed_form():
    for correlation in (-0.9, 0.3, 0.99):
        mixture = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, correlation], [correlation, 1.0]]])
        wanted = 0.25 + np.arcsin(correlation) / (2 * np.pi)
        assert mixture.cdf([0.0, 0.0]) == pytest.approx(wanted, abs=2e-5)
        assert mixture.ccdf([0.0, 0.0]) == pytest.approx(1 - wanted, abs=2e-5)


def test_dependent_boxes_far_in_the_tail_keep_their_relative_error():
    matrix = np.array([[1.0, 0.5], [0.5, 1.0]])
    mixture = mogul.Mixture([1.0], [[0.0, 0.0]], matrix[None])
    found, error = mixture.probability([30.0, 30.0], [np.inf, np.inf], with_error=True)
    # Integrating one feature by hand, the other being a tail probability.
    x = 30 + np.linspace(0, 1.5, 20_001)
    inner = scipy.stats.norm.logpdf(x) + scipy.special.log_ndtr(-(30 - 0.5 * x) / np.sqrt(0.75))
    top = inner.max()
    wanted = np.exp(top) * scipy.integrate.simpson(np.exp(inner - top), x=x)
    assert found == pytest.approx(wanted, rel=max(6 * error / found, 1e-3))
    assert error < 1e-2 * found


def test_the_same_call_gives_the_same_number():
    mixture = random_mixture(np.random.default_rng(5), 2, 3)
    assert mixture.cdf([0.0, 0.0, 0.0]) == mixture.cdf([0.0, 0.0, 0.0])
    assert mixture.cdf([0.0, 0.0, 0.0], rng=1) != mixture.cdf([0.0, 0.0, 0.0], rng=2)


@pytest.mark.parametrize("form", FORMS)
def test_half_spaces_are_those_of_many_draws(form):
    mixture = random_mixture(np.random.default_rng(6), 3, 3, form)
    direction = np.array([1.0, -2.0, 0.5])
    draws = mixture.sample(100_000, rng=0) @ direction
    offsets = np.quantile(draws, [0.01, 0.3, 0.9])
    found = mixture.half_space_probability(direction, offsets)
    assert (np.abs(found - [0.01, 0.3, 0.9]) < 5 * 0.5 / np.sqrt(100_000)).all()
    both = found + mixture.half_space_probability(-direction, -offsets)
    np.testing.assert_allclose(both, 1.0, rtol=1e-12)


def test_half_spaces_across_a_thin_direction_are_exact():
    thin = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 1.0 - 1e-13], [1.0 - 1e-13, 1.0]]])
    factor = np.linalg.cholesky(thin.covariances.dense()[0])
    spread = np.linalg.norm(factor.T @ [1.0, -1.0])
    assert thin.half_space_probability([1.0, -1.0], spread) == pytest.approx(scipy.stats.norm.cdf(1.0), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: LINE.probability(2.0, 1.0), ParameterError, "lower limit 2 .* above the upper limit 1"),
        (lambda: LINE.probability([0.0, 1.0], [1.0, 2.0, 3.0]), ShapeError, "do not go together"),
        (lambda: LINE.cdf([[1.0, 2.0]]), ShapeError, "2 features"),
        (lambda: LINE.half_space_probability([1.0, 2.0], 0.0), ShapeError, "direction has shape"),
        (lambda: LINE.half_space_probability([0.0], 0.0), ParameterError, "not zero"),
    ],
)
def test_what_makes_no_sense_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
