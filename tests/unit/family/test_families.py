"""Every registered family keeps the laws of families; names find them."""

import numpy as np
import pytest

from mogul.covariance import FullCovariance
from mogul.errors import DegenerateComponentError, ParameterError
from mogul.expectation import expect
from mogul.family import FAMILIES, SYNONYMS, Bounded, Symmetry, Widened, find_family
from mogul.mixture import Mixture
from mogul.statistics import Floor, Spread
from mogul.testing import assert_same_mixture, check_family, random_mixture, random_rows

FAMILY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def _floor(rows, family):
    spread = Spread.of_covariance(np.cov(rows.T).reshape(rows.shape[1], -1), np.abs(rows).max(axis=0))
    return Floor(spread, is_round=family.symmetry is Symmetry.ROTATION)


@pytest.fixture
def mixture():
    return random_mixture(np.random.default_rng(0), 3, 4)


@pytest.fixture
def rows(mixture):
    return random_rows(np.random.default_rng(1), mixture, 200)[0]


@FAMILY
@pytest.mark.parametrize("size", [(1, 1), (1, 4), (2, 1), (3, 3), (2, 6), (5, 2)])
def test_it_keeps_the_laws_of_families(family, size):
    check_family(family, n_components=size[0], n_features=size[1], seed=sum(size))


@FAMILY
def test_under_a_floor_far_away_it_keeps_them_still(family, rows):
    spread = Spread.of_covariance(1e-9 * np.eye(3), np.ones(3))
    far = Floor(spread, is_round=family.symmetry is Symmetry.ROTATION)
    check_family(Bounded(family, far), n_components=2, n_features=3)


@FAMILY
def test_the_totals_of_the_published_table(family):
    """(D, K) -> the number of all free parameters: covariances, means, weights but one."""
    names = ["EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"]
    totals = {
        (2, 2): (6, 7, 7, 8, 8, 9, 8, 9, 9, 10, 9, 10, 10, 11),
        (3, 3): (12, 14, 14, 16, 18, 20, 17, 19, 21, 23, 23, 25, 27, 29),
        (4, 3): (15, 17, 18, 20, 24, 26, 24, 26, 30, 32, 36, 38, 42, 44),
        (5, 3): (18, 20, 22, 24, 30, 32, 32, 34, 40, 42, 52, 54, 60, 62),
        (10, 5): (55, 59, 64, 68, 100, 104, 109, 113, 145, 149, 289, 293, 325, 329),
    }
    for (d, k), expected in totals.items():
        assert family.n_parameters(k, d) + k * d + k - 1 == dict(zip(names, expected, strict=True))[family.name]


@FAMILY
def test_a_component_without_rows_is_named(family, mixture, rows):
    lonely = Mixture(mixture.weights, mixture.means + np.array([[0.0], [0.0], [1e6]]), mixture.covariances)
    with pytest.raises(DegenerateComponentError, match="Component 2 has no rows"):
        family.mixture(expect(lonely, rows, None, family.moments))


@pytest.mark.parametrize("family", [FAMILIES[name] for name in ("EII", "VII", "EEI", "VVI", "EEE", "VVV")], ids=str)
def test_widened_is_what_reg_covar_does(family, mixture, rows):
    statistics = expect(mixture, rows, None, family.moments)
    plain = family.covariances(statistics, mixture).dense()
    found = Widened(family, 0.5).covariances(statistics, mixture).dense()
    np.testing.assert_allclose(found, plain + 0.5 * np.eye(4), rtol=1e-12, atol=1e-12)


@FAMILY
def test_bounded_holds_up_what_collapses(family, mixture):
    rows = np.repeat(random_rows(np.random.default_rng(2), mixture, 30)[0][:3], 20, axis=0)
    floor = _floor(rows + np.random.default_rng(3).standard_normal(rows.shape), family)
    at_rows = Mixture(np.full(3, 1 / 3), rows[::20], FullCovariance(np.tile(1e-3 * np.eye(4), (3, 1, 1))))
    bounded = Bounded(family, floor)
    covariances = bounded.covariances(expect(at_rows, rows, None, family.moments), at_rows).dense()
    assert (np.linalg.eigvalsh(covariances) > 0).all()
    assert (np.einsum("kii->ki", covariances) < 1e-6).all()


@FAMILY
def test_wrappers_pass_on_what_the_family_is(family, rows):
    for wrapped in (Bounded(family, _floor(rows, family)), Widened(family, 0.1)):
        for name in ("name", "moments", "symmetry"):
            assert getattr(wrapped, name) == getattr(family, name)
        assert wrapped.n_parameters(3, 4) == family.n_parameters(3, 4)


@FAMILY
def test_the_m_step_needs_no_previous_mixture(family, mixture, rows):
    statistics = expect(mixture, rows, None, family.moments)
    assert_same_mixture(family.mixture(statistics), family.mixture(statistics, mixture))


def test_names_and_synonyms():
    assert {word: find_family(word).name for word in SYNONYMS} == SYNONYMS
    assert all(find_family(name) is family for name, family in FAMILIES.items())
    with pytest.raises(ParameterError, match=r"covariance family 'fulll' is unknown; use one of: spherical, .*VVV"):
        find_family("fulll")
