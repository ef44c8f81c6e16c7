"""Did data drift from a model?"""

import sys

import numpy as np
import pytest

import mogul
from mogul import Mixture
from mogul.errors import NonFiniteError, ParameterError, ShapeError, TooFewRowsError
from mogul.testing import random_mixture


@pytest.fixture
def quick(monkeypatch):
    """Fewer draws for the edges and the scales, which the level of the test does not depend on."""
    module = sys.modules["mogul.distances.drift"]
    monkeypatch.setattr(module, "CALIBRATION", 500)
    return module


@pytest.fixture
def model():
    return random_mixture(np.random.default_rng(0), 3, 2)


def _levels(p_values):
    """Return in how many standard errors the shares of p-values up to 0.05, 0.1, 0.5 exceed these."""
    levels = np.array([0.05, 0.1, 0.5])
    shares = (np.array(p_values)[:, None] <= levels).mean(axis=0)
    return (shares - levels) / np.sqrt(levels * (1 - levels) / len(p_values))


def test_the_level_is_right_by_simulation(quick, model):
    draws = model.sample((120, 40), rng=1)
    p_values = [mogul.drift(model, rows, n_replicates=39, rng=n).p_value for n, rows in enumerate(draws)]
    assert _levels(p_values).max() < 3.5


def test_the_level_is_right_for_many_rows(quick, model, monkeypatch):
    monkeypatch.setattr(quick, "SIMULATED", 3000)
    monkeypatch.setattr(quick, "CALIBRATION", 100)
    draws = model.sample((60, 400), rng=2)
    p_values = [mogul.drift(model, rows, n_replicates=39, rng=n).p_value for n, rows in enumerate(draws)]
    assert _levels(p_values).max() < 3.5


def test_the_level_is_right_against_a_reference_whatever_the_model(quick, model):
    draws = np.random.default_rng(3).gumbel(size=(120, 70, 2))
    p_values = [
        mogul.drift(model, rows[:40], rows[40:], n_replicates=39, rng=n).p_value for n, rows in enumerate(draws)
    ]
    assert _levels(p_values).max() < 3.5


def _changed(model, aspect):
    weights = np.array([0.6, 0.2, 0.2])
    changes = {
        "weights": lambda: Mixture(weights, model.means, model.covariances),
        "means": lambda: Mixture(model.weights, model.means + 0.5, model.covariances),
        "covariances": lambda: Mixture(model.weights, model.means, 1.8 * model.covariances.dense()),
    }
    return changes[aspect]()


@pytest.mark.parametrize("aspect", ["weights", "means", "covariances"])
@pytest.mark.parametrize("with_reference", [False, True])
def test_a_change_is_found_and_named(quick, aspect, with_reference):
    model = random_mixture(np.random.default_rng(4), 3, 2, separation=4)
    rows = _changed(model, aspect).sample(400, rng=5)
    reference = model.sample(400, rng=6) if with_reference else None
    found = mogul.drift(model, rows, reference, n_replicates=199)
    assert found.p_value == 1 / 200
    assert found.aspects[aspect] == 1 / 200
    assert str(found).startswith("p = 0.005 from 400 rows (density")


def test_a_change_in_many_rows_is_found(quick, model, monkeypatch):
    monkeypatch.setattr(quick, "SIMULATED", 10_000)
    assert mogul.drift(model, model.sample(2000, rng=7) + 0.15).p_value <= 0.01


def test_one_row_is_enough_if_it_is_far_out(quick, model):
    assert mogul.drift(model, [[50.0, 50.0]]).p_value == 1 / 500
    single = Mixture.univariate([1.0], [0.0], [1.0])
    assert mogul.drift(single, [0.1]).p_value > 0.05


def test_the_same_seed_gives_the_same_answer(quick, model):
    rows = model.sample(30, rng=8)
    assert mogul.drift(model, rows, rng=1) == mogul.drift(model, rows, rng=1)


def test_wrong_rows_are_refused(model):
    with pytest.raises(ShapeError):
        mogul.drift(model, [[1.0, 2.0, 3.0]])
    with pytest.raises(TooFewRowsError, match="rows holds no rows"):
        mogul.drift(model, np.empty((0, 2)))
    with pytest.raises(NonFiniteError, match="Row 1 of reference"):
        mogul.drift(model, [[0.0, 0.0]], [[0.0, 0.0], [np.nan, 0.0]])
    with pytest.raises(ParameterError, match="n_replicates"):
        mogul.drift(model, [[0.0, 0.0]], n_replicates=0)
