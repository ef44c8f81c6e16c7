"""Small numerical helpers."""

import math

import numpy as np
import pytest

from mogul import _numerics


def test_freeze_copies_what_others_can_write_to_and_keeps_what_they_cannot():
    mine = np.zeros(3)
    frozen = _numerics.freeze(mine)
    mine[0] = 1.0
    assert frozen[0] == 0.0
    assert not frozen.flags.writeable
    assert _numerics.freeze(frozen) is frozen or np.shares_memory(_numerics.freeze(frozen), frozen)
    assert _numerics.freeze(np.asfortranarray(np.zeros((2, 3)))).flags.c_contiguous
    assert _numerics.freeze([1, 2]).dtype == np.float64


def test_exact_sum_does_not_depend_on_order():
    rng = np.random.default_rng(0)
    values = rng.standard_normal(1000) * 10.0 ** rng.integers(-15, 15, 1000)
    assert {_numerics.exact_sum(rng.permutation(values)) for _ in range(20)} == {math.fsum(values)}


def test_canonical_order_follows_means_then_weights():
    means = np.array([[1.0, 0.0], [0.0, 5.0], [0.0, 5.0], [0.0, 3.0]])
    order = _numerics.canonical_order(np.array([0.1, 0.3, 0.2, 0.4]), means)
    assert order.tolist() == [3, 2, 1, 0]


@pytest.mark.parametrize(("n_rows", "part"), [(0, 4), (1, 4), (4, 4), (5, 4), (13, 4)])
def test_in_parts_covers_every_row_once_in_order(n_rows, part):
    seen = [np.arange(n_rows)[rows] for rows in _numerics.in_parts(n_rows, part, lambda rows: rows)]
    assert np.concatenate(seen or [[]]).tolist() == list(range(n_rows))
    assert all(len(rows) == part for rows in seen[:-1])


def test_part_rows_is_a_power_of_two_that_shrinks_as_work_grows():
    sizes = [_numerics.part_rows(k, d) for k, d in [(1, 1), (8, 8), (50, 32), (100, 200)]]
    assert all(size & (size - 1) == 0 for size in sizes)
    assert sizes == sorted(sizes, reverse=True)
    assert 2**12 <= sizes[-1] < sizes[0] <= 2**19
