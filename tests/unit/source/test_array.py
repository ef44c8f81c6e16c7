"""Rows in memory as a source: blocks in order, samples spread over all rows by weight."""

import numpy as np
import pytest

from mogul.source import ArraySource

ROWS = np.arange(200.0).reshape(100, 2)


@pytest.mark.parametrize("block_rows", [1, 7, 99, 100, 101])
def test_blocks_cover_the_rows_in_order(block_rows):
    weights = np.arange(100.0)
    seen = []
    ArraySource(ROWS, weights).sum_over_blocks(lambda rows, w: seen.append((rows, w)) or len(rows), block_rows)
    np.testing.assert_array_equal(np.concatenate([rows for rows, _ in seen]), ROWS)
    np.testing.assert_array_equal(np.concatenate([w for _, w in seen]), weights)
    assert ArraySource(ROWS).sum_over_blocks(lambda rows, w: float(w is None), block_rows) == len(seen)


def test_nothing_is_copied():
    shared = []
    ArraySource(ROWS).sum_over_blocks(lambda rows, _: shared.append(np.shares_memory(rows, ROWS)) or 0, 30)
    assert all(shared)


def test_sizes_and_total_weight():
    source = ArraySource(ROWS, np.full(100, 0.5))
    assert (source.n_rows, source.n_features, source.total_weight) == (100, 2, 50.0)
    assert ArraySource(ROWS).total_weight == 100.0


def test_some_row_has_weight():
    weights = np.zeros(100)
    weights[41:43] = 1.0
    np.testing.assert_array_equal(ArraySource(ROWS, weights).some_row(), ROWS[41])
    assert ArraySource(ROWS.astype(np.float32)).some_row().dtype == np.float64


def test_a_sample_of_at_least_all_rows_is_all_rows():
    rows, weights = ArraySource(ROWS.astype(np.float32)).sample_rows(100, np.random.default_rng(0))
    np.testing.assert_array_equal(rows, ROWS)
    assert rows.dtype == np.float64
    assert (weights == 1).all()


def test_a_smaller_sample_takes_one_row_of_every_stratum():
    rows, weights = ArraySource(ROWS).sample_rows(20, np.random.default_rng(0))
    assert (rows[:, 0] // 2 // 5).astype(int).tolist() == list(range(20))
    assert (weights == 1).all()


def test_a_weighted_sample_follows_the_weights_and_leaves_out_zeros():
    weights = np.where(np.arange(100) < 50, 0.0, np.where(np.arange(100) < 60, 9.0, 1.0))
    rows, _ = ArraySource(ROWS, weights).sample_rows(65, np.random.default_rng(0))
    numbers = rows[:, 0] / 2
    assert numbers.min() >= 50
    assert abs((numbers < 60).mean() - 90 / 130) < 2 / 65
