"""Rows and a mixture to statistics, for every form with every kind of moments."""

import numpy as np
import pytest

from mogul.expectation import expect
from mogul.statistics import DiagonalMoments, FullMoments, PooledMoments, TraceMoments
from mogul.testing import FORMS, assert_close, random_mixture, random_rows

MOMENTS = [FullMoments(), PooledMoments(), DiagonalMoments(), TraceMoments()]


@pytest.mark.parametrize("moments", MOMENTS, ids=lambda m: type(m).__name__)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_every_form_with_every_kind_of_moments(form, moments, weighted, dtype):
    rng = np.random.default_rng(0)
    mixture = random_mixture(rng, 3, 4, form)
    rows = random_rows(rng, mixture, 250)[0].astype(dtype)
    weights = rng.gamma(2.0, size=250) if weighted else None
    found = expect(mixture, rows, weights, moments)
    v = np.ones(250) if weights is None else weights
    numbers = rows.astype(float)
    r = v[:, None] * mixture.responsibilities(numbers)
    away = numbers[:, None] - mixture.means
    scale = float((v[:, None, None] * away**2).max())
    assert_close(found.counts, r.sum(axis=0), 250, float(v.max()))
    assert_close(found.first, np.einsum("nk,nkd->kd", r, away), 250, scale)
    assert_close(found.second, moments.of_full(np.einsum("nk,nki,nkj->kij", r, away, away)), 250, scale)
    objective = found.log_likelihood + v.sum() * mixture.exponent * np.log(2)
    assert_close(objective, v @ mixture.logpdf(numbers), 250, float(np.abs(v * mixture.logpdf(numbers)).max()))
    np.testing.assert_array_equal(found.origin, mixture.means)


def test_nan_in_a_row_shows_in_the_objective():
    mixture = random_mixture(np.random.default_rng(0), 2, 2)
    assert np.isnan(expect(mixture, np.array([[0.0, np.nan], [1.0, 1.0]]), None, FullMoments()).log_likelihood)


def test_no_rows_leave_nothing():
    found = expect(random_mixture(np.random.default_rng(0), 2, 2), np.zeros((0, 2)), None, FullMoments())
    assert found.log_likelihood == 0.0
    assert not found.counts.any()
    assert not found.second.any()
