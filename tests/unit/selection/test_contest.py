import numpy as np
import pytest

from mogul.engine import StopRule
from mogul.family import find_family
from mogul.selection.contest import Ending, Outcome, contest
from mogul.source import ArraySource
from mogul.start import StartSample
from mogul.training import Training, examined


def made(rows, name, n_components, max_iterations=500):
    source = ArraySource(rows)
    family = find_family(name)
    report = examined(source, correlations=family.moments.correlations)
    stop = StopRule(max_iterations, tolerance=1e-8 * len(rows))
    training = Training(source, report, family, n_components, stop, None)
    return training, StartSample.of(rows, np.ones(len(rows)), report.spread, family.symmetry)


@pytest.fixture
def rows():
    rng = np.random.default_rng(3)
    return np.concatenate([rng.normal(size=(50, 2)), rng.normal(size=(50, 2)) + 6])


@pytest.mark.parametrize("name", ["VVV", "EEE", "VEV", "EII"])
def test_all_starts_are_counted_and_the_best_ends_converged(rows, name):
    training, sample = made(rows, name, 2)
    labels = np.array([sample.rows[:, 0] > 3, sample.rows[:, 1] > 3, sample.rows[:, 0] > 2.5]).astype(np.int64)
    outcome = contest(training, sample, labels, 2)
    assert (outcome.n_starts, outcome.n_agreed(100.0)) == (3, 3)
    assert outcome.best.converged
    assert outcome.best.is_sound
    assert outcome.best.log_likelihood == pytest.approx(outcome.best.mixture.logpdf(rows).sum(), rel=1e-12)


def test_the_limit_of_iterations_is_told(rows):
    training, sample = made(rows, "VVV", 2, max_iterations=1)
    labels = (np.arange(sample.n_distinct) % 2)[None]
    assert not contest(training, sample, labels, 1).best.converged


def test_no_partitions_no_outcome(rows):
    training, sample = made(rows, "VVV", 2)
    outcome = contest(training, sample, np.empty((0, sample.n_distinct), dtype=np.int64), 1)
    assert (outcome.best, outcome.n_starts, outcome.n_agreed(1.0)) == (None, 0, 0)


def test_many_features_go_without_a_kernel():
    rows = np.random.default_rng(0).normal(size=(80, 20))
    training, sample = made(rows, "VEE", 2)
    labels = (sample.rows[:, 0] > 0).astype(np.int64)[None]
    outcome = contest(training, sample, labels, 1)
    assert outcome.best.converged
    assert outcome.best.log_likelihood == pytest.approx(outcome.best.mixture.logpdf(rows).sum(), rel=1e-12)


def test_a_sound_ending_is_better_than_any_on_the_floor():
    on_floor, sound = Ending(None, 100.0, False, True, 3), Ending(None, -5.0, True, True, 1)
    outcome = Outcome((on_floor,), 3).joined(Outcome((sound,), 2))
    assert outcome.best is sound
    assert (outcome.n_starts, outcome.n_agreed(1.0)) == (5, 1)


def test_a_reason_is_kept_until_something_is_found():
    failed = Outcome(n_starts=1, reason="too bad")
    assert failed.joined(Outcome()).reason == "too bad"
    assert failed.joined(Outcome((Ending(None, 0.0, True, True, 1),), 1)).reason == ""
