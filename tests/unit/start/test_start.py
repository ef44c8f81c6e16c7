"""Starts: proposals from a sample in the data's own units, screened by short runs."""

import numpy as np
import pytest

from mogul import fitting
from mogul.errors import DegenerateComponentError
from mogul.family import FAMILIES, VVV, Bounded, Symmetry, Widened
from mogul.mixture import Mixture, Stack
from mogul.start import (
    PROPOSALS,
    StartSample,
    counted,
    distinct,
    mixture_of,
    mixtures_of,
    screened,
    tightest_kmeans,
    varied_kmeans,
    varied_partitions,
)
from mogul.start.labels import shared, statistics_of_labels, statistics_of_responsibilities
from mogul.statistics import DiagonalMoments, Floor, FullMoments, PooledMoments, Spread, TraceMoments
from mogul.testing import assert_close

RNG = np.random.default_rng(0)
TRUTH = RNG.integers(4, size=200)
ROWS = 15 * np.eye(4)[TRUTH] + RNG.standard_normal((200, 4))
SPREAD = Spread.of_covariance(np.cov(ROWS.T, bias=True), np.abs(ROWS).max(axis=0))
MOMENTS = [FullMoments(), PooledMoments(), DiagonalMoments(), TraceMoments()]


def _sample(rows=ROWS, weights=None, symmetry=Symmetry.COLUMNS):
    return StartSample.of(rows, np.ones(len(rows)) if weights is None else weights, SPREAD, symmetry)


def _same_partition(labels, truth):
    return (
        len(set(zip(labels.tolist(), truth.tolist(), strict=True)))
        == len(set(truth.tolist()))
        == len(set(labels.tolist()))
    )


def _truth_of(sample):
    place = {row.tobytes(): label for row, label in zip(ROWS, TRUTH, strict=True)}
    return np.array([place[row.tobytes()] for row in sample.rows])


@pytest.mark.parametrize("symmetry", Symmetry)
def test_a_sample_does_not_notice_order_or_repetition(symmetry):
    plain = _sample(symmetry=symmetry)
    order = RNG.permutation(200)
    shuffled = _sample(ROWS[order], symmetry=symmetry)
    twice = _sample(np.repeat(ROWS, 2, axis=0), symmetry=symmetry)
    np.testing.assert_array_equal(shuffled.rows, plain.rows)
    np.testing.assert_array_equal(twice.rows, plain.rows)
    np.testing.assert_array_equal(twice.weights, 2 * plain.weights)
    assert_close(shuffled.points, plain.points, 200)


def test_a_sample_leaves_out_rows_without_weight_and_merges_equal_ones():
    sample = _sample(np.r_[ROWS[:3], ROWS[:3], ROWS[3:4]], np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0]))
    assert sample.n_distinct == 3
    assert sorted(sample.weights.tolist()) == [5.0, 7.0, 9.0]


def test_points_of_a_sample_are_in_units_of_the_data():
    white = _sample(symmetry=Symmetry.AFFINE).points
    np.testing.assert_allclose(white.T @ white / 200, np.eye(4), atol=1e-10)
    columns = _sample(symmetry=Symmetry.COLUMNS).points
    np.testing.assert_allclose((columns**2).mean(axis=0), 1.0, rtol=1e-10)
    turning = _sample(symmetry=Symmetry.ROTATION).points
    np.testing.assert_allclose((turning**2).mean(), 1.0, rtol=1e-10)


@pytest.mark.parametrize("name", sorted(PROPOSALS.keys() - {"random"}))
def test_proposals_are_labels(name):
    sample = _sample()
    labels = PROPOSALS[name](sample, 4, np.random.default_rng(0))
    assert labels.shape == (sample.n_distinct,)
    assert set(labels.tolist()) <= {0, 1, 2, 3}
    np.testing.assert_array_equal(PROPOSALS[name](sample, 4, np.random.default_rng(0)), labels)


def test_random_responsibilities_are_distributions():
    shares = PROPOSALS["random"](_sample(), 4, np.random.default_rng(0))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-12)
    assert shares.shape == (200, 4)
    assert shares.min() >= 0


def test_kmeans_finds_clear_groups():
    sample = _sample()
    for seed in range(5):
        assert _same_partition(PROPOSALS["kmeans"](sample, 4, np.random.default_rng(seed)), _truth_of(sample))


def test_agglomeration_finds_clear_groups_and_rows_that_take_no_part_follow(monkeypatch):
    sample = _sample()
    monkeypatch.setattr("mogul.start.proposals.AGGLOMERATED", 60)
    assert _same_partition(PROPOSALS["agglomeration"](sample, 4, RNG), _truth_of(sample))
    assert len(set(PROPOSALS["agglomeration"](sample, 200, RNG).tolist())) == 200


