"""Mixtures of fewer components."""

import numpy as np
import pytest

from mogul import Mixture, distances
from mogul.errors import ParameterError
from mogul.testing import FORMS, random_mixture

CRITERIA = ["runnalls", "salmond", "squared_error"]


@pytest.mark.parametrize("by", CRITERIA)
def test_mean_and_covariance_stay_over_random_mixtures(by):
    rng = np.random.default_rng(0)
    for number in range(200):
        n_features = 1 + number % 4
        mixture = random_mixture(rng, 8, n_features, list(FORMS)[number // 4 % 4])
        reduced = mixture.reduced(1 + number % 7, by=by)
        scale = np.sqrt(np.diag(mixture.covariance()))
        np.testing.assert_allclose(reduced.mean() / scale, mixture.mean() / scale, rtol=0, atol=1e-12)
        assert np.abs((reduced.covariance() - mixture.covariance()) / np.outer(scale, scale)).max() < 1e-12


def _by_trying_all(mixture, n_components, cost):
    """Return a mixture reduced by looking at all pairs at each step."""
    while mixture.n_components > n_components:
        pairs = [(i, j) for j in range(mixture.n_components) for i in range(j)]
        candidates = [_with_pair_merged(mixture, i, j) for i, j in pairs]
        mixture = candidates[
            int(np.argmin([cost(mixture, c, i, j) for c, (i, j) in zip(candidates, pairs, strict=True)]))
        ]
    return mixture


def _with_pair_merged(mixture, i, j):
    others = [k for k in range(mixture.n_components) if k not in (i, j)]
    pair = mixture.selected([i, j])
    dense = mixture.covariances.dense()[others]
    return Mixture(
        [*mixture.weights[others], mixture.weights[i] + mixture.weights[j]],
        [*mixture.means[others], pair.mean()],
        np.concatenate([dense, pair.covariance()[None]]),
    )


def _runnalls(before, after, i, j):
    logs = before.covariances.log_determinants
    whole = after.weights[-1] * np.linalg.slogdet(after.covariances.dense()[-1])[1]
    return whole - before.weights[i] * logs[i] - before.weights[j] * logs[j]


def _salmond(before, after, i, j):
    away = before.means[i] - before.means[j]
    share = before.weights[i] * before.weights[j] / after.weights[-1]
    return share * away @ np.linalg.solve(before.covariance(), away)


@pytest.mark.parametrize(("by", "cost"), [("runnalls", _runnalls), ("salmond", _salmond)])
@pytest.mark.parametrize("n_features", [1, 2, 3])
def test_each_merge_is_the_cheapest_of_all(by, cost, n_features):
    mixture = random_mixture(np.random.default_rng(1), 14, n_features, separation=0.4)
    expected = _by_trying_all(mixture, 4, cost)
    _assert_same_components(mixture.reduced(4, by=by), expected)


def test_each_merge_keeps_the_squared_error_least():
    mixture = random_mixture(np.random.default_rng(2), 9, 2, separation=0.4)

    def cost(before, after, i, j):
        return distances.integrated_squared_error(mixture, after)

    _assert_same_components(mixture.reduced(3, by="squared_error"), _by_trying_all(mixture, 3, cost))


def _assert_same_components(found, expected):
    order, wanted = np.lexsort(found.means.T), np.lexsort(expected.means.T)
    np.testing.assert_allclose(found.weights[order], expected.weights[wanted])
    np.testing.assert_allclose(found.means[order], expected.means[wanted], atol=1e-12)
    np.testing.assert_allclose(found.covariances.dense()[order], expected.covariances.dense()[wanted], atol=1e-12)


def test_costs_are_what_they_say():
    mixture = random_mixture(np.random.default_rng(3), 10, 2, separation=0.5)
    path = mixture.reduction(by="squared_error")
    for n in (1, 4, 9):
        error = distances.integrated_squared_error(mixture, path.at(n))
        np.testing.assert_allclose(path.costs[10 - n - 1], error, rtol=1e-8, atol=1e-15)
    # What the merges cost adds up to a bound of the divergence (Runnalls, 2007, section IV).
    path = mixture.reduction(by="runnalls")
    for n in (1, 4, 9):
        found = distances.kl(mixture, path.at(n), n_draws=5000)
        assert found.value - 4 * found.standard_error < path.costs[: 10 - n].sum()
    # The variance between components is spent to the last.
    spent = mixture.reduction(by="salmond").costs.sum()
    within = np.einsum("k,kij->ij", mixture.weights, mixture.covariances.dense())
    between = np.trace(np.linalg.solve(mixture.covariance(), mixture.covariance() - within))
    np.testing.assert_allclose(spent, between, rtol=1e-10)


@pytest.mark.parametrize("by", CRITERIA)
def test_it_does_not_depend_on_units(by):
    rng = np.random.default_rng(4)
    mixture = random_mixture(rng, 9, 2, separation=0.5)
    matrix, offset = np.array([[1e3, 5.0], [0.0, 1e-4]]), np.array([1e6, 0.0])
    covariances = matrix @ mixture.covariances.dense() @ matrix.T
    moved = Mixture(mixture.weights, mixture.means @ matrix.T + offset, covariances)
    assert moved.reduction(by=by).pairs == mixture.reduction(by=by).pairs


def test_many_components_by_squared_error_begin_with_runnalls(monkeypatch):
    monkeypatch.setattr("mogul.mixture.reduction.FEW", 20)
    monkeypatch.setattr("mogul.mixture.squared_error.ALL_PAIRS", 12)
    monkeypatch.setattr("mogul.mixture.squared_error.NEAREST", 5)
    mixture = random_mixture(np.random.default_rng(5), 40, 2, separation=0.2)
    path = mixture.reduction(by="squared_error")
    assert path.pairs[:20] == mixture.reduction(by="runnalls").pairs[:20]
    for n in (30, 15, 3, 1):
        error = distances.integrated_squared_error(mixture, path.at(n))
        np.testing.assert_allclose(path.costs[40 - n - 1], error, rtol=1e-6, atol=1e-15)  # summed over many steps
    assert path.costs[36] <= distances.integrated_squared_error(mixture, mixture.reduced(3)) * 1.0001


def test_a_path_holds_every_number_of_components():
    mixture = random_mixture(np.random.default_rng(6), 12, 2)
    path = mixture.reduction(3)
    for n in range(3, 13):
        assert path.at(n).n_components == n
    np.testing.assert_array_equal(path.at(12).means, mixture.means)
    with pytest.raises(ParameterError, match="leads from 12 to 3"):
        path.at(2)


def test_twins_are_merged_first_at_no_cost():
    twins = Mixture.univariate([0.2, 0.5, 0.3], [1.0, 4.0, 1.0], [1.0, 2.0, 1.0])
    for by in CRITERIA:
        path = twins.reduction(by=by)
        assert path.pairs[0] == (0, 2)
        assert path.costs[0] < 1e-15


def test_components_without_weight_go_first():
    mixture = Mixture.univariate([0.5, 0.0, 0.5], [0.0, 100.0, 5.0], [1.0, 1.0, 1.0])
    assert mixture.reduced(2).means.ravel().tolist() == [0, 5]
    assert mixture.reduced(3) is mixture
    assert mixture.reduced(7) is mixture


def test_wrong_arguments_are_refused():
    mixture = random_mixture(np.random.default_rng(7), 3, 1)
    with pytest.raises(ParameterError, match="at least one"):
        mixture.reduced(0)
    with pytest.raises(ParameterError, match="use one of: runnalls, salmond, squared_error"):
        mixture.reduced(2, by="west")


def test_components_on_a_line_of_rounding_are_merged_all_the_same():
    # Costs so small that they are rounding, and bounds above them.
    rng = np.random.default_rng(8)
    mixture = Mixture.univariate(np.full(60, 1 / 60), rng.normal(size=60) * 1e-9, np.full(60, 1.0))
    for by in ("runnalls", "salmond"):
        assert mixture.reduced(3, by=by).n_components == 3
