"""Modes."""

import numpy as np
import pytest

import mogul
from mogul.errors import ShapeError
from mogul.testing import random_mixture


def _three(variance):
    corners = [[1.0, 0.0], [-0.5, 3**0.5 / 2], [-0.5, -(3**0.5) / 2]]
    return mogul.Mixture(np.ones(3) / 3, corners, mogul.SphericalCovariance(np.full(3, variance)))


def test_one_feature_with_proof():
    mixture = mogul.Mixture.univariate([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    modes, between = mixture.modes(), mixture.antimodes()
    assert modes.is_complete
    assert len(modes) == 2
    assert len(between) == 1
    np.testing.assert_allclose(modes.densities, mixture.pdf(modes.points), rtol=1e-13)
    assert (modes.curvatures < 0).all()
    assert (between.curvatures > 0).all()


def test_at_the_border_of_bimodality_nothing_is_claimed():
    assert not mogul.Mixture.univariate([0.5, 0.5], [-1.0, 1.0], [1.0, 1.0]).modes().is_complete


def test_three_gaussians_in_a_triangle_can_have_a_fourth_mode():
    """Carreira-Perpinan and Williams (2003), section 4: more modes than components."""
    assert len(_three(0.48).modes()) == 3
    four = _three(0.53).modes()
    assert len(four) == 4
    np.testing.assert_allclose(four.points[-1], 0.0, atol=1e-9)
    assert len(_three(0.8).modes()) == 1


@pytest.mark.parametrize("number", range(15))
def test_modes_are_tops_and_separated_components_have_one_each(number):
    rng = np.random.default_rng(number)
    n_components, n_features = int(rng.integers(1, 6)), int(rng.integers(2, 6))
    mixture = random_mixture(rng, n_components, n_features, separation=8.0)
    modes = mixture.modes()
    assert len(modes) == n_components
    assert not modes.is_complete
    assert (modes.curvatures < 0).all()
    assert (np.diff(modes.log_densities) <= 0).all()
    around = modes.points[:, None] + 1e-3 * rng.standard_normal((1, 50, n_features))
    assert (mixture.logpdf(around) < modes.log_densities[:, None]).all()


def test_a_search_in_two_features_finds_what_the_proof_finds_in_one():
    """A product with an independent feature has the same modes."""
    rng = np.random.default_rng(0)
    for _ in range(10):
        k = int(rng.integers(2, 7))
        weights, means, variances = rng.dirichlet(np.ones(k)), rng.normal(0, 3, k), rng.uniform(0.3, 2.0, k)
        line = mogul.Mixture(weights, means[:, None], mogul.DiagonalCovariance(variances[:, None]))
        plane = mogul.Mixture(
            weights,
            np.stack([means, np.zeros(k)], axis=1),
            mogul.DiagonalCovariance(np.stack([variances, np.ones(k)], axis=1)),
        )
        found = plane.modes().points
        np.testing.assert_allclose(np.sort(found[:, 0]), line.modes().points[:, 0], atol=1e-7)
        np.testing.assert_allclose(found[:, 1], 0.0, atol=1e-9)


def test_antimodes_are_for_one_feature():
    with pytest.raises(ShapeError, match="one feature"):
        _three(0.5).antimodes()
