"""Laws 12 and 13: numbers of components are names only; statistics add like numbers."""

import numpy as np

from mogul.expectation import expect
from mogul.family import find_family
from mogul.testing import FORMS, assert_close, assert_same_mixture, random_mixture


def _parameters(mixture):
    return {
        "weights_init": mixture.weights,
        "means_init": mixture.means,
        "precisions_init": mixture.covariances.precisions(),
    }


def test_permuted_initial_parameters_give_the_permuted_model(case):
    mixture = random_mixture(case.rng(40), case.n_components, case.n_features, case.covariance_type)
    order = case.rng(41).permutation(case.n_components)
    plain = case.fit(case.rows, case.row_weights, max_iter=8, **_parameters(mixture))
    permuted = case.fit(case.rows, case.row_weights, max_iter=8, **_parameters(mixture.permuted(order)))
    assert_same_mixture(permuted.mixture_, plain.mixture_.permuted(order))
    assert permuted.lower_bound_ == plain.lower_bound_
    np.testing.assert_array_equal(permuted.predict_proba(case.rows), plain.predict_proba(case.rows)[:, order])


def test_permuted_initial_responsibilities_give_the_permuted_model(case):
    order = case.rng(42).permutation(case.n_components)
    plain = case.em(case.rows, case.row_weights, responsibilities=case.responsibilities)
    permuted = case.em(case.rows, case.row_weights, responsibilities=case.responsibilities[:, order])
    assert_same_mixture(permuted.mixture_, plain.mixture_.permuted(order))
    assert permuted.lower_bounds_ == plain.lower_bounds_


def test_adding_statistics_is_associative_and_commutative(case):
    form = list(FORMS)[case.number // 4 % 4]  # every form with every kind of moments
    mixture = random_mixture(case.rng(43), case.n_components, case.n_features, form)
    moments = find_family(case.covariance_type).moments
    edges = np.sort(case.rng(44).integers(0, case.n_rows + 1, 2))
    weights = np.ones(case.n_rows) if case.row_weights is None else case.row_weights
    rows = np.ascontiguousarray(case.rows, dtype=np.float32 if case.dtype is np.float32 else np.float64)
    parts = zip(np.split(rows, edges), np.split(weights, edges), strict=True)
    a, b, c = (expect(mixture, part, w, moments) for part, w in parts)
    whole = expect(mixture, rows, weights, moments)
    for name in ("log_likelihood", "counts", "first", "second"):
        scale = float(np.abs(getattr(whole, name)).max() + np.abs(rows).max() ** 2 * weights.max())
        for added in ((a + b) + c, a + (b + c), (c + a) + b):
            assert_close(getattr(added, name), getattr(whole, name), case.n_rows, scale, name)
        np.testing.assert_array_equal(getattr(a + b, name), getattr(b + a, name))