def test_quantiles_are_parts_of_equal_weight_in_the_order_of_a_column():
    rows = RNG.gamma(1.0, size=(400, 1))
    weights = RNG.integers(1, 5, size=400).astype(float)
    sample = StartSample.of(rows, weights, Spread.of_variances(rows.var(axis=0), rows.max(axis=0)), Symmetry.COLUMNS)
    labels = PROPOSALS["quantiles"](sample, 5, RNG)
    assert np.abs(np.bincount(labels, sample.weights) - weights.sum() / 5).max() <= 4
    steps = np.diff(labels[np.argsort(sample.rows[:, 0])])
    assert (steps >= 0).all() or (steps <= 0).all()


def test_partitions_of_all_kinds_are_varied():
    sample = _sample()
    partitions = varied_partitions(sample, 4, np.random.default_rng(3), 6)
    assert partitions.shape == (6, 200)
    np.testing.assert_array_equal(partitions[0], PROPOSALS["agglomeration"](sample, 4, RNG))
    np.testing.assert_array_equal(partitions[1:], varied_kmeans(sample, 4, np.random.default_rng(3), 5))
    column = StartSample.of(ROWS[:, :1], np.ones(200), Spread.of_variances(np.ones(1), np.ones(1)), Symmetry.ROTATION)
    found = varied_partitions(column, 4, np.random.default_rng(3), 6)
    np.testing.assert_array_equal(found[1], PROPOSALS["quantiles"](column, 4, RNG))


def test_varied_partitions_are_those_of_the_single_proposals_in_turn():
    sample = _sample()
    rng, alone = np.random.default_rng(3), np.random.default_rng(3)
    for number, labels in enumerate(varied_kmeans(sample, 4, rng, 5)):
        name = ("kmeans", "k-means++")[number % 2]
        np.testing.assert_array_equal(labels, PROPOSALS[name](sample, 4, alone))


def test_distinct_partitions_come_once_each():
    a, b = [0, 0, 1, 2], [0, 1, 1, 2]
    np.testing.assert_array_equal(distinct(np.array([a, b, a, a, b])), [a, b])
    assert counted(np.array([a, b, a, a, b]))[1] == [3, 2]


@pytest.mark.parametrize("moments", MOMENTS, ids=lambda m: type(m).__name__)
def test_statistics_of_labels_are_those_of_one_hot_responsibilities(moments):
    weights = RNG.gamma(2.0, size=200)
    by_label = statistics_of_labels(ROWS, weights, TRUTH, 4, moments)
    by_share = statistics_of_responsibilities(ROWS, weights, np.eye(4)[TRUTH], moments)
    assert_close(by_label.counts, np.bincount(TRUTH, weights), 200)
    assert_close(by_label.counts, by_share.counts, 200)
    assert_close(by_label.means(), by_share.means(), 200)
    assert_close(by_label.scatter(), by_share.scatter(), 200)
    groups = [np.flatnonzero(k == TRUTH) for k in range(4)]
    means = [np.average(ROWS[group], axis=0, weights=weights[group]) for group in groups]
    assert_close(by_label.means(), means, 200)


@pytest.mark.parametrize("moments", MOMENTS, ids=lambda m: type(m).__name__)
def test_shared_gives_an_empty_component_half_of_the_heaviest(moments):
    statistics = shared(statistics_of_labels(ROWS, np.ones(200), np.zeros(200, dtype=int), 2, moments))
    assert statistics.counts.tolist() == [100.0, 100.0]
    np.testing.assert_array_equal(statistics.means()[0], statistics.means()[1])


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_the_mixture_of_a_partition_has_its_shares_and_means(family):
    sample = _sample()
    truth = _truth_of(sample)
    mixture = mixture_of(sample, truth, 4, family)
    assert_close(mixture.weights, np.bincount(truth) / 200, 200)
    assert_close(mixture.means, [sample.rows[truth == k].mean(axis=0) for k in range(4)], 200)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@pytest.mark.parametrize("hold", [lambda family, floor: family, Bounded, lambda family, floor: Widened(family, 0.1)])
def test_mixtures_of_partitions_are_those_of_each_by_itself(family, hold):
    sample = _sample()
    spread = Spread.of_covariance(np.cov(ROWS.T), np.abs(ROWS).max(axis=0))
    held = hold(family, Floor(spread))
    # The last has a part of three rows and one without any.
    partitions = [_truth_of(sample), RNG.permutation(_truth_of(sample)), (np.arange(200) < 3).astype(int)]
    mixtures = mixtures_of(sample, np.array(partitions), 4, held)
    for number, labels in enumerate(partitions):
        found, expected = mixtures.mixture(number), mixture_of(sample, labels, 4, held)
        assert_close(found.weights, expected.weights, 200)
        assert_close(found.means, expected.means, 200, np.abs(ROWS).max())
        assert_close(found.covariances.array, expected.covariances.array, 200, np.abs(np.cov(ROWS.T)).max())


