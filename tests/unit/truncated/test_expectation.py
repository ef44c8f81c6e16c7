"""The truncated E-step behind the engine's interface: a bound that never falls, exact where nothing is cut."""

import numpy as np
import pytest

from mogul import DiagonalCovariance, FullCovariance, Mixture, SphericalCovariance, TiedCovariance, Truncation
from mogul.family import find_family
from mogul.fitting import maximised, total_statistics
from mogul.source import ArraySource
from mogul.truncated import TruncatedExpectation
from mogul.truncated import expectation as truncated_expectation

FAMILIES = ("VVV", "EEE", "VVI", "VII")


def form_of(family, n_components, variances):
    n_features = len(variances)
    return {
        "VVV": FullCovariance(np.repeat(np.diag(variances)[None], n_components, axis=0)),
        "EEE": TiedCovariance(np.diag(variances), n_components),
        "VVI": DiagonalCovariance(np.repeat(variances[None], n_components, axis=0)),
        "VII": SphericalCovariance(np.full(n_components, variances.mean()), n_features),
    }[family]


def problem_of(n_rows, n_components, n_features, family, separation=3.0, dtype=np.float64, seed=0):
    """Return (rows, start): as many groups as components, the start near their centres, so that none loses its rows."""
    rng = np.random.default_rng(seed)
    centres = separation * rng.normal(size=(n_components, n_features))
    rows = centres[rng.integers(n_components, size=n_rows)] + rng.normal(size=(n_rows, n_features))
    means = centres + rng.normal(size=centres.shape)
    start = Mixture(np.full(n_components, 1 / n_components), means, form_of(family, n_components, np.ones(n_features)))
    return rows.astype(dtype), start


def passes(source, start, family, expectation, n_passes):
    """Return the statistics of so many passes."""
    mixture, made = start, []
    for _ in range(n_passes):
        made.append((mixture, expectation(mixture)))
        mixture = maximised(made[-1][1], mixture, family)
    return made


@pytest.fixture(params=FAMILIES)
def family(request):
    return find_family(request.param)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_that_keep_every_component_make_the_exact_step(family, weighted, dtype):
    rows, start = problem_of(3000, 12, 3, family.name, dtype=dtype)
    weights = np.random.default_rng(1).integers(0, 3, size=3000).astype(float) if weighted else None
    source = ArraySource(rows, weights)
    expectation = TruncatedExpectation(source, family.moments, Truncation(n_kept=12))
    for mixture, truncated in passes(source, start, family, expectation, 4):
        exact = total_statistics(source, mixture, family.moments)
        for name in ("log_likelihood", "counts", "first", "second"):
            actual, expected = getattr(truncated, name), getattr(exact, name)
            np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-10 * np.abs(expected).max())


@pytest.mark.parametrize(("separation", "n_kept"), [(4.0, 1), (1.5, 2), (0.7, 5)])
def test_the_free_energy_never_falls_and_stays_below_the_likelihood(family, n_kept, separation):
    rows, start = problem_of(6000, 60, 4, family.name, separation)
    source = ArraySource(rows)
    expectation = TruncatedExpectation(source, family.moments, Truncation(n_kept, n_neighbours=6))
    made = passes(source, start, family, expectation, 12)
    # In nats: each mixture has a unit of its own.
    energies = np.array([statistics.log_likelihood + 6000 * mixture.log_unit for mixture, statistics in made])
    assert (np.diff(energies) >= -1e-12 * np.abs(energies[1:])).all()
    for mixture, statistics in made:
        exact = total_statistics(source, mixture, family.moments).log_likelihood
        assert statistics.log_likelihood <= exact + 1e-12 * abs(exact)
        assert statistics.total == pytest.approx(6000)


def test_the_bound_is_tight_where_groups_lie_apart():
    rows, start = problem_of(20_000, 100, 6, "VVV", separation=6.0)
    source, family = ArraySource(rows), find_family("VVI")
    expectation = TruncatedExpectation(source, family.moments, Truncation())
    mixture, statistics = passes(source, start, family, expectation, 10)[-1]
    gap = total_statistics(source, mixture, family.moments).log_likelihood - statistics.log_likelihood
    assert gap < 1e-3 * 20_000


def test_threads_and_layouts_do_not_change_a_bit(family, monkeypatch):
    monkeypatch.setattr(truncated_expectation, "_BLOCK_ROWS", 1 << 12)
    monkeypatch.setattr(truncated_expectation, "_ROWS_PER_COMPONENT", 1)
    rows, start = problem_of(30_000, 80, 5, family.name)

    def result(n_threads, rows):
        monkeypatch.setenv("MOGUL_NUM_THREADS", str(n_threads))
        source = ArraySource(rows)
        expectation = TruncatedExpectation(source, family.moments, Truncation(4))
        _, last = passes(source, start, family, expectation, 3)[-1]
        return [np.asarray(array).tobytes() for array in (last.log_likelihood, last.counts, last.first, last.second)]

    alone = result(1, rows)
    for n_threads in (2, 5):
        assert result(n_threads, np.asfortranarray(rows)) == alone


def test_a_component_that_is_moved_away_is_found_again():
    rng = np.random.default_rng(0)
    n_components = 600  # more than one cell
    centres = 40 * rng.random((n_components, 2))
    rows = np.repeat(centres, 30, axis=0) + 0.1 * rng.normal(size=(30 * n_components, 2))
    covariances = FullCovariance(np.repeat(0.01 * np.eye(2)[None], n_components, axis=0))
    weights = np.full(n_components, 1 / n_components)
    source, moments = ArraySource(rows), find_family("VVV").moments
    expectation = TruncatedExpectation(source, moments, Truncation(3))
    expectation(Mixture(weights, centres, covariances))
    swapped = centres.copy()
    swapped[[0, 599]] = swapped[[599, 0]]
    for _ in range(3):
        found = expectation(Mixture(weights, swapped, covariances))
    np.testing.assert_allclose(found.counts[[0, 599]], 30, rtol=0.2)
