"""The data set that comes with the package."""

import numpy as np

from mogul.data import load_faithful


def test_it_is_the_data_set_of_the_books():
    rows, names = load_faithful()
    assert rows.shape == (272, 2)
    assert rows.dtype == np.float64
    assert names == ("eruptions", "waiting")
    np.testing.assert_allclose(rows.mean(axis=0), [3.487783, 70.897059], atol=5e-7)
    assert rows[0].tolist() == [3.6, 79.0]
    assert rows[-1].tolist() == [4.467, 74.0]
    assert rows.min(axis=0).tolist() == [1.6, 43.0]
    assert rows.max(axis=0).tolist() == [5.1, 96.0]


def test_each_call_returns_rows_of_its_own():
    load_faithful().rows[:] = 0
    assert load_faithful().rows[0, 0] == 3.6
