"""The arguments of the kernels: groups of any length are shared out."""

import numpy as np

from mogul import FullCovariance, Mixture
from mogul.statistics import FullMoments
from mogul.truncated import parameters as module
from mogul.truncated.neighbours import no_sets
from mogul.truncated.parameters import Parameters


def test_a_long_group_that_is_cut_finds_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    form = FullCovariance(np.repeat(np.eye(3)[None], 9, axis=0))
    parameters = Parameters.of(Mixture(np.full(9, 1 / 9), rng.normal(size=(9, 3)), form), FullMoments())
    rows, anchors = rng.normal(size=(1000, 3)), rng.choice(4, p=[0.9, 0.05, 0.0, 0.05], size=1000).astype(np.int32)
    lists = np.array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [8, 0, 3]], dtype=np.int32)
    whole, pieces = no_sets(1000, 2), no_sets(1000, 2)
    parameters.search(rows, anchors, lists, *whole)
    monkeypatch.setattr(module, "_LONGEST", 64)
    parameters.search(rows, anchors, lists, *pieces)
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one, other)
    assert (whole[0][anchors == 1] >= 3).all()


def test_constants_are_in_the_order_of_the_mixture():
    form = FullCovariance(np.repeat(np.eye(1)[None], 3, axis=0))
    parameters = Parameters.of(Mixture([0.2, 0.5, 0.3], [[3.0], [1.0], [2.0]], form), FullMoments())
    np.testing.assert_array_equal(np.argsort(parameters.constants), [0, 2, 1])
