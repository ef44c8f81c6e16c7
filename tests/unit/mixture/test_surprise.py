"""Conditional surprise."""

import numpy as np
import pytest
import scipy.integrate

import mogul
from mogul.errors import NonFiniteError, ShapeError
from mogul.testing import FORMS, random_mixture


@pytest.mark.parametrize("form", FORMS)
def test_surprise_is_the_joint_density_over_that_of_the_others(form):
    mixture = random_mixture(np.random.default_rng(0), 3, 4, form)
    x = mixture.sample(20, rng=1)
    found = mixture.surprises(x)
    for j in range(4):
        others = [i for i in range(4) if i != j]
        wanted = mixture.marginal(others).logpdf(x[:, others]) - mixture.logpdf(x)
        np.testing.assert_allclose(found[:, j], wanted, rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(mixture.surprises(x[0]), found[0])


def test_the_table_says_what_integrals_say():
    mixture = random_mixture(np.random.default_rng(2), 3, 3)
    row = mixture.means[0] + [3.0, 0.0, 0.0]
    table = mixture.explain(row)
    np.testing.assert_allclose(table.surprises, mixture.surprises(row), rtol=1e-10)
    grid = np.linspace(-40, 40, 200_001)
    for j in range(3):
        points = np.tile(row, (len(grid), 1))
        points[:, j] = grid
        density = mixture.pdf(points)
        density /= scipy.integrate.simpson(density, x=grid)
        mean = scipy.integrate.simpson(density * grid, x=grid)
        assert table.expected[j] == pytest.approx(mean, rel=1e-8, abs=1e-8)
        variance = scipy.integrate.simpson(density * (grid - mean) ** 2, x=grid)
        assert table.deviations[j] == pytest.approx(np.sqrt(variance), rel=1e-8)
        own = density <= np.exp(-table.surprises[j])
        # Half a cell of the grid at each end.
        assert table.p_values[j] == pytest.approx(density[own].sum() * (grid[1] - grid[0]), abs=1e-3)


def test_the_feature_that_was_moved_comes_first():
    mixture = random_mixture(np.random.default_rng(3), 1, 4, "diag")
    row = mixture.means[0].copy()
    row[2] += 6.0
    table = mixture.explain(row, feature_names=["a", "b", "c", "d"])
    assert table.order[0] == 2
    assert str(table).splitlines()[1].startswith("c ")
    assert len(str(table).splitlines()) == 5


def test_one_feature_has_no_others():
    line = mogul.Mixture.univariate([0.3, 0.7], [-1.0, 2.0], [0.5, 1.0])
    np.testing.assert_allclose(line.surprises([0.0, 1.0])[:, 0], -line.logpdf([0.0, 1.0]), rtol=1e-12)
    assert line.explain(0.5).p_values[0] == pytest.approx(line.p_values(0.5), rel=1e-9)


def test_rows_far_from_every_component_have_finite_surprises():
    mixture = random_mixture(np.random.default_rng(4), 3, 3)
    assert np.isfinite(mixture.surprises(np.full(3, 1e6))).all()
    assert np.isfinite(mixture.explain(np.full(3, 1e3)).surprises).all()


def test_what_is_no_row_is_refused():
    mixture = random_mixture(np.random.default_rng(5), 2, 2)
    with pytest.raises(ShapeError, match="takes one row"):
        mixture.explain(np.zeros((2, 2)))
    with pytest.raises(ShapeError, match="1 feature_names"):
        mixture.explain([0.0, 0.0], feature_names=["a"])
    with pytest.raises(NonFiniteError, match="value of x1 is nan"):
        mixture.explain([0.0, np.nan])
