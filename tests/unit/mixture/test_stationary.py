"""Turns of a density of one feature, none missed."""

import numpy as np
import pytest

from mogul.mixture.line import Line
from mogul.mixture.stationary import stationary_points


def _line(weights, means, deviations):
    return Line(*(np.array(part, dtype=float) for part in (weights, means, deviations)))


@pytest.mark.parametrize("number", range(100))
def test_a_fine_grid_shows_the_same_turns(number):
    rng = np.random.default_rng(number)
    n_components = int(rng.integers(1, 9))
    line = _line(
        rng.dirichlet(np.ones(n_components)), rng.normal(0, 3, n_components), rng.lognormal(-0.5, 0.8, n_components)
    )
    # An end that is no round number, lest a turn be a point of the grid.
    grid = np.linspace(line.means.min() - 1.0123, line.means.max() + 1, 40_001)
    rising = np.sign(line.slopes(grid)[1])
    shown = grid[:-1][rising[:-1] != rising[1:]]
    found = stationary_points(line)
    assert len(found.points) == len(shown)
    assert not len(found.undecided)
    np.testing.assert_allclose(found.points, shown, atol=np.diff(grid)[0] * 1.01)


@pytest.mark.parametrize(("half_distance", "n_turns"), [(1 - 1e-6, 1), (1 + 1e-6, 3)])
def test_two_equal_bells_have_two_modes_from_two_deviations_on(half_distance, n_turns):
    found = stationary_points(_line([0.5, 0.5], [-half_distance, half_distance], [1.0, 1.0]))
    assert len(found.points) == n_turns
    assert not len(found.undecided)


def test_at_the_border_between_one_mode_and_two_it_says_that_it_cannot_tell():
    found = stationary_points(_line([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]))
    assert len(found.points) == 1
    assert len(found.undecided) == 1
    low, high = found.undecided[0]
    assert -1e-3 < low < 0 < high < 1e-3


def test_bells_far_apart_and_of_unlike_size():
    found = stationary_points(_line([0.5, 0.5], [0.0, 1e4], [1e-3, 1.0]))
    np.testing.assert_allclose(found.points[[0, 2]], [0.0, 1e4], atol=1e-9)
    assert 0 < found.points[1] < 1e4


@pytest.mark.parametrize("unit", [2.0**-600, 2.0**500])
def test_units_change_no_bit(unit):
    parameters = [0.2, 0.3, 0.5], [0.0, 2.0, 7.0], [1.0, 0.25, 1.5]
    scaled = parameters[0], [unit * m for m in parameters[1]], [unit * s for s in parameters[2]]
    np.testing.assert_array_equal(
        stationary_points(_line(*scaled)).points / unit, stationary_points(_line(*parameters)).points
    )


def test_a_spike_inside_a_broad_bell_is_seen():
    found = stationary_points(_line([1e-7, 1.0 - 1e-7], [0.3, 0.0], [1e-9, 1.0]))
    assert len(found.points) == 3
    assert found.points[2] == pytest.approx(0.3, abs=1e-9)


def test_hundreds_of_components_alternate_between_modes_and_antimodes():
    rng = np.random.default_rng(0)
    line = _line(rng.dirichlet(np.ones(300)), rng.normal(0, 100, 300), rng.lognormal(-0.5, 0.8, 300))
    found = stationary_points(line)
    assert len(found.points) % 2 == 1
    _, first, second = line.slopes(found.points)
    assert (np.abs(first) < 1e-9 * np.sqrt(np.abs(second)).max()).all()
    assert (second[0::2] < 0).all()
    assert (second[1::2] > 0).all()
