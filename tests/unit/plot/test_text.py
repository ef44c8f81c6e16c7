import numpy as np
import pytest

import mogul
from mogul.plot.text import (
    component_table,
    listed_components,
    location_text,
    numbers_text,
    percent,
    rows_text,
    weight_text,
)


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (100000002.04, 1.0, "100000002.04"),
        (2.0364, 0.24, "2.036"),
        (1e-17, 1.0, "0"),
        (-3e-150, 1e-150, "-3e-150"),
        (4.0, 1000.0, "0"),
        (54.6, 5.9, "54.6"),
        (-0.0, 1.0, "0"),
    ],
)
def test_locations_to_a_hundredth_of_their_scale(value, scale, text):
    assert location_text(value, scale) == text


@pytest.mark.parametrize(("weight", "text"), [(0.25, "0.250"), (1.0, "1.000"), (2e-5, "2e-05"), (0.0, "0")])
def test_weights(weight, text):
    assert weight_text(weight) == text


def test_words():
    assert percent(1 - np.exp(-2)) == "86.5 %"
    assert percent(0.95) == "95 %"
    assert [numbers_text(v) for v in ([1.0], [1, 2], [1, 2, 2.5])] == ["1", "1 and 2", "1, 2 and 2.5"]
    assert rows_text(5000, 200000) == "data (5,000 of 200,000 rows)"
    assert rows_text(7, 7) == "data (7 rows)"


def test_table_states_weight_mean_and_deviation(three):
    heading, *lines = component_table(three)
    assert heading.split() == ["weight", "mean", "sd"]
    assert [line.split() for line in lines] == [
        ["0", "0.200", "-3", "0.5"],
        ["1", "0.500", "0", "1"],
        ["2", "0.300", "4", "2"],
    ]
    assert len({len(line) for line in [heading, *lines]}) == 1


def test_table_of_a_plane_states_weights(plane):
    assert [line.split() for line in component_table(plane)[1:]] == [["0", "0.300"], ["1", "0.450"], ["2", "0.250"]]


def test_long_table_lists_the_heaviest_in_order():
    weights = np.arange(1.0, 101.0)
    mixture = mogul.Mixture.univariate(weights / weights.sum(), np.arange(100.0), np.ones(100))
    assert listed_components(mixture) == list(range(70, 100))
