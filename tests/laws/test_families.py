"""EM rises in every family, whatever the data and whatever holds the covariances."""

import numpy as np
import pytest

from mogul.errors import NotPositiveDefiniteError
from mogul.expectation import expect
from mogul.family import FAMILIES, Bounded, Symmetry
from mogul.fitting import maximised
from mogul.statistics import Floor, Spread
from mogul.testing import random_mixture, random_rows, rounding

FAMILY = pytest.mark.parametrize("name", FAMILIES)


def _falls(family, start, rows, n_rounds):
    """Return by how much the log-likelihood falls at most in rounds of EM, and its size."""
    mixture = family.mixture(expect(start, rows, None, family.moments), start)
    values = []
    for _ in range(n_rounds):
        statistics = expect(mixture, rows, None, family.moments)
        values.append(statistics.log_likelihood + len(rows) * mixture.log_unit)
        try:
            mixture = maximised(statistics, mixture, family)
        except NotPositiveDefiniteError:
            break  # without a floor the likelihood may rise without end
    return -np.diff(values).min(initial=0.0), np.abs(values).max()


def _problem(number, least=2):
    rng = np.random.default_rng(number)
    n_components, n_features = int(rng.integers(1, 5)), int(rng.integers(least, 11))
    truth = random_mixture(rng, n_components, n_features, separation=1.0)
    rows, _ = random_rows(rng, truth, 4 * n_components * (n_features + 2) + int(rng.integers(20, 200)))
    return random_mixture(rng, n_components, n_features, separation=1.0), rows


@pytest.mark.parametrize("name", ["EVE", "VVE"])
@pytest.mark.parametrize("number", range(200))
def test_common_axes_rise_at_every_iteration(name, number):
    start, rows = _problem(number)
    fall, size = _falls(FAMILIES[name], start, rows, 8)
    assert fall <= rounding(len(rows), size / len(rows))


@FAMILY
@pytest.mark.parametrize("number", range(10))
def test_every_family_rises_at_every_iteration(name, number):
    start, rows = _problem(number, least=1)
    fall, size = _falls(FAMILIES[name], start, rows, 15)
    assert fall <= rounding(len(rows), size / len(rows))


@FAMILY
@pytest.mark.parametrize("level", [1e-9, 0.03, 0.3])
@pytest.mark.parametrize("number", range(5))
def test_every_family_rises_on_the_floor(name, number, level):
    start, rows = _problem(number)
    # Copies of a few rows: components without a volume of their own.
    rows = np.concatenate([rows, np.repeat(rows[:2], 30, axis=0)])
    family = FAMILIES[name]
    covariance = np.cov(rows.T)
    spread = Spread.of_covariance(level * 2.0**30 * covariance, np.zeros(len(covariance)))
    bounded = Bounded(family, Floor(spread, is_round=family.symmetry is Symmetry.ROTATION))
    fall, size = _falls(bounded, start, rows, 20)
    # Along narrow directions, what is left of the digits of a scatter.
    assert fall <= rounding(len(rows), size / len(rows)) / level
