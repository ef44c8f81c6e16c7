"""Families within the kernels' rounds: the reference, and the families' own M-steps."""

import numpy as np
import pytest

from mogul._kernels import reference
from mogul.expectation import climb
from mogul.family import FAMILIES, Bounded, Constraint
from mogul.fitting import maximised, total_statistics
from mogul.mixture import Stack
from mogul.source import ArraySource
from mogul.start import StartSample, mixtures_of
from mogul.statistics import Floor
from mogul.training import examined

CONSTRAINED = [each for each in FAMILIES.values() if each.climbing is not None and each.climbing.constraint]
NAMES = [family.name for family in CONSTRAINED]


@pytest.fixture
def rows():
    rng = np.random.default_rng(4)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    groups = [rng.normal(size=(60, 3)) * rng.uniform(0.3, 2.0, 3) @ turn + 2.5 * rng.normal(size=3) for _ in range(3)]
    return np.concatenate(groups)


def started(rows, family):
    """Return (held family, stack of two starts)."""
    report = examined(ArraySource(rows), correlations=True)
    held = Bounded(family, Floor(report.spread, is_round=family.symmetry.is_common))
    sample = StartSample.of(rows, np.ones(len(rows)), report.spread, family.symmetry)
    labels = np.random.default_rng(0).integers(0, 3, (2, sample.n_distinct))
    return held, mixtures_of(sample, labels, 3, held)


def test_ten_families_are_constrained():
    assert {family.climbing.constraint for family in CONSTRAINED} == set(Constraint) - {Constraint.NONE}


@pytest.mark.parametrize("family", CONSTRAINED, ids=NAMES)
def test_rounds_are_those_of_the_family(rows, family):
    held, starts = started(rows, family)
    floors = held.moments.floor_of(held.floor)[None]
    n_rounds = np.full(2, 6)
    reached = climb(starts, rows, None, held.moments, n_rounds, floors=floors, constraint=family.climbing.constraint)
    assert reached.complete.all()
    source = ArraySource(rows)
    for number in range(2):
        mixture = starts.mixture(number)
        for _ in range(6):
            mixture = maximised(total_statistics(source, mixture, held.moments), mixture, held)
        after = reached.mixtures.mixture(number)
        # Both solve the M-step to a relative 1e-8 or better, in other ways.
        np.testing.assert_allclose(after.covariances.array, mixture.covariances.array, rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(after.means, mixture.means, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("family", CONSTRAINED, ids=NAMES)
def test_the_likelihood_never_falls(rows, family):
    held, starts = started(rows, family)
    floors = held.moments.floor_of(held.floor)[None]
    reached = climb(
        starts, rows, None, held.moments, np.full(2, 40), floors=floors, constraint=family.climbing.constraint
    )
    assert (np.diff(reached.traces_in_unit(0, float(len(rows))), axis=1) > -1e-9).all()


@pytest.mark.parametrize("family", CONSTRAINED, ids=NAMES)
def test_a_round_is_that_of_the_reference(rows, core, family):
    _, starts = started(rows, family)
    name = {3: "full", 2: "diagonal", 1: "spherical"}[starts.covariances.ndim - 1]
    arrays = starts.weights[:1], starts.means[:1], starts.covariances[:1]
    n_rounds, constraint = np.array([1]), int(family.climbing.constraint)
    given = rows, None, *arrays, n_rounds
    ours = getattr(core, f"climb_{name}")(*given, constraint=constraint)
    theirs = getattr(reference, f"climb_{name}")(*given, constraint=constraint)
    for one, other in zip(ours[:3], theirs[:3], strict=True):
        # The reference looks for axes by golden sections.
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(ours[4], theirs[4], rtol=1e-9)


@pytest.mark.parametrize("family", CONSTRAINED, ids=NAMES)
def test_partitions_are_constrained_as_in_the_reference(rows, core, family):
    name = {"FullCovariance": "full", "DiagonalCovariance": "diagonal", "SphericalCovariance": "spherical"}[
        family.climbing.form.__name__
    ]
    labels = np.repeat([0, 1, 2], 60)[None]
    given = rows, np.ones(len(rows)), labels, 3, np.array([4.0])
    ours = getattr(core, f"partitioned_{name}")(*given, constraint=int(family.climbing.constraint))
    theirs = getattr(reference, f"partitioned_{name}")(*given, constraint=int(family.climbing.constraint))
    np.testing.assert_allclose(ours[2], theirs[2], rtol=1e-5, atol=1e-6)
    assert ours[3] == theirs[3] == 1


@pytest.mark.parametrize("family", CONSTRAINED, ids=NAMES)
def test_a_unit_that_is_a_power_of_two_changes_no_bit(rows, family):
    held, starts = started(rows, family)
    constraint, n_rounds = family.climbing.constraint, np.full(2, 3)
    plain = climb(starts, rows, None, held.moments, n_rounds, constraint=constraint)
    scaled = Stack(starts.form, starts.weights, starts.means * 2.0**20, starts.covariances * 2.0**40)
    other = climb(scaled, rows * 2.0**20, None, held.moments, n_rounds, constraint=constraint)
    np.testing.assert_array_equal(other.mixtures.covariances, plain.mixtures.covariances * 2.0**40)


def test_scatters_without_volume_end_the_run(core):
    rows = np.repeat([[0.0, 0.0], [1.0, 2.0], [5.0, 5.0]], 4, axis=0)
    covariances = np.tile(np.eye(2), (1, 2, 1, 1))
    start = np.full((1, 2), 0.5), np.array([[[0.5, 1.0], [5.0, 5.0]]]), covariances
    *_, ends = core.climb_full(rows, None, *start, np.array([200]), constraint=int(Constraint.EVV))
    assert ends[0] in (3, 5)


def test_axes_that_are_not_common_end_the_run(rows, core):
    turned = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 1.0]])
    covariances = np.array([[np.diag([1.0, 2.0, 3.0]), turned, np.eye(3)]])
    start = np.full((1, 3), 1 / 3), rows[None, [0, 70, 130]], covariances
    *_, n_rounds, ends = core.climb_full(rows, None, *start, np.array([1]), constraint=int(Constraint.VVE))
    assert (n_rounds[0], ends[0]) == (0, 5)


@pytest.mark.parametrize(("form", "constraint"), [("full", 1), ("diagonal", 5), ("spherical", 2), ("tied", 5)])
def test_a_constraint_must_go_with_the_form(core, form, constraint):
    covariances = {
        "full": np.ones((1, 1, 1, 1)),
        "tied": np.ones((1, 1, 1)),
        "diagonal": np.ones((1, 1, 1)),
        "spherical": np.ones((1, 1)),
    }[form]
    start = np.ones((1, 1)), np.zeros((1, 1, 1)), covariances
    with pytest.raises(ValueError, match="constraint on covariances of this form"):
        getattr(core, f"climb_{form}")(np.ones((3, 1)), None, *start, np.array([1]), constraint=constraint)
