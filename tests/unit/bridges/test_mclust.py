"""To and from mclust's parameter lists."""

import json

import numpy as np
import pytest

from mogul import bridges
from mogul.errors import ParameterError, ShapeError

# The layout that R's jsonlite writes of model$parameters; the numbers are of no importance.
FAITHFUL = """{"parameters": {"pro": [0.6429, 0.3571], "mean": [[4.2932, 2.0389], [79.9811, 54.5035]],
 "variance": {"modelName": "VII", "d": 2, "G": 2,
  "sigma": [[[18.07, 17.03], [0, 0]], [[0, 0], [18.07, 17.03]]], "sigmasq": [18.07, 17.03]}}}"""


def test_a_mixture_survives_the_way_through_json(mixture):
    again = bridges.from_mclust(json.loads(json.dumps(bridges.to_mclust(mixture))))
    np.testing.assert_array_equal(again.weights, mixture.weights)
    np.testing.assert_array_equal(again.means, mixture.means)
    np.testing.assert_array_equal(again.covariances.dense(), mixture.covariances.dense())


def test_the_layout_is_that_of_r():
    found = bridges.from_mclust(json.loads(FAITHFUL))
    np.testing.assert_array_equal(found.means, [[4.2932, 79.9811], [2.0389, 54.5035]])
    np.testing.assert_array_equal(found.covariances.dense()[1], 17.03 * np.eye(2))
    written = bridges.to_mclust(found, "VII")
    assert written["variance"]["modelName"] == "VII"
    assert np.array(written["mean"]).shape == (2, 2)
    assert np.array(written["variance"]["sigma"]).shape == (2, 2, 2)


def test_one_component_and_one_variance_for_all():
    one = {"mean": 3.0, "variance": {"modelName": "X", "d": 1, "G": 1, "sigmasq": 4.0}}
    assert bridges.from_mclust(one).covariance() == [[4.0]]
    ball = {"mean": [[1.0], [2.0]], "variance": {"modelName": "XII", "d": 2, "G": 1, "sigmasq": 4.0}}
    np.testing.assert_array_equal(bridges.from_mclust(ball).covariance(), 4 * np.eye(2))


def test_what_does_not_fit_is_refused():
    variance = {"sigmasq": 1.0}
    with pytest.raises(ParameterError, match="no 'mean'"):
        bridges.from_mclust({"pro": [1.0], "variance": variance})
    with pytest.raises(ParameterError, match="noise"):
        bridges.from_mclust({"pro": [0.5, 0.4, 0.1], "mean": [0.0, 1.0], "variance": variance})
    with pytest.raises(ShapeError, match="5 weights"):
        bridges.from_mclust({"pro": [0.2] * 5, "mean": [0.0, 1.0], "variance": variance})
    with pytest.raises(ParameterError, match="neither"):
        bridges.from_mclust({"pro": [0.5, 0.5], "mean": [0.0, 1.0], "variance": {}})
    with pytest.raises(ShapeError, match="'sigma' has shape"):
        bridges.from_mclust({"pro": [0.5, 0.5], "mean": [[0.0, 1.0]] * 2, "variance": {"sigma": np.eye(3)}})
