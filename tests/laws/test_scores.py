"""Laws 28 to 30: scores are means of densities, densities integrate to one, and samples follow their seed."""

import math

import numpy as np
import pytest

from mogul.testing import assert_close, assert_same_mixture, random_mixture


def _n_parameters(case):
    """Return the number of free parameters, as the tables of Celeux and Govaert (1995) count them."""
    n_components, n_features = case.n_components, case.n_features
    covariances = {
        "full": n_components * n_features * (n_features + 1) // 2,
        "tied": n_features * (n_features + 1) // 2,
        "diag": n_components * n_features,
        "spherical": n_components,
    }[case.covariance_type]
    return covariances + n_components * n_features + n_components - 1


def test_score_is_the_weighted_mean_of_score_samples(case):
    model = case.em(case.rows, case.row_weights, responsibilities=case.responsibilities)
    rows = case.rows.astype(float)
    samples = model.score_samples(rows)
    scale = float(np.abs(samples).max())
    assert_close(model.score(rows), samples.mean(), case.n_rows, scale)
    weighted = model.score(rows, sample_weight=case.row_weights)
    assert_close(weighted, np.average(samples, weights=case.row_weights), case.n_rows, scale)
    assert samples.dtype == np.float64
    assert model.score_samples(case.rows).dtype == (np.float32 if case.dtype is np.float32 else np.float64)


def test_information_criteria_are_recomputed(case):
    model = case.em(case.rows, case.row_weights, responsibilities=case.responsibilities)
    rows = case.rows.astype(float)
    total = float(model.score_samples(rows).sum())
    scale = 2 * abs(total) / case.n_rows + 2 * _n_parameters(case) * math.log(case.n_rows)
    assert_close(model.aic(rows), -2 * total + 2 * _n_parameters(case), case.n_rows, scale)
    assert_close(model.bic(rows), -2 * total + math.log(case.n_rows) * _n_parameters(case), case.n_rows, scale)


def test_the_density_integrates_to_one(case):
    """On a fine grid, the rectangle rule is exact for Gaussians."""
    n_features = 1 + case.number // 4 % 3
    mixture = random_mixture(case.rng(80), min(case.n_components, 3), n_features, case.covariance_type, separation=1.0)
    # Variances lie between 1/2 and 2: nine deviations leave out less than 1e-18, and steps of half a deviation of
    # the narrowest err by 2 exp(-2 pi^2 * 0.5 / 0.25) < 1e-16.
    reach, step = 9 * math.sqrt(2.0), 0.5
    axes = [
        np.arange(low - reach, high + reach, step)
        for low, high in zip(mixture.means.min(axis=0), mixture.means.max(axis=0), strict=True)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, n_features)
    assert mixture.pdf(grid).sum() * step**n_features == pytest.approx(1.0, abs=1e-12)


def test_equal_seeds_agree_different_seeds_differ_and_heads_are_shorter_samples(case):
    mixture = random_mixture(case.rng(81), case.n_components, case.n_features, case.covariance_type)
    long, components = mixture.sample(50, rng=case.number, with_components=True)
    short, head = mixture.sample(17, rng=case.number, with_components=True)
    np.testing.assert_array_equal(mixture.sample(50, rng=case.number), long)
    np.testing.assert_array_equal(short, long[:17])
    np.testing.assert_array_equal(head, components[:17])
    assert not (mixture.sample(50, rng=case.number + 1) == long).any()
    np.testing.assert_array_equal(mixture.sample((5, 10), rng=case.number).reshape(50, -1), long)


def test_an_estimator_samples_by_its_seed(case):
    model = case.em(case.rows, case.row_weights, responsibilities=case.responsibilities)
    rows, components = model.set_params(random_state=case.number).sample(20)
    again, _ = model.sample(20)
    np.testing.assert_array_equal(again, rows)
    np.testing.assert_array_equal(model.sample(7)[0], rows[:7])
    np.testing.assert_array_equal(model.sample(7)[1], components[:7])
    assert not np.array_equal(model.set_params(random_state=case.number + 1).sample(20)[0], rows)
    assert rows.dtype == model.means_.dtype


def test_equal_seeds_give_equal_fits(case):
    first, second = (case.fit(case.rows, case.row_weights, max_iter=10, random_state=case.number) for _ in range(2))
    assert_same_mixture(first.mixture_, second.mixture_)