def _sound(covariances):
    return np.ones(len(covariances), dtype=bool)


@pytest.mark.parametrize("small", [0, 1e9])
@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_screening_finds_the_start_that_gets_farthest(family, small, monkeypatch):
    monkeypatch.setattr(fitting, "SMALL", small)
    sample = _sample()
    truth = _truth_of(sample)
    good = mixture_of(sample, truth, 4, family)
    # Two iterations, one survivor: from random labels EM needs far more.
    bad = [mixture_of(sample, RNG.permutation(truth), 4, family) for _ in range(6)]
    lead = screened(Stack.of([*bad[:3], good, *bad[3:]]), sample, family, ((2, 1),), _sound)
    assert isinstance(lead.start, Mixture)
    assert_close(lead.start.logpdf(ROWS), good.logpdf(ROWS), 200)
    assert (lead.n_tried, lead.n_agreeing) == (7, 1)
    assert lead.polished.logpdf(ROWS).sum() >= good.logpdf(ROWS).sum() - 1e-9  # but for rounding


@pytest.mark.parametrize("small", [0, 1e9])
def test_screening_prefers_the_sound(small, monkeypatch):
    monkeypatch.setattr(fitting, "SMALL", small)
    sample = _sample()
    truth = _truth_of(sample)
    good = mixture_of(sample, truth, 4, VVV())
    bad = mixture_of(sample, RNG.permutation(truth), 4, VVV())
    # The covariances of random labels are those of all rows.
    least = np.linalg.det(bad.covariances.dense()).mean() / 2
    given = Stack.of([good, bad]), sample, VVV(), ((1, 1),)
    lead = screened(*given, lambda covariances: np.linalg.det(covariances).mean(axis=1) > least)
    assert_close(lead.start.logpdf(ROWS), bad.logpdf(ROWS), 200)


def test_candidates_on_their_way_to_one_place_agree():
    sample = _sample()
    truth = _truth_of(sample)
    good = [mixture_of(sample, np.where(np.arange(200) == n, 0, truth), 4, VVV()) for n in range(5)]
    bad = mixture_of(sample, np.where(truth == 3, np.arange(200) % 2 + 2, np.minimum(truth, 1)), 4, VVV())
    lead = screened(Stack.of([*good, bad]), sample, VVV(), ((30, 4), (30, 1)), _sound)
    assert (lead.n_tried, lead.n_agreeing) == (6, 5)
    log_likelihood = lead.polished.logpdf(sample.rows) @ sample.weights
    assert lead.merit == (True, pytest.approx(log_likelihood, abs=1.0))  # the one before the last round
    in_other_units = StartSample.of(
        1e6 * ROWS,
        np.ones(200),
        Spread.of_covariance(1e12 * np.cov(ROWS.T), 1e6 * np.abs(ROWS).max(axis=0)),
        Symmetry.COLUMNS,
    )
    other = screened(Stack.of([mixture_of(in_other_units, truth, 4, VVV())]), in_other_units, VVV(), ((60, 1),), _sound)
    assert other.merit[1] == pytest.approx(lead.merit[1] - 800 * np.log(1e6), abs=1.0)


@pytest.mark.parametrize("small", [0, 1e9])
def test_screening_leaves_out_what_fails(small, monkeypatch):
    monkeypatch.setattr(fitting, "SMALL", small)
    sample = _sample()
    good = mixture_of(sample, _truth_of(sample), 4, VVV())
    lost = Mixture(good.weights, good.means + 1e6 * np.eye(4)[:, :1], good.covariances)
    lead = screened(Stack.of([lost, good]), sample, VVV(), ((3, 1),), _sound)
    np.testing.assert_array_equal(lead.start.means, good.means)
    with pytest.raises(DegenerateComponentError):
        screened(Stack.of([lost]), sample, VVV(), ((3, 1),), _sound)


def test_where_few_partitions_are_tried_the_tightest_of_many_are():
    rng = np.random.default_rng(0)
    centres = 20 * rng.standard_normal((25, 5))
    rows = np.repeat(centres, 40, axis=0) + rng.standard_normal((1000, 5))
    spread = Spread.of_variances(rows.var(axis=0), np.abs(rows).max(axis=0))
    sample = StartSample.of(rows, np.ones(1000), spread, Symmetry.COLUMNS)

    def within(labels):
        parts = [sample.points[labels == k] for k in np.unique(labels)]
        return sum(((part - part.mean(axis=0)) ** 2).sum() for part in parts)

    best, second = (within(labels) for labels in tightest_kmeans(sample, 25, np.random.default_rng(1), 2))
    any_one = [within(PROPOSALS["kmeans"](sample, 25, np.random.default_rng(seed))) for seed in range(12)]
    assert best <= second
    assert best <= np.median(any_one)
    assert len(np.unique(tightest_kmeans(sample, 25, np.random.default_rng(1), 1)[0])) == 25
