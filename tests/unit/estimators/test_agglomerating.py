"""The public face of agglomeration: units, weights, samples, complaints."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage

import mogul
from mogul.errors import MogulError, ParameterError

CRITERIA = ["EII", "VII", "EEE", "VVV"]
RNG = np.random.default_rng(0)
TRUTH = np.arange(60) % 3
ROWS = 8.0 * np.eye(3)[TRUTH] + RNG.normal(size=(60, 3))


def same_partition(one, other):
    return len({*zip(one.tolist(), other.tolist(), strict=True)}) == len({*one.tolist()}) == len({*other.tolist()})


@pytest.mark.parametrize("criterion", CRITERIA)
def test_clear_groups_are_found(criterion):
    hierarchy = mogul.agglomerate(ROWS, criterion)
    assert same_partition(hierarchy.labels(3), TRUTH)
    assert hierarchy.merges.shape == (59, 2)
    assert not hierarchy.costs.flags.writeable


def test_costs_of_eii_are_in_the_units_of_the_data():
    np.testing.assert_allclose(mogul.agglomerate(ROWS, "EII").costs, linkage(ROWS, "ward")[:, 2] ** 2 / 2, rtol=1e-10)


@pytest.mark.parametrize("criterion", CRITERIA)
def test_weights_are_repetitions_and_order_is_nothing(criterion):
    weights = RNG.integers(0, 4, size=60)
    order = RNG.permutation(60)
    weighted = mogul.agglomerate(ROWS, criterion, sample_weight=weights)
    repeated = mogul.agglomerate(np.repeat(ROWS, weights, axis=0), criterion)
    shuffled = mogul.agglomerate(ROWS[order], criterion, sample_weight=weights[order])
    np.testing.assert_allclose(weighted.costs, repeated.costs, rtol=1e-8)
    for n_components in (2, 3, 5, 9):
        labels = weighted.labels(n_components)
        assert same_partition(labels[weights > 0], repeated.labels(n_components)[np.cumsum(weights)[weights > 0] - 1])
        assert same_partition(labels[order], shuffled.labels(n_components))


@pytest.mark.parametrize("criterion", ["EEE", "VVV"])
def test_linear_maps_change_no_partition_of_free_ellipsoids(criterion):
    mapped = ROWS @ np.array([[1.0, 0.3, 0.0], [0.0, 1000.0, 0.0], [2.0, 5.0, 0.01]]) + 100.0
    plain, other = mogul.agglomerate(ROWS, criterion), mogul.agglomerate(mapped, criterion)
    for n_components in (2, 3, 6):
        assert same_partition(plain.labels(n_components), other.labels(n_components))


@pytest.mark.parametrize("criterion", CRITERIA)
def test_of_many_rows_a_sample_decides_and_the_others_follow(criterion):
    truth = np.arange(500) % 4
    rows = 20.0 * np.eye(4)[truth, :3] + RNG.normal(size=(500, 3))
    hierarchy = mogul.agglomerate(rows, criterion, max_rows=60, random_state=3)
    assert hierarchy.n_leaves == 60
    assert same_partition(hierarchy.labels(4), truth)
    again = mogul.agglomerate(rows, criterion, max_rows=60, random_state=3)
    np.testing.assert_array_equal(hierarchy.merges, again.merges)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ParameterError, match="use one of: EII"):
        mogul.agglomerate(ROWS, "ward")
    with pytest.raises(ParameterError, match="max_rows' parameter of agglomerate"):
        mogul.agglomerate(ROWS, max_rows=1)
    with pytest.raises(ParameterError, match="between 1 and 60"):
        mogul.agglomerate(ROWS).labels(61)
    with pytest.raises(MogulError, match="NaN"):
        mogul.agglomerate([[1.0], [np.nan]])
