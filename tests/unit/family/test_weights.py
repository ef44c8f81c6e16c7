"""Weights that are all the same."""

import numpy as np
import pytest

from mogul import GaussianMixture
from mogul.errors import ParameterError
from mogul.expectation import expect
from mogul.family import VVV, EqualWeights
from mogul.testing import random_mixture, random_rows


def _problem():
    rng = np.random.default_rng(3)
    truth = random_mixture(rng, 3, 2, separation=2.0)
    return truth, random_rows(rng, truth, 400)[0]


def test_equal_weights_leave_the_rest_of_the_m_step_alone():
    start, rows = _problem()
    statistics = expect(start, rows, None, VVV().moments)
    equal, free = EqualWeights(VVV()).mixture(statistics), VVV().mixture(statistics)
    np.testing.assert_array_equal(equal.weights, np.full(3, 1 / 3))
    np.testing.assert_array_equal(equal.means, free.means)
    np.testing.assert_array_equal(equal.covariances.dense(), free.covariances.dense())


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical", "VEI", "EVV"])
def test_a_fit_of_equal_weights_rises_and_counts_fewer_parameters(name):
    _, rows = _problem()
    equal, free = (
        GaussianMixture(3, covariance_type=name, random_state=0, equal_weights=e).fit(rows) for e in (True, False)
    )
    np.testing.assert_array_equal(equal.weights_, np.full(3, 1 / 3))
    assert np.diff(equal.lower_bounds_).min() >= 0
    assert equal.lower_bound_ == equal.score(rows) < free.score(rows)
    twice = 2 * len(rows)
    parameters = [(model.aic(rows) + twice * model.score(rows)) / 2 for model in (free, equal)]
    assert parameters[0] - parameters[1] == pytest.approx(2)


def test_given_weights_give_way_to_equal_ones():
    _, rows = _problem()
    model = GaussianMixture(3, weights_init=[0.5, 0.25, 0.25], random_state=0, equal_weights=True)
    np.testing.assert_array_equal(model.fit(rows).weights_, np.full(3, 1 / 3))


def test_a_word_is_neither_true_nor_false():
    with pytest.raises(ParameterError, match="'equal_weights'.* must be True or False"):
        GaussianMixture(1, equal_weights="no").fit(_problem()[1])
