"""Standard errors beside second derivatives worked out the plain way, from `Mixture.logpdf` alone."""

import numpy as np
import pytest

import mogul
from mogul.errors import DegenerateComponentError, ParameterError
from mogul.family import FAMILIES
from mogul.source import ArraySource
from mogul.testing import random_mixture, random_rows
from mogul.training import NotConvergedWarning
from mogul.uncertainty import Parameters, information
from mogul.uncertainty.chart import Chart
from mogul.uncertainty.information import score


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    return random_rows(rng, random_mixture(rng, 2, 2, separation=3.0), 400)[0]


def fitted(rows, name="full", n_components=2):
    return mogul.GaussianMixture(n_components, covariance_type=name, random_state=0).fit(rows)


def second_derivatives(function, at, step):
    """Return central second differences of a function of a vector, of fourth order along each pair."""
    n = len(at)
    result = np.empty((n, n))
    moves = step * np.eye(n)
    for i in range(n):
        for j in range(i + 1):
            corners = [
                s * t * function(at + scale * (s * moves[i] + t * moves[j])) for scale in (1, 2)
                for s in (1, -1) for t in (1, -1)
            ]  # fmt: skip
            near, far = sum(corners[:4]) / (4 * step**2), sum(corners[4:]) / (16 * step**2)
            result[i, j] = result[j, i] = (4 * near - far) / 3
    return result


