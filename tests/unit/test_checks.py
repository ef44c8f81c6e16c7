"""User input to arrays, or the exact complaint."""

import numpy as np
import pytest

from mogul import _checks
from mogul.errors import DataTypeError, NonFiniteError, ParameterError, RowWeightsError, ShapeError


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (np.ones(2, dtype=np.float32), np.float32),
        (np.ones(2), np.float64),
        ([1, 2], np.float64),
        (np.array([1, 2], dtype=np.uint8), np.float64),
        (np.array([True, False]), np.float64),
        (np.ones(2, dtype=np.float16), np.float64),
        (np.array([1, 2.5], dtype=object), np.float64),
    ],
)
def test_real_numbers_become_floats(values, dtype):
    found = _checks.real_array(values, "x")
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, np.asarray(values, dtype=float))


@pytest.mark.parametrize("values", [["a"], [1j], np.array(["2020"], dtype="datetime64[D]"), [object()], [None, "b"]])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(DataTypeError, match=r"^x "):
        _checks.real_array(values, "x")


@pytest.mark.parametrize(
    ("x", "n_features", "rows", "shape"),
    [
        (3.0, 1, (1, 1), ()),
        ([1.0, 2.0], 1, (2, 1), (2,)),
        ([[1.0], [2.0]], 1, (2, 1), (2,)),
        ([1.0, 2.0], 2, (1, 2), ()),
        (np.zeros((5, 2)), 2, (5, 2), (5,)),
        (np.zeros((4, 5, 2)), 2, (20, 2), (4, 5)),
        (np.zeros((0, 2)), 2, (0, 2), (0,)),
        (np.zeros(0), 1, (0, 1), (0,)),
    ],
)
def test_points_are_rows_and_remember_their_shape(x, n_features, rows, shape):
    found, kept = _checks.points(x, n_features)
    assert (found.shape, kept) == (rows, shape)


@pytest.mark.parametrize(
    ("x", "n_features", "message"),
    [
        (3.0, 2, "x has one number, but the mixture has 2 features"),
        ([1.0, 2.0, 3.0], 2, "x has 3 features, but the mixture has 2 features"),
        (np.zeros((4, 2)), 1, "x has 2 features, but the mixture has 1"),
    ],
)
def test_points_of_other_features_are_refused(x, n_features, message):
    with pytest.raises(ShapeError, match=message):
        _checks.points(x, n_features)


def test_weights_that_sum_to_one_keep_their_bits():
    weights = np.array([0.1] * 10)
    np.testing.assert_array_equal(_checks.component_weights(weights), weights)
    assert not _checks.component_weights(weights).flags.writeable


def test_weights_that_nearly_sum_to_one_are_normalised():
    found = _checks.component_weights([0.5 + 3e-7, 0.5])
    assert abs(found.sum() - 1) < 1e-15
    assert found[0] / found[1] == pytest.approx(1 + 6e-7, abs=1e-12)


@pytest.mark.parametrize(
    ("weights", "kind", "message"),
    [
        ([0.5, 0.6], ParameterError, "sum to 1.1"),
        ([1.5, -0.5], ParameterError, "component 1 is -0.5"),
        ([np.nan, 1.0], ParameterError, "component 0 is nan"),
        ([], ShapeError, "weights must have shape"),
        ([[1.0]], ShapeError, "weights must have shape"),
        (1.0, ShapeError, "weights must have shape"),
    ],
)
def test_weights_that_are_none_are_refused(weights, kind, message):
    with pytest.raises(kind, match=message):
        _checks.component_weights(weights)


@pytest.mark.parametrize(
    ("means", "kind", "message"),
    [
        ([0.0, 1.0], ShapeError, "means must have shape"),
        ([[0.0]], ShapeError, "K = 2"),
        (np.zeros((2, 0)), ShapeError, "means must have shape"),
        ([[0.0], [np.inf]], NonFiniteError, "component 1"),
    ],
)
def test_means_that_are_none_are_refused(means, kind, message):
    with pytest.raises(kind, match=message):
        _checks.component_means(means, 2)


def test_row_weights():
    assert _checks.row_weights(None, 3) is None
    np.testing.assert_array_equal(_checks.row_weights([1, 0, 2], 3), [1.0, 0.0, 2.0])
    assert _checks.row_weights(np.ones(6)[::2], 3).flags.c_contiguous


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0, 1.0], r"shape \(3,\)"),
        (np.ones((3, 1)), r"shape \(3,\)"),
        ([1.0, np.nan, 1.0], r"sample_weight\[1\] is nan"),
        ([1.0, 1.0, -2.0], r"sample_weight\[2\] is -2"),
        ([0.0, 0.0, 0.0], "sums to zero"),
        (["a", "b", "c"], "one number a row"),
    ],
)
def test_row_weights_that_are_none_are_refused(weights, message):
    with pytest.raises(RowWeightsError, match=message):
        _checks.row_weights(weights, 3)
