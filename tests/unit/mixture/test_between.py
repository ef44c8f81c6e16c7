"""Integrals of products of two Gaussians."""

import numpy as np

from mogul.mixture.between import log_products, log_sum
from mogul.testing import FORMS, random_mixture


def test_it_is_the_density_of_a_sum():
    rng = np.random.default_rng(0)
    first, second = random_mixture(rng, 3, 2), random_mixture(rng, 4, 2, "diag")
    found = log_products(first.means, first.covariances.dense(), second.means, second.covariances.dense())
    for k in range(3):
        for j in range(4):
            total = first.covariances.dense()[k] + second.covariances.dense()[j]
            away = first.means[k] - second.means[j]
            expected = -0.5 * (away @ np.linalg.solve(total, away) + np.log(np.linalg.det(2 * np.pi * total)))
            np.testing.assert_allclose(found[k, j], expected, rtol=1e-12)


def test_parts_do_not_matter(monkeypatch):
    rng = np.random.default_rng(1)
    mixture = random_mixture(rng, 30, 2, next(iter(FORMS)))
    arrays = (mixture.means, mixture.covariances.dense()) * 2
    whole = log_products(*arrays)
    monkeypatch.setattr("mogul.mixture.between._PAIRS", 1)
    assert np.array_equal(log_products(*arrays), whole)


def test_a_sum_of_nothing_is_nothing():
    assert log_sum(np.array([-np.inf, -np.inf])) == -np.inf
    assert log_sum(np.array([-1000.0, -1000.0])) == -1000 + np.log(2)
