"""What one pass leaves: sums that add, move and turn into the same moments as the rows themselves."""

import numpy as np
import pytest

from mogul.expectation import expect
from mogul.statistics import DiagonalMoments, Floor, FullMoments, PooledMoments, Spread, TraceMoments
from mogul.testing import assert_close, random_mixture, random_rows

MOMENTS = {"full": FullMoments(), "pooled": PooledMoments(), "diagonal": DiagonalMoments(), "trace": TraceMoments()}
KINDS = pytest.mark.parametrize("moments", MOMENTS.values(), ids=MOMENTS)


@pytest.fixture
def mixture():
    return random_mixture(np.random.default_rng(0), 3, 4)


@pytest.fixture
def rows(mixture):
    return random_rows(np.random.default_rng(1), mixture, 300)[0]


def _matrices(mixture, rows):
    """Return (counts, means, scatter matrices) worked out the plain way."""
    shares = mixture.responsibilities(rows)
    means = shares.T @ rows / shares.sum(axis=0)[:, None]
    away = rows[:, None] - means
    return shares.sum(axis=0), means, np.einsum("nk,nki,nkj->kij", shares, away, away)


@KINDS
def test_they_are_the_moments_of_the_rows(mixture, rows, moments):
    statistics = expect(mixture, rows, None, moments)
    counts, means, scatter = _matrices(mixture, rows)
    assert_close(statistics.counts, counts, 300)
    assert_close(statistics.means(), means, 300)
    assert_close(statistics.scatter(), moments.of_full(scatter), 300)
    assert_close(statistics.weights(), counts / 300, 300)
    assert_close(statistics.total, 300.0, 300)
    # Kept in units of the mixture's own size: 2^exponent.
    log_likelihood = statistics.log_likelihood + 300 * mixture.exponent * np.log(2)
    assert_close(log_likelihood, mixture.logpdf(rows).sum(), 300)


@KINDS
def test_averages_and_sums_are_inverse(mixture, rows, moments):
    statistics = expect(mixture, rows, None, moments)
    again = moments.summed(statistics.averages(), statistics.counts, 4)
    np.testing.assert_allclose(again, statistics.scatter(), rtol=1e-14)


@KINDS
def test_moving_the_origin_there_and_back_changes_nothing(mixture, rows, moments):
    statistics = expect(mixture, rows, None, moments)
    moved = statistics.moved_to(mixture.means + 100.0)
    assert_close(moved.means(), statistics.means(), 300, 100.0)
    assert_close(moved.scatter(), statistics.scatter(), 300, 1e4)
    back = moved.moved_to(mixture.means)
    assert_close(back.second, statistics.second, 300, 1e4)


@KINDS
def test_parts_add_up_and_other_origins_do_not(mixture, rows, moments):
    parts = expect(mixture, rows[:111], None, moments) + expect(mixture, rows[111:], None, moments)
    whole = expect(mixture, rows, None, moments)
    assert_close(parts.scatter(), whole.scatter(), 300)
    with pytest.raises(ValueError, match="different origins do not add"):
        whole + whole.moved_to(mixture.means + 1)


@KINDS
def test_permuted_statistics_number_components_anew(mixture, rows, moments):
    statistics = expect(mixture, rows, None, moments).permuted(np.array([2, 0, 1]))
    wanted = expect(mixture.permuted([2, 0, 1]), rows, None, moments)
    for name in ("counts", "first", "second", "origin"):
        np.testing.assert_array_equal(getattr(statistics, name), getattr(wanted, name))


@KINDS
def test_widened_statistics_are_those_of_blurred_rows(mixture, rows, moments):
    statistics = expect(mixture, rows, None, moments)
    blurred = statistics.widened(0.25).averages()
    added = {"full": 0.25 * np.eye(4), "pooled": 0.25 * np.eye(4), "diagonal": 0.25, "trace": 0.25}
    name = next(name for name, each in MOMENTS.items() if each == moments)
    np.testing.assert_allclose(blurred, statistics.averages() + added[name], rtol=1e-12, atol=1e-12)


@KINDS
def test_raised_statistics_keep_counts_and_means(mixture, rows, moments):
    """A floor above all of them: every average becomes the floor itself, along every direction."""
    covariance = 2.0**31 * np.cov(rows.T)
    floor = Floor(Spread.of_covariance(covariance, np.abs(rows).max(axis=0)))
    statistics = expect(mixture, rows, None, moments)
    raised = statistics.raised(floor)
    np.testing.assert_allclose(raised.means(), statistics.means(), rtol=1e-14)
    np.testing.assert_array_equal(raised.counts, statistics.counts)
    share = 2.0**-30 * covariance
    wanted = {
        "full": np.tile(share, (3, 1, 1)),
        "pooled": share,
        "diagonal": np.tile(np.diag(share), (3, 1)),
        "trace": np.full(3, np.trace(share) / 4),
    }
    name = next(name for name, each in MOMENTS.items() if each == moments)
    # The floor is worked out through eigenvectors of the correlations.
    np.testing.assert_allclose(raised.averages(), wanted[name], rtol=1e-10)
    assert moments.at_floor(raised.averages(), floor).all()
    assert not moments.at_floor(2 * raised.averages(), floor).any()


@KINDS
def test_far_above_the_floor_nothing_changes_but_the_origin(mixture, rows, moments):
    floor = Floor(Spread.of_covariance(np.cov(rows.T), np.abs(rows).max(axis=0)))
    statistics = expect(mixture, rows, None, moments)
    np.testing.assert_allclose(statistics.raised(floor).averages(), statistics.averages(), rtol=1e-14)
    assert not moments.at_floor(statistics.averages(), floor).any()
