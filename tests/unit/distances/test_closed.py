"""Distances made of integrals of products."""

import numpy as np
import pytest

from mogul import Mixture, distances
from mogul.errors import ShapeError
from mogul.testing import random_mixture


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_a_mixture_is_at_no_distance_from_itself_however_it_is_numbered(rng):
    mixture = random_mixture(rng, 4, 3)
    turned = mixture.permuted([2, 0, 3, 1])
    assert distances.l2(mixture, turned) == 0
    assert distances.cauchy_schwarz(mixture, turned) < 1e-14


def test_what_two_mixtures_share_does_not_cancel():
    first = Mixture.univariate([0.5, 0.5], [0.0, 5.0], [1.0, 1.0])
    second = Mixture.univariate([0.5 + 1e-9, 0.5 - 1e-9], [0.0, 5.0], [1.0, 1.0])
    one = Mixture.univariate([1.0], [0.0], [1.0])
    other = Mixture.univariate([1.0], [5.0], [1.0])
    # The weights differ by 1e-9 up to their own rounding.
    expected = 1e-9 * distances.l2(one, other)
    np.testing.assert_allclose(distances.l2(first, second), expected, rtol=1e-6)


def test_divergence_does_not_depend_on_units_nor_underflow(rng):
    first, second = random_mixture(rng, 2, 40), random_mixture(rng, 2, 40)
    scaled = [Mixture(m.weights, 1e-6 * m.means, 1e-12 * m.covariances.dense()) for m in (first, second)]
    found = distances.cauchy_schwarz(first, second)
    assert found > 1
    np.testing.assert_allclose(distances.cauchy_schwarz(*scaled), found, rtol=1e-10)


def test_a_component_without_weight_does_not_matter():
    one = Mixture.univariate([1.0], [0.0], [1.0])
    more = Mixture.univariate([1.0, 0.0], [0.0, 3.0], [1.0, 2.0])
    assert distances.integrated_squared_error(one, more) == 0
    np.testing.assert_allclose(distances.log_inner_product(one, more), distances.log_inner_product(one, one))


def test_mixtures_of_different_features_are_refused(rng):
    with pytest.raises(ShapeError, match="2 and 3 features"):
        distances.l2(random_mixture(rng, 2, 2), random_mixture(rng, 2, 3))
