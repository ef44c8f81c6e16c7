"""Source, expectation, family and engine together."""

import numpy as np
import pytest

from mogul import FullCovariance, Mixture
from mogul.engine import End, StopRule
from mogul.errors import DegenerateComponentError
from mogul.family import FAMILIES, VVI, VVV
from mogul.fitting import fit_mixture, maximised, moments_of_data, total_statistics
from mogul.source import ArraySource
from mogul.testing import FORMS, assert_close, assert_same_mixture, random_mixture, random_rows

PAIRS = {"VII": "spherical", "VVI": "diag", "EEE": "tied", "VVV": "full"}


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return random_rows(rng, random_mixture(rng, 3, 3), 400)[0]


@pytest.mark.parametrize("name", PAIRS)
def test_a_round_is_em_written_out(name, rows):
    start = random_mixture(np.random.default_rng(1), 3, 3, PAIRS[name])
    record = fit_mixture(ArraySource(rows), FAMILIES[name], start, StopRule(1)).record
    shares = start.responsibilities(rows)
    counts = shares.sum(axis=0)
    means = shares.T @ rows / counts[:, None]
    assert_close(record.model.weights, counts / 400, 400)
    assert_close(record.model.means, means, 400)
    away = rows[:, None] - means
    scatter = np.einsum("nk,nki,nkj->kij", shares, away, away)
    wanted = {
        "VVV": scatter / counts[:, None, None],
        "EEE": scatter.sum(axis=0) / 400,
        "VVI": np.einsum("kii->ki", scatter) / counts[:, None],
        "VII": np.einsum("kii->k", scatter) / counts / 3,
    }[name]
    assert_close(record.model.covariances.array, wanted, 400)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("form", FORMS)
def test_a_start_may_lie_outside_the_family(name, form, rows):
    start = random_mixture(np.random.default_rng(1), 3, 3, form)
    record = fit_mixture(ArraySource(rows), FAMILIES[name], start, StopRule(30)).record
    assert record.n_iterations >= 1
    assert np.isfinite(record.trace).all()


def test_a_component_without_rows_raises_or_is_revived(rows):
    start = Mixture([0.5, 0.5], [[0.0] * 3, [1e6] * 3], FullCovariance([np.eye(3)] * 2))
    with pytest.raises(DegenerateComponentError, match="Component 1 has no rows"):
        fit_mixture(ArraySource(rows), VVV(), start, StopRule(10))
    revived = []

    def revive(statistics, mixture):
        revived.append(int((statistics.counts <= 0).argmax()))
        half = statistics.counts[0] / 2
        return type(statistics)(
            statistics.log_likelihood,
            np.array([half, half]),
            np.array([statistics.first[0] / 2, half * np.eye(3)[0]]),
            np.array([statistics.second[0] / 2 + 10 * half * np.eye(3)] * 2),
            np.array([statistics.origin[0]] * 2),
            statistics.moments,
        )

    record = fit_mixture(ArraySource(rows), VVV(), start, StopRule(10), revive=revive).record
    assert revived == [1]
    assert record.n_iterations <= 10
    assert (record.model.weights > 0).all()


def test_without_a_floor_a_collapse_keeps_the_last_sound_model():
    rows = np.r_[np.random.default_rng(0).standard_normal((50, 2)), np.full((20, 2), 9.0)]
    start = Mixture([0.5, 0.5], [[0.0, 0.0], [9.0, 9.0]], FullCovariance([np.eye(2)] * 2))
    record = fit_mixture(ArraySource(rows), VVV(), start, StopRule(100)).record
    assert record.end is End.STUCK
    assert np.isfinite(record.trace).all()


def test_total_statistics_and_moments_of_data(rows):
    weights = np.random.default_rng(0).gamma(2.0, size=400)
    found = moments_of_data(ArraySource(rows, weights), correlations=True)
    wanted = np.cov(rows.T, aweights=weights, bias=True)
    assert_close(found.averages()[0], wanted, 400)
    diagonal = moments_of_data(ArraySource(rows, weights), correlations=False)
    assert_close(diagonal.averages()[0], np.diag(wanted), 400)
    mixture = random_mixture(np.random.default_rng(1), 3, 3, "diag")
    assert_close(total_statistics(ArraySource(rows), mixture, VVI().moments).total, 400.0, 400)


