"""What a file may say beside the numbers."""

import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError
from mogul.io import Metadata


def test_numbers_of_numpy_become_plain_numbers():
    training = Metadata(training={"a": np.float32(0.5), "b": np.arange(2), "c": np.bool_(True)}).training
    assert training == {"a": 0.5, "b": [0, 1], "c": True}
    assert type(training["c"]) is bool


def test_it_knows_the_running_version():
    assert Metadata().mogul_version == mogul.__version__
    assert Metadata().feature_names is None


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["a", "b", "a"], "'a' twice"),
        (["a", 1], "sequence of strings"),
        ("ab", "sequence of strings"),
        (["\udc80"], "not valid text"),
    ],
)
def test_wrong_names_are_refused(names, complaint):
    with pytest.raises(ParameterError, match=complaint):
        Metadata(names)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}, "\udc80", b"x", np.array([np.nan])])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(ParameterError, match="cannot be written as JSON"):
        Metadata(training={"value": value})
