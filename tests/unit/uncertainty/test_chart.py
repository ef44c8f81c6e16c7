import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError
from mogul.expectation import expect
from mogul.family import FAMILIES, VVV
from mogul.testing import random_mixture, random_rows
from mogul.uncertainty.chart import Chart, contrasts, require_member

EVERY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def member(family, n_components=3, n_features=3, seed=0):
    """Return a random mixture of the family: the M-step's answer to random rows."""
    rng = np.random.default_rng(seed)
    mixture = random_mixture(rng, n_components, n_features)
    rows, _ = random_rows(rng, mixture, 60 * n_components)
    return family.mixture(expect(mixture, rows, None, family.moments), None)


@EVERY
def test_coordinates_are_as_many_as_parameters_and_zero_is_the_mixture(family):
    for n_components, n_features in ((3, 3), (2, 4), (1, 2), (3, 1)):
        mixture = member(family, n_components, n_features)
        chart = Chart.of(family, mixture)
        means_and_weights = n_components * n_features + n_components - 1
        assert chart.n_coordinates == family.n_parameters(n_components, n_features) + means_and_weights
        here = chart.parameters(np.zeros((1, chart.n_coordinates)))
        np.testing.assert_allclose(here.weights[0], mixture.weights, rtol=1e-12)
        np.testing.assert_allclose(here.means[0], mixture.means, rtol=1e-12)
        np.testing.assert_allclose(here.covariances[0], mixture.covariances.dense(), rtol=0, atol=1e-12)


@EVERY
def test_every_coordinate_leads_to_another_mixture_of_the_family(family):
    chart = Chart.of(family, member(family))
    jacobian = chart.jacobian(np.zeros(chart.n_coordinates))
    values = np.linalg.svd(jacobian, compute_uv=False)
    assert values[-1] > 1e-3 * values[0]
    for at in 0.3 * np.random.default_rng(1).standard_normal((5, chart.n_coordinates)):
        moved = chart.parameters(at[None])
        require_member(family, mogul.Mixture(moved.weights[0], moved.means[0], moved.covariances[0]))


def test_contrasts_are_orthonormal_and_sum_to_zero():
    basis = contrasts(5)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-14)
    np.testing.assert_allclose(basis.sum(axis=0), 0, atol=1e-14)


def test_a_mixture_of_another_family_is_refused():
    mixture = member(VVV())
    for name in set(FAMILIES) - {"VVV"}:
        with pytest.raises(ParameterError, match="obey the constraint|axes in common"):
            Chart.of(FAMILIES[name], mixture)


def test_a_family_without_coordinates_and_a_component_without_weight_are_refused():
    class Odd:
        name = "factors"

    mixture = member(VVV())
    with pytest.raises(ParameterError, match="no coordinates for the covariance family 'factors'"):
        Chart.of(Odd(), mixture)
    empty = mogul.Mixture([0.0, 1.0], [[0.0], [1.0]], [[[1.0]], [[1.0]]])
    with pytest.raises(ParameterError, match="Component 0 has no weight"):
        Chart.of(VVV(), empty)


def test_equal_weights_have_no_coordinates_and_a_prior_is_refused():
    rows, _ = random_rows(np.random.default_rng(1), member(VVV(), 2, 2), 200)
    equal = mogul.GaussianMixture(2, equal_weights=True, random_state=0).fit(rows)
    errors = mogul.standard_errors(equal, rows).standard_errors
    np.testing.assert_array_equal(errors.weights, 0)
    assert (errors.means > 0).all()
    replicates = mogul.bootstrap(equal, rows, n_replicates=5, rng=0)
    np.testing.assert_array_equal(replicates.replicates.weights, 0.5)
    believing = mogul.GaussianMixture(2, prior="default", random_state=0).fit(rows)
    with pytest.raises(ParameterError, match="fitted with a prior"):
        mogul.standard_errors(believing, rows)
    assert len(mogul.bootstrap(believing, rows, n_replicates=5, rng=0)) == 5
