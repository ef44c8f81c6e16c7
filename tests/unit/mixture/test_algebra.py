"""Marginals, conditionals and linear maps: what the laws do not say, and what is refused."""

import numpy as np
import pytest

import mogul
from mogul.errors import DataTypeError, NonFiniteError, ParameterError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=list(FORMS))
def mixture(request):
    return random_mixture(np.random.default_rng(0), 3, 4, request.param)


def test_one_value_makes_a_mixture_and_many_make_conditionals(mixture):
    one = mixture.condition({2: 0.5, 0: -1.0})
    many = mixture.condition({2: [0.5, 0.7], 0: -1.0})
    assert (type(one), type(many)) == (mogul.Mixture, mogul.mixture.Conditionals)
    np.testing.assert_allclose(many[0].weights, one.weights, rtol=1e-12)
    np.testing.assert_allclose(many[0].means, one.means, rtol=1e-12)
    np.testing.assert_array_equal(many.rows, [[0.5, -1.0], [0.7, -1.0]])


def test_a_conditional_keeps_its_form_where_it_can(mixture):
    assert type(mixture.condition({1: 0.0}).covariances) is type(mixture.covariances)


def test_far_from_the_origin_nothing_cancels(mixture):
    rows = mixture.sample(20, rng=1)
    far = mixture.transform(np.eye(4), np.full(4, 2.0**27))
    near = mixture.conditionals([0, 3], rows[:, [0, 3]]).mean()
    found = far.conditionals([0, 3], rows[:, [0, 3]] + 2.0**27).mean() - 2.0**27
    # Rows and means are stored there to 2^-26.
    np.testing.assert_allclose(found, near, atol=1e-6)


def test_a_value_far_out_leaves_the_component_that_is_nearest():
    pair = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [10.0, 5.0]], mogul.SphericalCovariance([1.0, 1.0]))
    assert pair.condition({0: 1e6}).weights.tolist() == [0.0, 1.0]
    assert pair.condition({0: 1e200}).mean().tolist() in ([2.5], [5.0])


@pytest.mark.parametrize(
    ("given", "kind", "message"),
    [
        ({}, ShapeError, "must be different numbers"),
        ({4: 1.0}, ShapeError, "from 0 to 3"),
        ({0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}, ShapeError, "none is left"),
        ({0: np.nan}, NonFiniteError, "feature 0 in row 0 is nan"),
        ({0: [1.0, 2.0], 1: [1.0, 2.0, 3.0]}, ShapeError, "do not go together"),
        ({0: [[1.0]]}, ShapeError, "each must be one number"),
        ({0.5: 1.0}, ShapeError, "whole numbers"),
        ({"a": 1.0}, ShapeError, "whole numbers"),
        ({0: "x"}, DataTypeError, "feature 0 has dtype"),
    ],
)
def test_what_cannot_be_given(mixture, given, kind, message):
    with pytest.raises(kind, match=message):
        mixture.condition(given)


def test_rows_that_do_not_fit(mixture):
    with pytest.raises(ShapeError, match=r"shape \(N, 2\)"):
        mixture.conditionals([0, 1], [[1.0, 2.0, 3.0]])


def test_one_combination_of_features(mixture):
    direction = np.array([1.0, -1.0, 0.5, 2.0])
    line = mixture.transform(direction, 3.0)
    assert line.n_features == 1
    np.testing.assert_allclose(line.mean()[0], direction @ mixture.mean() + 3, rtol=1e-12)
    np.testing.assert_allclose(line.variance()[0], direction @ mixture.covariance() @ direction, rtol=1e-12)


def test_a_number_scales_all_features(mixture):
    twice = mixture.transform(2.0, np.ones(4))
    np.testing.assert_allclose(twice.mean(), 2 * mixture.mean() + 1, rtol=1e-12)
    np.testing.assert_allclose(twice.covariance(), 4 * mixture.covariance(), rtol=1e-12)
    assert type(twice.covariances) is type(mixture.covariances)


def test_units_of_a_map_do_not_make_it_singular(mixture):
    scaled = mixture.transform(np.diag([1e-9, 1.0, 1e9, 1.0]))
    np.testing.assert_allclose(scaled.standard_deviation()[0], 1e-9 * mixture.standard_deviation()[0], rtol=1e-9)


@pytest.mark.parametrize(
    ("matrix", "offset", "kind", "message"),
    [
        (np.ones((2, 4)), None, ParameterError, "2 rows, but rank 1"),
        (np.zeros((1, 4)), None, ParameterError, "1 rows, but rank 0"),
        (np.eye(3), None, ShapeError, r"shape \(M, 4\), got \(3, 3\)"),
        (np.empty((0, 4)), None, ShapeError, r"shape \(M, 4\)"),
        (np.eye(4), [1.0], ShapeError, r"offset must have shape \(4,\)"),
        (np.full((1, 4), np.inf), None, NonFiniteError, "NaN or infinity"),
    ],
)
def test_what_is_no_map(mixture, matrix, offset, kind, message):
    with pytest.raises(kind, match=message):
        mixture.transform(matrix, offset)
