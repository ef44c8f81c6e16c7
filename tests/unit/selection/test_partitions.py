import numpy as np
import pytest

import mogul
from mogul.selection.partitions import Partitions, canonical
from mogul.source import ArraySource
from mogul.training import examined


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(size=(40, 2)), rng.normal(size=(40, 2)) + 8, rng.normal(size=(40, 2)) - [8, 0]])


@pytest.fixture
def partitions(rows):
    source = ArraySource(rows)
    return Partitions.of(source, examined(source, correlations=True).spread, 500, np.random.default_rng(0))


def groups(partitions, labels):
    """Return the sets of rows that a labeling makes."""
    return {frozenset(map(tuple, partitions.sample.rows[labels == k])) for k in range(labels.max() + 1)}


def test_groups_far_apart_are_found_in_all_units(rows, partitions):
    found = partitions.seeded(3, np.random.default_rng(1), 2)
    true = {frozenset(map(tuple, rows[first : first + 40])) for first in (0, 40, 80)}
    assert true in [groups(partitions, labels) for labels in found]


def test_hierarchies_and_samples_are_of_the_same_rows(partitions):
    for sample, order in zip(partitions.samples, partitions.orders, strict=True):
        np.testing.assert_array_equal(partitions.sample.rows[order], sample.rows)
    assert len(partitions.hierarchies) == 2


def test_a_split_parts_one_component(partitions, rows):
    one = mogul.Mixture([1.0], [rows.mean(axis=0)], mogul.FullCovariance([np.cov(rows.T)]))
    (labels,) = partitions.splits(one)
    assert set(labels) == {0, 1}
    left, right = (partitions.sample.points[labels == k].mean(axis=0) for k in (0, 1))
    assert np.linalg.norm(left - right) > 1


def test_merges_begin_with_those_that_overlap(partitions, rows):
    means = np.array([rows[:40].mean(axis=0) - 0.3, rows[:40].mean(axis=0) + 0.3, rows[40:80].mean(axis=0)])
    mixture = mogul.Mixture([0.3, 0.3, 0.4], means, mogul.FullCovariance(np.tile(np.eye(2), (3, 1, 1))))
    first = partitions.merges(mixture)[0]
    expected = np.where(mixture.labels(partitions.sample.rows) == 2, 1, 0)
    np.testing.assert_array_equal(canonical(first[None]), canonical(expected[None]))


def test_labelings_that_differ_by_numbers_only_are_one():
    found = canonical(np.array([[1, 1, 0], [0, 0, 1], [0, 1, 1]]))
    np.testing.assert_array_equal(found, [[0, 0, 1], [0, 1, 1]])
    assert canonical(np.empty((0, 5), dtype=np.int64)).shape == (0, 5)
