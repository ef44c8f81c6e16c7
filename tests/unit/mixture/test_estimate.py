"""Means by stratified draws."""

import numpy as np

from mogul import Mixture
from mogul.mixture.estimate import stratified_mean


def test_the_variance_between_components_is_no_part_of_the_error():
    mixture = Mixture.univariate([0.25, 0.75], [-1e6, 1e6], [1.0, 1.0])
    found = stratified_mean(mixture, lambda rows: rows[:, 0], 1000, 0)
    np.testing.assert_allclose(found.value, 5e5, atol=0.2)
    np.testing.assert_allclose(found.standard_error, 1000**-0.5, rtol=0.1)


def test_components_without_weight_get_no_draws():
    mixture = Mixture.univariate([1.0, 0.0], [0.0, 5.0], [1.0, 1.0])
    assert abs(stratified_mean(mixture, lambda rows: rows[:, 0], 100, 0).value) < 1
