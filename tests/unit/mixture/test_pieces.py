"""Monotone pieces of a density, and what levels cut off."""

import numpy as np
import pytest

import mogul
from mogul.mixture.line import Line
from mogul.mixture.pieces import Pieces


@pytest.fixture(params=range(12))
def pieces(request):
    rng = np.random.default_rng(request.param)
    k = int(rng.integers(1, 6))
    mixture = mogul.Mixture.univariate(rng.dirichlet(np.ones(k)), rng.normal(0, 3, k), rng.lognormal(-0.5, 0.8, k))
    return Pieces.of(Line.of(mixture))


def test_crossings_have_the_level(pieces):
    levels = np.linspace(pieces.heights.max() - 30, pieces.heights.max() - 1e-3, 40)
    crossings = pieces.all_crossings(levels)
    left, right = pieces.ends
    at_end = (crossings == left) | (crossings == right)
    found = pieces.line.logpdf(crossings)
    wanted = np.broadcast_to(levels[:, None], found.shape)
    np.testing.assert_allclose(found[~at_end], wanted[~at_end], rtol=1e-13, atol=1e-13)
    assert (~at_end).any(axis=1).all()


def test_mass_below_a_level_is_what_a_fine_sum_gives(pieces):
    edges = np.linspace(pieces.line.means.min() - 40, pieces.line.means.max() + 40, 200_001)
    middles, density = (edges[1:] + edges[:-1]) / 2, np.diff(pieces.line.cdf(edges))
    heights = pieces.line.logpdf(middles)
    levels = pieces.heights.max() - np.array([0.1, 1.0, 3.0, 8.0])
    found = np.exp(pieces.log_mass_below(levels))
    wanted = [density[heights <= level].sum() for level in levels]
    # Half a cell at each crossing.
    np.testing.assert_allclose(found, wanted, atol=np.diff(edges)[0] * np.exp(pieces.heights.max()) * 10)


@pytest.mark.parametrize("mass", [0.01, 0.5, 0.9, 0.999999])
def test_intervals_above_a_level_hold_the_mass(pieces, mass):
    level = pieces.log_levels(np.array([mass]))[0]
    lower, upper = pieces.intervals(level).T
    assert (lower < upper).all()
    assert (upper[:-1] < lower[1:]).all()
    assert np.exp(pieces.line.log_between(lower, upper)).sum() == pytest.approx(mass, abs=1e-12)


@pytest.mark.parametrize("mass", [0.3, 0.9, 0.999])
def test_no_other_interval_of_the_mass_is_shorter(pieces, mass):
    low, high = pieces.shortest_interval(mass)
    assert np.exp(pieces.line.log_between(np.array([low]), np.array([high])))[0] == pytest.approx(mass, abs=1e-12)
    below = np.linspace(0, 1 - mass, 4001)[1:-1]
    lengths = pieces.line.quantiles(np.log(below + mass)) - pieces.line.quantiles(np.log(below))
    assert high - low <= lengths.min() + 1e-10
    intervals = pieces.intervals(pieces.log_levels(np.array([mass]))[0])
    if len(intervals) == 1:
        np.testing.assert_allclose([low, high], intervals[0], rtol=1e-6, atol=1e-6)
