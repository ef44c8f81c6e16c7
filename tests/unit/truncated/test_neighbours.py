"""Lists of neighbours: near components are on them, and every component is on some."""

import numpy as np
import pytest

from mogul import FullCovariance, Mixture
from mogul.statistics import FullMoments
from mogul.truncated.neighbours import FEW, Cells, listed, neighbour_lists
from mogul.truncated.parameters import Parameters


def parameters_of(n_components, n_features, seed=0):
    rng = np.random.default_rng(seed)
    form = FullCovariance(np.repeat(np.eye(n_features)[None], n_components, axis=0))
    weights = np.full(n_components, 1 / n_components)
    return Parameters.of(Mixture(weights, 5 * rng.normal(size=(n_components, n_features)), form), FullMoments())


def exact_neighbours(parameters, n_neighbours):
    means = parameters.mixture.means
    squared = ((means[:, None] - means) ** 2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    return np.argsort(squared, axis=1)[:, :n_neighbours]


def test_lists_name_columns_by_key():
    keys = np.array([[0, 2, 2], [1, 0, -1]])
    np.testing.assert_array_equal(listed(keys, 4), [[0, 1], [0, -1], [1, 2], [-1, -1]])
    np.testing.assert_array_equal(listed(keys, 4, 1), [[0], [0], [1], [-1]])


@pytest.mark.parametrize("n_components", [1, 2, 5, 40, FEW])
def test_neighbours_of_few_components_are_exact(n_components):
    parameters = parameters_of(n_components, 3)
    lists = neighbour_lists(parameters, Cells.of(parameters), 4)
    for row, expected in zip(lists, exact_neighbours(parameters, 4), strict=True):
        assert set(expected[: n_components - 1]) <= set(row)


@pytest.mark.parametrize("n_features", [2, 8])
def test_most_neighbours_of_many_components_are_found(n_features):
    parameters = parameters_of(3000, n_features)
    lists = neighbour_lists(parameters, Cells.of(parameters), 8)
    found = [len(set(row) & set(near)) for row, near in zip(lists, exact_neighbours(parameters, 8), strict=True)]
    assert np.mean(found) / 8 > 0.7


def test_no_list_holds_its_own_component_or_one_twice_and_each_is_on_some_list():
    parameters = parameters_of(2000, 6)
    lists = neighbour_lists(parameters, Cells.of(parameters), 8)
    assert not (lists == np.arange(2000)[:, None]).any()
    for row in lists:
        named = row[row >= 0]
        assert len(set(named)) == len(named)
    assert set(range(2000)) <= set(lists.ravel().tolist())
