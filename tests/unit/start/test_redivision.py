"""Split and merge: what is proposed, and that it leads out of optima that are known to be poor."""

import numpy as np
import pytest

from mogul.family import FAMILIES, VVI, VVV, Symmetry, Widened
from mogul.mixture import Mixture, Stack
from mogul.start import Soundness, StartSample, mixture_of, redivided, redivisions, screened
from mogul.statistics import Spread

RNG = np.random.default_rng(0)


def _sample(rows, weights=None):
    spread = Spread.of_covariance(np.cov(rows.T).reshape(rows.shape[1], -1), np.abs(rows).max(axis=0))
    return StartSample.of(rows, np.ones(len(rows)) if weights is None else weights, spread, Symmetry.COLUMNS)


def _sound(covariances):
    return np.ones(len(covariances), dtype=bool)


SOUND = Soundness(_sound, _sound)


def _groups_of_three(rows_each=60):
    centres = np.array([[0.0, 0.0], [10.0, 0.0], [30.0, 5.0]])
    return np.repeat(centres, rows_each, axis=0) + RNG.normal(size=(3 * rows_each, 2))


def _poor(sample):
    """One component for the two groups on the left, two for the one on the right."""
    right = sample.rows[:, 0] > 20
    return np.where(right, 1 + (sample.rows[:, 1] > 5), 0)


@pytest.mark.parametrize("family", [VVV(), VVI(), FAMILIES["VII"], FAMILIES["EEE"], FAMILIES["VEV"]])
def test_a_component_is_moved_to_where_it_is_missing(family):
    sample = _sample(_groups_of_three())
    poor = mixture_of(sample, _poor(sample), 3, family)
    lead = screened(Stack.of([poor]), sample, family, ((20, 1),), _sound)
    better = redivided(lead, sample, family, SOUND, 5)
    assert better.merit[1] > lead.merit[1] + 50
    assert better.n_tried > lead.n_tried
    np.testing.assert_allclose(np.sort(better.polished.means[:, 0]), [0, 10, 30], atol=1.0)


def test_a_lead_that_is_agreed_upon_or_cannot_be_beaten_stays():
    sample = _sample(_groups_of_three())
    truth = np.argmin(np.abs(sample.rows[:, :1] - [0.0, 10.0, 30.0]), axis=1)
    good = mixture_of(sample, truth, 3, VVV())
    best = screened(Stack.of([good]), sample, VVV(), ((20, 1),), _sound)
    assert redivided(best, sample, VVV(), SOUND, 5) is best
    poor = mixture_of(sample, _poor(sample), 3, VVV())
    agreed = screened(Stack.of([poor] * 4), sample, VVV(), ((20, 1),), _sound)
    assert agreed.n_agreeing == 4
    assert redivided(agreed, sample, VVV(), SOUND, 5) is agreed


def test_every_redivision_is_a_different_partition_into_as_many_parts():
    sample = _sample(RNG.normal(size=(100, 3)), RNG.integers(1, 4, size=100).astype(float))
    mixture = mixture_of(sample, np.arange(100) % 5, 5, VVV())
    partitions = redivisions(sample, mixture)
    assert 20 < len(partitions) <= 33
    assert all(set(labels.tolist()) == set(range(5)) for labels in partitions)
    assert len({labels.tobytes() for labels in partitions}) == len(partitions)


def test_a_wide_group_around_a_dense_one_is_told_from_two_side_by_side():
    rows = np.concatenate([RNG.normal(size=(300, 2)), 12 * RNG.normal(size=(300, 2))])
    sample = _sample(rows)
    halves = mixture_of(sample, (sample.rows[:, 0] > 0).astype(int), 2, VVV())
    lead = screened(Stack.of([halves]), sample, VVV(), ((2, 1),), _sound)
    distances = np.linalg.norm(sample.rows, axis=1)
    apart = [
        abs(distances[labels == 0].mean() - distances[labels == 1].mean())
        for labels in redivisions(sample, lead.polished)
    ]
    assert max(apart) > 5


def test_there_is_nothing_to_move_with_one_component_or_one_that_is_nowhere():
    sample = _sample(_groups_of_three())
    one = mixture_of(sample, np.zeros(180, dtype=int), 1, VVV())
    assert redivisions(sample, one).shape == (0, 180)
    two = Mixture([0.5, 0.5], [[10.0, 2.0], [1e6, 0.0]], one.covariances.selected([0, 0]))
    assert redivisions(sample, two).shape == (0, 180)


def test_rows_of_one_point_are_not_cut():
    sample = _sample(np.concatenate([np.zeros((5, 1)), np.ones((5, 1)), np.full((5, 1), 5.0)]))
    mixture = mixture_of(sample, np.array([0, 1, 0]), 2, Widened(VVV(), 0.1))
    partitions = redivisions(sample, mixture)
    assert len(partitions)
    assert all(set(labels.tolist()) == {0, 1} for labels in partitions)
