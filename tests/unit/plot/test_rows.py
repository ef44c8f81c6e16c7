import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from mogul.errors import DataTypeError, EmptyDataError, NonFiniteError, ParameterError, ShapeError
from mogul.plot.rows import chosen_features, data_rows, histogram, names_of, thinned

NAMES = ["length", "width", "height"]
TABLE = {"length": [1.0, 2.0], "width": [3.0, 4.0], "height": [5.0, 6.0]}


@pytest.mark.parametrize("table", [pd.DataFrame(TABLE), pl.DataFrame(TABLE), pa.table(TABLE)], ids=type)
def test_tables_bring_rows_and_names(table):
    np.testing.assert_array_equal(data_rows(table, 3), [[1, 3, 5], [2, 4, 6]])
    assert names_of(3, None, table) == NAMES


def test_names_without_any():
    assert names_of(1, None) == ["x"]
    assert names_of(2, None, np.zeros((3, 2))) == ["x0", "x1"]
    assert names_of(2, None, pd.DataFrame(np.zeros((3, 2)))) == ["x0", "x1"]


def test_one_feature_may_come_as_a_vector():
    np.testing.assert_array_equal(data_rows([1, 2], 1), [[1.0], [2.0]])
    assert data_rows(None, 4) is None


@pytest.mark.parametrize(
    ("data", "error", "words"),
    [
        (np.zeros((5, 2)), ShapeError, r"data has shape \(5, 2\), but the mixture has 3 features: \(N, 3\)"),
        (np.zeros(3), ShapeError, r"data has shape \(3,\)"),
        (np.zeros((0, 3)), EmptyDataError, "Leave data out"),
        ([[1, 2, np.nan]], NonFiniteError, "Row 0 of data contains NaN or infinity. Remove such rows"),
        ([["a", "b", "c"]], DataTypeError, "data"),
    ],
)
def test_wrong_data_are_named(data, error, words):
    with pytest.raises(error, match=words):
        data_rows(data, 3)


def test_names_must_be_as_many_as_features():
    with pytest.raises(ShapeError, match="feature_names has 3 names, but the mixture has 2 features"):
        names_of(2, NAMES)


def test_features_by_number_or_name():
    assert chosen_features(["height", 0], NAMES, 8, "it") == [2, 0]
    assert chosen_features(None, NAMES, 8, "it") == [0, 1, 2]


@pytest.mark.parametrize(
    ("features", "most", "words"),
    [
        (["depth"], 8, "no feature 'depth'; the features are: length, width, height"),
        ([3], 8, "no feature 3; the features are 0 to 2"),
        ([-1], 8, "no feature -1"),
        ([1, "width"], 8, "each once"),
        ([], 8, "one or more"),
        (None, 2, r"The mixture has 3 features; it shows at most 2. Choose some, e.g. features=\[0, 1\]"),
        ([2, 1, 0], 2, r"features names 3; it shows at most 2. Choose some, e.g. features=\[2, 1\]"),
    ],
)
def test_wrong_features_are_named(features, most, words):
    with pytest.raises(ParameterError, match=words):
        chosen_features(features, NAMES, most, "it")


def test_thinning_keeps_the_order_and_is_the_same_each_time():
    rows = np.arange(1000.0)[:, None]
    once = thinned(rows, 100)
    assert len(once) == 100
    assert (np.diff(once[:, 0]) > 0).all()
    np.testing.assert_array_equal(once, thinned(rows, 100))
    assert thinned(rows, 1000) is rows


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(size=1000),
        np.random.default_rng(0).normal(size=1000) + 1e8,
        np.random.default_rng(0).normal(size=1000) * 1e-150,
        np.random.default_rng(0).normal(size=100).round(1),
        np.r_[np.zeros(99), 1e9],
        np.full(10, 3.0),
        np.array([1.0]),
        1e8 + np.spacing(1e8) * np.arange(3),
    ],
    ids=["usual", "offset", "tiny", "rounded", "outlier", "constant", "single", "last place"],
)
@pytest.mark.parametrize("bins", [None, 7])
def test_histogram_has_area_one_and_counts_all(values, bins):
    heights, edges = histogram(values, bins, 1.0 if np.ptp(values) == 0 else float(np.std(values)))
    assert (heights * np.diff(edges)).sum() == pytest.approx(1)
    assert edges[0] <= values.min()
    assert edges[-1] >= values.max()
    assert len(edges) <= 203


def test_histogram_resolves_a_component_when_the_humps_lie_far_apart():
    values = np.r_[np.random.default_rng(0).normal(size=500), np.random.default_rng(1).normal(100, 1, size=500)]
    _, edges = histogram(values, None, deviation=1.0)
    assert np.diff(edges)[0] < 1


def test_bins_of_rounded_values_hold_equally_many_possible_values():
    values = np.random.default_rng(0).normal(5, 1, size=150).round(1)
    _, edges = histogram(values, None, deviation=1.0)
    steps = np.diff(edges) / 0.1
    np.testing.assert_allclose(steps, round(steps[0]), rtol=1e-6)
    # No value lies on an edge.
    assert np.abs(values[:, None] - edges).min() > 0.04


def test_bins_of_the_user():
    heights, edges = histogram(np.array([0.5, 1.5, 1.6]), [0, 1, 2], 1.0)
    np.testing.assert_array_equal(edges, [0, 1, 2])
    np.testing.assert_allclose(heights, [1 / 3, 2 / 3])


@pytest.mark.parametrize(("bins", "words"), [(0, "bins is 0"), ([5, 6], "leaves out all data")])
def test_wrong_bins_are_named(bins, words):
    with pytest.raises(ParameterError, match=words):
        histogram(np.array([0.5, 1.5]), bins, 1.0)
