"""Moments and generating functions, against SciPy, quadrature and identities."""

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=list(FORMS))
def mixture(request):
    return random_mixture(np.random.default_rng(0), 3, 3, request.param)


@pytest.fixture
def line():
    return mogul.Mixture.univariate([0.2, 0.5, 0.3], [-3.0, 0.0, 4.0], [0.5, 1.0, 2.0])


def integral(line, function):
    """Return the expectation of a function by the trapezoidal rule, exact to rounding for smooth ones."""
    nodes = np.linspace(-40, 40, 8001)
    return float((nodes[1] - nodes[0]) * line.pdf(nodes) @ function(nodes))


def test_one_feature_is_as_in_scipy(line):
    law = scipy.stats.Mixture(
        [scipy.stats.Normal(mu=m, sigma=s) for m, s in ((-3.0, 0.5), (0.0, 1.0), (4.0, 2.0))], weights=[0.2, 0.5, 0.3]
    )
    assert line.variance()[0] == pytest.approx(float(law.variance()), rel=1e-12)
    assert line.standard_deviation()[0] == pytest.approx(float(law.standard_deviation()), rel=1e-12)
    assert line.skewness()[0] == pytest.approx(float(law.skewness()), rel=1e-10)
    assert line.kurtosis()[0] == pytest.approx(float(law.kurtosis()), rel=1e-10)
    assert line.kurtosis(convention="excess")[0] == pytest.approx(float(law.kurtosis()) - 3, rel=1e-9)


@pytest.mark.parametrize("order", range(9))
def test_moments_are_integrals(line, order):
    mean, deviation = line.mean()[0], line.standard_deviation()[0]
    wanted = {
        "raw": integral(line, lambda x: x**order),
        "central": integral(line, lambda x: (x - mean) ** order),
        "standardized": integral(line, lambda x: ((x - mean) / deviation) ** order),
    }
    for kind, value in wanted.items():
        assert line.moment(order, kind)[0] == pytest.approx(value, rel=1e-11, abs=1e-11)
        assert line.moment((order,), kind) == pytest.approx(value, rel=1e-11, abs=1e-11)


def test_numbers_of_features_are_those_of_their_marginals(mixture):
    for d in range(3):
        marginal = mixture.marginal([d])
        for name in ("mean", "variance", "standard_deviation", "skewness", "kurtosis"):
            assert getattr(mixture, name)()[d] == pytest.approx(getattr(marginal, name)()[0], rel=1e-11, abs=1e-12)
    np.testing.assert_allclose(mixture.variance(), np.diag(mixture.covariance()), rtol=1e-13)


def test_joint_moments_of_second_order_are_covariances(mixture):
    powers = np.eye(3, dtype=int)
    covariance = [[mixture.moment(powers[i] + powers[j], "central") for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(covariance, mixture.covariance(), rtol=1e-11, atol=1e-12)
    correlation = [[mixture.moment(powers[i] + powers[j], "standardized") for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(correlation, mixture.correlation(), rtol=1e-11, atol=1e-12)
    assert (np.diag(mixture.correlation()) == 1).all()
    assert mixture.moment((0, 0, 0)) == 1.0
    assert mixture.moment((0, 1, 0)) == pytest.approx(mixture.mean()[1], rel=1e-13)


def test_skewness_does_not_depend_on_units_or_place(mixture):
    moved = mixture.transform(np.diag([1e-6, 1.0, 1e6]), [1.0, -3.0, 1e6])
    np.testing.assert_allclose(moved.skewness(), mixture.skewness(), rtol=1e-8)
    np.testing.assert_allclose(moved.kurtosis(), mixture.kurtosis(), rtol=1e-8)


def test_generating_functions_generate(line, mixture):
    t = np.array([-0.5, 0.0, 0.3])
    wanted = [integral(line, lambda x, s=s: np.exp(s * x)) for s in t]
    np.testing.assert_allclose(line.mgf(t), wanted, rtol=1e-11)
    waves = [
        integral(line, lambda x, s=s: np.cos(s * x)) + 1j * integral(line, lambda x, s=s: np.sin(s * x)) for s in t
    ]
    np.testing.assert_allclose(line.cf(t), waves, rtol=1e-11)
    step = 1e-5 * np.eye(3)
    slope = (mixture.logmgf(step) - mixture.logmgf(-step)) / 2e-5
    np.testing.assert_allclose(slope, mixture.mean(), rtol=1e-7, atol=1e-7)  # a difference quotient
    assert mixture.mgf(np.zeros(3)) == 1.0
    assert mixture.cf(np.zeros(3)) == 1.0
    assert line.mgf(1e6) == np.inf
    assert np.isfinite(line.logmgf(1e6))


@pytest.mark.parametrize(
    ("work", "kind", "message"),
    [
        (lambda m: m.moment(-1), ParameterError, "whole numbers of at least 0"),
        (lambda m: m.moment(1.5), ParameterError, "whole numbers"),
        (lambda m: m.moment((1, 2)), ShapeError, "3 of them"),
        (lambda m: m.moment(2, "centred"), ParameterError, "'raw', 'central', 'standardized'"),
        (lambda m: m.kurtosis(convention="fisher"), ParameterError, "'non-excess' or 'excess'"),
        (lambda m: m.mgf([1.0, 2.0]), ShapeError, "2 features"),
    ],
)
def test_what_is_refused(mixture, work, kind, message):
    with pytest.raises(kind, match=message):
        work(mixture)
