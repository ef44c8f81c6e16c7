"""Agglomeration: kernel == reference; the same bits for any number of threads."""

import numpy as np
import pytest

from mogul._kernels import reference

NAMES = ["agglomerate_eii", "agglomerate_vii", "agglomerate_eee", "agglomerate_vvv"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("n_rows", [1, 2, 7, 32, 65])
@pytest.mark.parametrize("n_features", [1, 2, 5])
def test_merges_are_those_of_the_reference(core, name, n_rows, n_features):
    rng = np.random.default_rng([n_rows, n_features])
    rows, row_weights = rng.normal(size=(n_rows, n_features)), rng.random(n_rows) + 0.1
    if n_rows == 1:
        assert [part.shape for part in getattr(core, name)(rows, row_weights)] == [(0, 2), (0,)]
        return
    merges, costs = getattr(reference, name)(rows, row_weights)
    for n_threads in (1, 3):
        actual = getattr(core, name)(rows, row_weights, n_threads)
        np.testing.assert_array_equal(actual[0], merges)
        # Costs are differences of sums of logarithms of the size of the number of rows.
        np.testing.assert_allclose(actual[1], costs, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_layout_and_threads_change_no_bit(core, name):
    rows = np.random.default_rng(0).normal(size=(700, 3))
    plain = getattr(core, name)(rows, np.ones(700))
    for other in (np.asfortranarray(rows), np.repeat(rows, 2, axis=0)[::2]):
        for n_threads in (1, 2, 5):
            actual = getattr(core, name)(other, np.ones(700), n_threads)
            np.testing.assert_array_equal(actual[0], plain[0])
            np.testing.assert_array_equal(actual[1], plain[1])


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_one_point_merge_for_nothing_more_than_their_weight(core, name):
    rows, row_weights = np.full((6, 2), 3.0), np.ones(6)
    actual, expected = getattr(core, name)(rows, row_weights), getattr(reference, name)(rows, row_weights)
    np.testing.assert_array_equal(actual[0], expected[0])
    np.testing.assert_allclose(actual[1], expected[1], atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_arguments_that_make_no_sense_are_refused(core, name):
    with pytest.raises(ValueError, match="Expected row_weights"):
        getattr(core, name)(np.ones((3, 2)), np.ones(2))
    with pytest.raises(ValueError, match="at least one row"):
        getattr(core, name)(np.ones((0, 2)), np.ones(0))
