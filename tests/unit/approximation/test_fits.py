"""The mixture of K Gaussians that is closest to nodes."""

import numpy as np
import pytest

from mogul import Mixture
from mogul.approximation.fits import Fitter, grown
from mogul.approximation.nodes import Nodes
from mogul.errors import DegenerateComponentError
from mogul.testing import random_mixture


@pytest.mark.parametrize("n_components", [4, 5, 6])
def test_a_grown_mixture_keeps_mean_and_covariance(n_components):
    mixture = random_mixture(np.random.default_rng(0), 3, 2)
    more = grown(mixture, n_components)
    assert more.n_components == n_components
    np.testing.assert_allclose(more.mean(), mixture.mean(), atol=1e-12)
    np.testing.assert_allclose(more.covariance(), mixture.covariance(), atol=1e-12)


def test_a_start_far_from_all_nodes_is_refused():
    nodes = Nodes(np.array([[0.0], [1.0]]), np.array([0.5, 0.5]), None)
    fitter = Fitter.of(nodes, nodes)
    far_off = Mixture.univariate([0.5, 0.5], [0.5, 1e6], [1.0, 1.0])
    with pytest.raises(DegenerateComponentError, match="cannot feed 2 components"):
        fitter.best([far_off])


def test_one_gaussian_has_the_moments_of_the_nodes():
    rng = np.random.default_rng(1)
    points, masses = rng.normal(size=(50, 2)) * [1e3, 1e-3], rng.dirichlet(np.ones(50))
    nodes = Nodes(points, masses, None)
    single = Fitter.of(nodes, nodes).single()
    np.testing.assert_allclose(single.mean(), masses @ points, atol=1e-9)
    expected = np.cov(points.T, aweights=masses, ddof=0)
    np.testing.assert_allclose(single.covariance(), expected, rtol=1e-6, atol=1e-6)
