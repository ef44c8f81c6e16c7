"""Agglomeration: hierarchies against other programs and against counting everything out."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage

from mogul.start import CRITERIA, StartSample, agglomerated
from mogul.statistics import Spread


def _sample(rows, criterion, weights=None):
    spread = Spread.of_covariance(np.cov(rows.T, bias=True).reshape(rows.shape[1], -1), np.abs(rows).max(axis=0))
    return StartSample.of(rows, np.ones(len(rows)) if weights is None else weights, spread, criterion.symmetry)


def _rows(n_rows=40, n_features=2, seed=0):
    rng = np.random.default_rng(seed)
    return 3.0 * rng.integers(3, size=(n_rows, 1)) + rng.normal(size=(n_rows, n_features))


def _as_sets(labels):
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


def _criterion(name, points, weights, labels):
    """The formulas of the documentation, of a whole partition."""
    n, n_features = weights.sum(), points.shape[1]

    def scatter(which):
        away = points[which] - np.average(points[which], axis=0, weights=weights[which])
        return np.einsum("n,ni,nj->ij", weights[which], away, away)

    a = np.trace(scatter(np.ones(len(points), dtype=bool))) / (n * n_features)
    parts = [labels == label for label in np.unique(labels)]
    if name == "EII":
        return sum(np.trace(scatter(part)) for part in parts)
    if name == "EEE":
        return n * np.log(np.linalg.det(sum(scatter(part) for part in parts) + a * np.eye(n_features)))
    value = 0.0
    for part in parts:
        count, size = weights[part].sum(), part.sum()
        determinant = np.linalg.det(scatter(part) / count) if name == "VVV" and size > n_features else 0.0
        value += count * np.log(determinant + (np.trace(scatter(part)) + a) / count)
    return value


def test_eii_is_wards_linkage():
    rows = _rows(120, 3)
    sample = _sample(rows, CRITERIA["EII"])
    hierarchy, wards = agglomerated(sample, CRITERIA["EII"]), linkage(sample.points, "ward")
    np.testing.assert_allclose(hierarchy.costs, wards[:, 2] ** 2 / 2, rtol=1e-10)
    for n_components in (2, 3, 7, 50):
        theirs = fcluster(wards, n_components, "maxclust")
        assert _as_sets(hierarchy.labels(n_components)) == _as_sets(theirs)


@pytest.mark.parametrize("name", CRITERIA)
@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_every_merge_is_the_one_that_raises_the_criterion_least(name, n_features):
    rows = _rows(18, n_features)
    weights = np.random.default_rng(1).integers(1, 4, size=18).astype(float)
    sample = _sample(rows, CRITERIA[name], weights)
    hierarchy = agglomerated(sample, CRITERIA[name])
    relative = sample.weights / sample.weights.mean()

    def value(labels):
        return _criterion(name, sample.points, relative, labels) * sample.weights.mean()

    for n_components in range(18, 1, -1):
        labels, after = hierarchy.labels(n_components), hierarchy.labels(n_components - 1)
        unions = [np.where(labels == j, i, labels) for j in range(n_components) for i in range(j)]
        least = min(value(union) for union in unions)
        # The formulas are sums of logarithms of about 100, and are compared by their differences.
        assert value(after) == pytest.approx(least, abs=1e-9)
        assert hierarchy.costs[18 - n_components] == pytest.approx(value(after) - value(labels), abs=1e-9)


@pytest.mark.parametrize("name", CRITERIA)
def test_partitions_are_nested_and_numbered_by_first_rows(name):
    hierarchy = agglomerated(_sample(_rows(), CRITERIA[name]), CRITERIA[name])
    finer = hierarchy.labels(40)
    np.testing.assert_array_equal(finer, np.arange(40))
    for n_components in range(39, 0, -1):
        labels = hierarchy.labels(n_components)
        _, first = np.unique(labels, return_index=True)
        assert len(first) == n_components
        assert (np.diff(first) > 0).all()
        assert len(np.unique(np.stack([finer, labels]), axis=1).T) == n_components + 1
        finer = labels


@pytest.mark.parametrize("name", CRITERIA)
def test_one_row_is_a_hierarchy(name):
    sample = StartSample.of(
        np.ones((3, 2)), np.ones(3), Spread.of_variances(np.ones(2), np.ones(2)), CRITERIA[name].symmetry
    )
    np.testing.assert_array_equal(agglomerated(sample, CRITERIA[name]).labels(1), [0])
