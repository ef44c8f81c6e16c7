"""Choosing, sorting, splitting and pruning components."""

import numpy as np
import pytest

import mogul
from mogul.errors import ParameterError, ShapeError
from mogul.testing import FORMS, assert_same_mixture, random_mixture


@pytest.fixture(params=list(FORMS))
def mixture(request):
    return random_mixture(np.random.default_rng(0), 4, 3, request.param)


@pytest.fixture
def rows():
    return 4 * np.random.default_rng(1).standard_normal((50, 3))


def test_brackets_choose_components(mixture):
    assert mixture[2].weights.tolist() == [1.0]
    np.testing.assert_array_equal(mixture[2].means[0], mixture.means[2])
    np.testing.assert_array_equal(mixture[-1].means[0], mixture.means[3])
    assert_same_mixture(mixture[[3, 1]], mixture.selected([3, 1]))
    assert_same_mixture(mixture[1:], mixture.selected([1, 2, 3]))
    assert_same_mixture(mixture[mixture.weights > 0], mixture.selected([0, 1, 2, 3]))
    assert [component.n_components for component in mixture] == [1, 1, 1, 1]
    with pytest.raises(IndexError):
        mixture[4]
    assert type(mixture[0].covariances) is type(mixture.covariances)


def test_a_component_without_weight_is_a_gaussian_too():
    mixture = mogul.Mixture.univariate([1.0, 0.0, 0.0], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    assert mixture[1].weights.tolist() == [1.0]
    with pytest.raises(ParameterError, match="all have weight zero"):
        mixture.selected([1, 2])
    with pytest.raises(ParameterError, match="one or more numbers"):
        mixture.selected([])


def test_sorting_changes_the_order_and_nothing_else(mixture, rows):
    for along in (None, 1, [1.0, -1.0, 0.5]):
        arranged = mixture.sorted(along)
        np.testing.assert_array_equal(arranged.logpdf(rows), mixture.logpdf(rows))
    assert (np.diff(mixture.sorted().weights) <= 0).all()
    assert (np.diff(mixture.sorted(1).means[:, 1]) >= 0).all()
    assert (np.diff(mixture.sorted([1.0, -1.0, 0.5]).means @ [1.0, -1.0, 0.5]) >= 0).all()


@pytest.mark.parametrize(("along", "message"), [(3, "numbered from 0 to 2"), (-1, "numbered"), ([1.0], "of length 3")])
def test_what_one_cannot_sort_along(mixture, along, message):
    with pytest.raises(ShapeError, match=message):
        mixture.sorted(along)


def test_pruning_takes_out_small_weights():
    mixture = mogul.Mixture.univariate([0.7, 0.0, 0.1, 0.2], [0.0, 1.0, 2.0, 3.0], [1.0, 1.0, 1.0, 1.0])
    assert mixture.pruned().means[:, 0].tolist() == [0.0, 2.0, 3.0]
    np.testing.assert_allclose(mixture.pruned(0.1).weights, [7 / 9, 2 / 9], rtol=1e-15)
    for threshold in (0.7, -0.1):
        with pytest.raises(ParameterError, match="greatest weight, 0.7"):
            mixture.pruned(threshold)


def test_split_halves_stand_at_the_end(mixture):
    halves = mixture.split(1, spread=0.3)
    np.testing.assert_array_equal(halves.means[:3], mixture.means[[0, 2, 3]])
    np.testing.assert_allclose(halves.weights[3:], mixture.weights[1] / 2, rtol=1e-15)
    deviation = np.sqrt(np.linalg.eigvalsh(mixture.covariances.dense()[1])[-1])
    np.testing.assert_allclose(np.linalg.norm(halves.means[3] - halves.means[4]), 0.6 * deviation, rtol=1e-12)


def test_split_keeps_diagonal_covariances_diagonal():
    mixture = random_mixture(np.random.default_rng(0), 2, 3, "diag")
    assert type(mixture.split(0).covariances) is mogul.DiagonalCovariance


@pytest.mark.parametrize(
    ("component", "spread", "message"),
    [(4, 0.5, "numbered from 0 to 3"), (-1, 0.5, "numbered"), (0, 0.0, "more than 0"), (0, 1.0, "less than 1")],
)
def test_what_cannot_be_split(mixture, component, spread, message):
    with pytest.raises(ParameterError, match=message):
        mixture.split(component, spread=spread)