@pytest.mark.parametrize("name", ["VVV", "VVI", "VII", "EEE", "EII", "EEI"])
def test_errors_are_those_of_a_plain_hessian_in_plain_parameters(rows, name):
    """Here the parameters are the numbers themselves: a weight, the means, the entries of the covariances."""
    model = fitted(rows, name)
    mixture = model.mixture_
    layout = {
        "VVV": lambda v: np.array([[[a, b], [b, c]] for a, b, c in v.reshape(2, 3)]),
        "VVI": lambda v: np.array([np.diag(a) for a in v.reshape(2, 2)]),
        "VII": lambda v: np.array([a * np.eye(2) for a in v]),
        "EEE": lambda v: np.array([[[v[0], v[1]], [v[1], v[2]]]] * 2),
        "EII": lambda v: np.array([v[0] * np.eye(2)] * 2),
        "EEI": lambda v: np.array([np.diag(v)] * 2),
    }[name]
    dense = mixture.covariances.dense()
    entries = {
        "VVV": dense[:, [0, 0, 1], [0, 1, 1]].ravel(),
        "VVI": dense[:, [0, 1], [0, 1]].ravel(),
        "VII": dense[:, 0, 0],
        "EEE": dense[0][[0, 0, 1], [0, 1, 1]],
        "EII": dense[0, 0, :1],
        "EEI": np.diag(dense[0]),
    }[name]

    def log_likelihood(vector):
        weights = [vector[0], 1 - vector[0]]
        return mogul.Mixture(weights, vector[1:5].reshape(2, 2), layout(vector[5:])).logpdf(rows).sum()

    at = np.concatenate([mixture.weights[:1], mixture.means.ravel(), entries])
    errors = np.sqrt(np.diag(np.linalg.inv(-second_derivatives(log_likelihood, at, 2e-3))))
    found = mogul.standard_errors(model, rows).standard_errors
    # Differences of the log-likelihood itself keep about six digits.
    np.testing.assert_allclose(found.weights, [errors[0]] * 2, rtol=1e-5)
    np.testing.assert_allclose(found.means.ravel(), errors[1:5], rtol=1e-5)
    np.testing.assert_allclose(found.covariances, np.abs(layout(errors[5:])), rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_the_score_is_the_slope_of_the_log_likelihood(rows, family):
    mixture = fitted(rows, family.name).mixture_
    chart, rng = Chart.of(family, mixture), np.random.default_rng(1)
    at, along = 0.2 * rng.standard_normal((2, chart.n_coordinates))

    def log_likelihood(where):
        moved = chart.parameters(where[None])
        return mogul.Mixture(moved.weights[0], moved.means[0], moved.covariances[0]).logpdf(rows).sum()

    slope = (log_likelihood(at + 1e-5 * along) - log_likelihood(at - 1e-5 * along)) / 2e-5
    # Ten digits are lost to the difference, of a sum of 400 terms.
    assert score(chart, at, ArraySource(rows)) @ along == pytest.approx(slope, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("name", ["VVV", "EEE", "VEE", "EVE", "VVE", "VEV", "EVV", "EVI"])
def test_information_is_minus_the_second_derivative_along_any_curve(rows, name):
    mixture, family = fitted(rows, name).mixture_, FAMILIES[name]
    found = information(mixture, ArraySource(rows), family)
    chart = Chart.of(family, mixture)
    along = np.random.default_rng(2).standard_normal(chart.n_coordinates)
    along /= np.linalg.norm(along)

    def log_likelihood(t):
        moved = chart.parameters(t * along[None])
        return mogul.Mixture(moved.weights[0], moved.means[0], moved.covariances[0]).logpdf(rows).sum()

    def bend(step):
        return (log_likelihood(step) - 2 * log_likelihood(0.0) + log_likelihood(-step)) / step**2

    curvature = (4 * bend(2e-3) - bend(4e-3)) / 3
    assert along @ np.linalg.inv(found.covariance) @ along == pytest.approx(-curvature, rel=1e-5)


def test_one_gaussian_has_the_errors_of_the_textbook():
    rows = np.random.default_rng(3).normal(size=(500, 2)) @ np.array([[2.0, 0.3], [0.0, 0.5]])
    found = mogul.standard_errors(fitted(rows, n_components=1), rows)
    covariance = np.cov(rows.T, bias=True)
    np.testing.assert_allclose(found.standard_errors.means[0], np.sqrt(np.diag(covariance) / 500), rtol=1e-6)
    variances = np.outer(np.diag(covariance), np.diag(covariance)) + covariance**2
    np.testing.assert_allclose(found.standard_errors.covariances[0], np.sqrt(variances / 500), rtol=1e-6)
    assert found.standard_errors.weights[0] == 0


def test_the_sandwich_of_one_gaussian_is_that_of_its_moments():
    """For the mean, H^-1 G H^-1 is the covariance of the rows; for a variance, the variance of squares."""
    rows = np.random.default_rng(4).exponential(size=(800, 1))
    found = mogul.standard_errors(fitted(rows, n_components=1), rows, kind="sandwich").standard_errors
    away = rows[:, 0] - rows.mean()
    assert found.means[0, 0] == pytest.approx(np.sqrt((away**2).mean() / 800), rel=1e-6)
    assert found.covariances[0, 0, 0] == pytest.approx(np.sqrt(np.var(away**2) / 800), rel=1e-5)


def test_the_three_ways_agree_on_many_rows_of_the_model():
    rows = random_mixture(np.random.default_rng(5), 2, 2, separation=3.0).sample(20_000, rng=0)
    model = fitted(rows)
    observed, outer, sandwich = (
        mogul.standard_errors(model, rows, kind=kind).standard_errors.vectors()
        for kind in ("observed", "outer", "sandwich")
    )
    # Each is right to about 1 / sqrt(N), times the kurtosis of the scores.
    np.testing.assert_allclose(outer, observed, rtol=0.08)
    np.testing.assert_allclose(sandwich, observed, rtol=0.08)


def test_a_weight_counts_as_so_many_rows(rows):
    weights = np.random.default_rng(6).integers(1, 4, len(rows))
    repeated = np.repeat(rows, weights, axis=0)
    model = mogul.GaussianMixture(2, random_state=0).fit(rows, sample_weight=weights)
    for kind in ("observed", "sandwich"):
        weighted = mogul.standard_errors(model, rows, sample_weight=weights, kind=kind)
        same = mogul.standard_errors(model, repeated, kind=kind)
        np.testing.assert_allclose(weighted.covariance, same.covariance, rtol=1e-6, atol=1e-12)


def test_units_of_the_columns_scale_the_errors(rows):
    scale = np.array([2.0**20, 2.0**-15])
    here, there = (mogul.standard_errors(fitted(x), x) for x in (rows, rows * scale))
    np.testing.assert_allclose(there.standard_errors.means, here.standard_errors.means * scale, rtol=1e-6)


def test_a_function_of_the_mixture_has_the_error_of_the_delta_method(rows):
    found = mogul.standard_errors(fitted(rows), rows)
    value, error = found.of(lambda mixture: mixture.means[0, 0] - mixture.means[1, 0])
    gradient = Parameters([0, 0], [[1, 0], [-1, 0]], np.zeros((2, 2, 2))).vectors()
    assert value == pytest.approx(found.mixture.means[0, 0] - found.mixture.means[1, 0])
    assert error == pytest.approx(np.sqrt(gradient @ found.covariance_matrix() @ gradient), rel=1e-6)


def test_intervals_stay_where_parameters_may_be(rows):
    found = mogul.standard_errors(fitted(rows[:60]), rows[:60], kind="observed")
    low, high = found.interval(0.99999)
    assert (low.weights > 0).all()
    assert (high.weights < 1).all()
    assert (low.variances() > 0).all()
    with pytest.raises(ParameterError, match="level is 95"):
        found.interval(95)


def test_it_prints_as_a_table(rows):
    text = str(mogul.standard_errors(fitted(rows, "diag"), rows))
    lines = text.splitlines()
    assert lines[0] == "Standard errors by observed information, VVI, 400 rows"
    assert len(lines) == 2 + 2 * 5  # a weight, two means and two variances each; covariances are zero
    assert "95 % from" in lines[1]


def test_names_of_columns_stand_in_the_table(rows):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(rows, columns=["length", "width"])
    assert "mean length" in str(mogul.standard_errors(fitted(table), table))


def test_what_is_no_maximum_is_refused(rows):
    with pytest.warns(NotConvergedWarning):
        early = mogul.GaussianMixture(2, random_state=0, init_params="random", max_iter=3, reg_covar=0.0).fit(rows)
    with pytest.raises(ParameterError, match="no maximum of the likelihood"):
        mogul.standard_errors(early, rows)
    with pytest.raises(ParameterError, match="nats are left to gain"):
        mogul.standard_errors(fitted(rows), rows + 1.0)


def test_a_mixture_alone_does_not_say_its_family(rows):
    model = fitted(rows)
    with pytest.raises(ParameterError, match="which family"):
        mogul.standard_errors(model.mixture_, rows)
    alone = mogul.standard_errors(model.mixture_, rows, covariance_type="full")
    np.testing.assert_array_equal(alone.covariance, mogul.standard_errors(model, rows).covariance)
    with pytest.raises(ParameterError, match="kind is 'expected'"):
        mogul.standard_errors(model, rows, kind="expected")


def test_one_component_too_many_is_told():
    rows = np.repeat(np.random.default_rng(7).normal(size=(50, 1)), 2, axis=0)
    model = mogul.GaussianMixture(2, means_init=[[0.0], [0.0]], weights_init=[0.5, 0.5], precisions_init=[[[1.0]]] * 2)
    model.fit(rows)
    with pytest.raises(DegenerateComponentError, match="not positive definite"):
        mogul.standard_errors(model, rows)
