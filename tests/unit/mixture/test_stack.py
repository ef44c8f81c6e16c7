import numpy as np
import pytest

from mogul.mixture import Stack
from mogul.testing import FORMS, random_mixture


@pytest.fixture(params=FORMS)
def mixtures(request):
    rng = np.random.default_rng(0)
    return [random_mixture(rng, 3, 2, request.param) for _ in range(4)]


def test_a_mixture_comes_out_as_it_went_in(mixtures):
    stack = Stack.of(mixtures)
    assert (len(stack), stack.shape) == (4, (3, 2))
    for number, given in enumerate(mixtures):
        found = stack.mixture(number)
        for one, other in [(found, given), (found.covariances, given.covariances)]:
            assert vars(one).keys() == vars(other).keys()
        np.testing.assert_array_equal(found.constants, given.constants)
        np.testing.assert_array_equal(found.means, given.means)
        np.testing.assert_array_equal(found.covariances.whitening, given.covariances.whitening)
        assert not found.weights.flags.writeable
        assert not found.covariances.array.flags.writeable


def test_what_is_selected_keeps_its_order(mixtures):
    stack = Stack.of(mixtures).selected([3, 1])
    np.testing.assert_array_equal(stack.means[1], mixtures[1].means)
    np.testing.assert_array_equal(stack.mixture(0).covariances.array, mixtures[3].covariances.array)