def test_a_constant_column_has_a_variance_of_exactly_zero(rows):
    constant = np.c_[rows, np.full(400, 0.1)]
    assert moments_of_data(ArraySource(constant), correlations=True).averages()[0, 3, 3] == 0.0
    assert moments_of_data(ArraySource(constant), correlations=False).averages()[0, 3] == 0.0


@pytest.mark.parametrize("name", PAIRS)
def test_the_m_step_does_not_depend_on_numbering(name, rows):
    mixture = random_mixture(np.random.default_rng(1), 3, 3, PAIRS[name])
    statistics = total_statistics(ArraySource(rows), mixture, FAMILIES[name].moments)
    wanted = maximised(statistics, mixture, FAMILIES[name])
    for order in ([2, 0, 1], [1, 0, 2]):
        found = maximised(statistics.permuted(np.array(order)), mixture.permuted(order), FAMILIES[name])
        assert_same_mixture(found, wanted.permuted(order))


@pytest.fixture
def single_rows():
    """Return rows of float32, too many for rounds by one kernel, in groups that overlap, far from zero."""
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((30000, 3)) + rng.choice([0.0, 2.0, 5.0], size=30000)[:, None] + 1000
    return rows.astype(np.float32)


def fit_from(rows, stop, **options):
    start = Mixture(
        np.full(3, 1 / 3), 1000 + np.array([[-1.0] * 3, [2.5] * 3, [6.0] * 3]), FullCovariance([np.eye(3)] * 3)
    )
    return fit_mixture(ArraySource(rows), VVV(), start, stop, **options)


def test_a_fit_to_rows_of_float32_ends_where_one_in_float64_ends(single_rows):
    stop = StopRule(500, tolerance=1e-9 * len(single_rows))
    found = fit_from(single_rows, stop).record
    wanted = fit_from(single_rows.astype(float), stop).record
    assert found.end is wanted.end is End.CONVERGED
    assert abs(found.trace[-1] - wanted.trace[-1]) < 1e-8 * len(single_rows)  # less is left than the rule asks for
    assert found.n_iterations <= wanted.n_iterations + 20
    assert (np.diff(found.trace) >= 0).all()


def test_the_objective_of_a_fit_to_float32_is_a_float64_one(single_rows):
    for n_iterations in (0, 3, 500):
        record = fit_from(single_rows, StopRule(n_iterations, tolerance=1e-9 * len(single_rows))).record
        statistics = total_statistics(ArraySource(single_rows), record.model, VVV().moments)
        assert record.trace[-1] == statistics.log_likelihood
        wide = total_statistics(ArraySource(single_rows.astype(float)), record.model, VVV().moments)
        assert statistics.log_likelihood == wide.log_likelihood


@pytest.mark.parametrize("n_first", [1, 6, 60])
def test_a_fit_to_float32_that_is_resumed_is_the_same_fit(single_rows, n_first):
    stop = StopRule(64)
    whole = fit_from(single_rows, stop)
    first = fit_from(single_rows, StopRule(n_first))
    rest = fit_mixture(
        ArraySource(single_rows),
        VVV(),
        first.mixture,
        StopRule(64 - first.record.n_iterations),
        memory=first.record.memory,
        exponent=first.exponent,
        in_float32=first.in_float32,
    )
    assert_same_mixture(rest.mixture, whole.mixture)
    assert rest.record.trace[-1] == whole.record.trace[-1]


def test_where_float32_sees_the_end_it_is_believed(single_rows):
    stop = StopRule(500, step=1e-3 * len(single_rows))
    found, wanted = fit_from(single_rows, stop).record, fit_from(single_rows.astype(float), stop).record
    assert found.n_iterations == wanted.n_iterations
    assert found.end is End.CONVERGED
    np.testing.assert_allclose(found.trace, wanted.trace, rtol=1e-6)  # what float32 makes of an objective


def test_a_fit_to_float32_can_be_watched_and_stopped(single_rows):
    seen = []

    def watch(mixture, trace):
        seen.append(len(trace))
        return len(seen) == 5

    record = fit_from(single_rows, StopRule(500), watch=watch).record
    assert seen == [2, 3, 4, 5, 6]
    assert record.end is End.CANCELLED
    assert len(record.trace) == 6
