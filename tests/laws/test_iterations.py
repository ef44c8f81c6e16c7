"""Laws 22 to 27: files keep every bit; iterations add up, never lose, and end where the equations hold."""

import copy
import pickle
import warnings

import numpy as np
import pytest

import mogul
from mogul.errors import DegenerateWarning, MogulWarning
from mogul.testing import assert_close, assert_same_mixture, matched

STARTS = pytest.mark.parametrize("starts", ["given", "default"])


def _fit(case, starts, **settings):
    if starts == "given":
        return case.em(case.rows, case.row_weights, responsibilities=case.responsibilities, **settings)
    return case.fit(case.rows, case.row_weights, **settings)


def test_a_saved_and_loaded_mixture_scores_the_same_bits(case, tmp_path):
    mixture = _fit(case, "given").mixture_
    mixture.save(tmp_path / "model.mogul")
    copies = {
        "file": mogul.load(tmp_path / "model.mogul"),
        "JSON": mogul.Mixture.from_json(mixture.to_json()),
        "pickle": pickle.loads(pickle.dumps(mixture)),
        "copy": copy.deepcopy(mixture),
    }
    rows = case.rows.astype(float)
    for name, other in copies.items():
        assert_same_mixture(other, mixture)
        np.testing.assert_array_equal(other.logpdf(rows), mixture.logpdf(rows), err_msg=name)
        np.testing.assert_array_equal(other.responsibilities(rows), mixture.responsibilities(rows), err_msg=name)


def test_a_pickled_estimator_scores_the_same_bits(case):
    model = _fit(case, "given")
    other = pickle.loads(pickle.dumps(model))
    assert other.lower_bounds_ == model.lower_bounds_
    np.testing.assert_array_equal(other.score_samples(case.rows), model.score_samples(case.rows))
    assert other.score(case.rows) == model.score(case.rows)


def test_t_iterations_are_s_and_then_t_minus_s(case):
    whole = _fit(case, "given", max_iter=9)
    # The law is about iterations, so the run must not have met its end: with one component it meets it at once.
    n_iterations = whole.n_iter_ - whole.converged_
    if n_iterations < whole.n_iter_:
        whole = _fit(case, "given", max_iter=n_iterations)
    first = int(case.rng(70).integers(0, n_iterations + 1))
    parts = _fit(case, "given", max_iter=first)
    parts.set_params(warm_start=True, max_iter=n_iterations - first)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MogulWarning)
        parts.fit(case.rows, sample_weight=case.row_weights)
    assert_same_mixture(parts.mixture_, whole.mixture_)
    assert parts.lower_bound_ == whole.lower_bound_


@STARTS
def test_the_objective_never_falls(case, starts):
    model = _fit(case, starts, max_iter=200)
    assert len(model.lower_bounds_) == max(model.n_iter_, 1) or model.converged_
    assert np.diff(model.lower_bounds_).min(initial=0.0) >= 0.0


def test_the_objective_never_falls_on_the_floor(case):
    """Half of the rows are copies of a few: components collapse onto them, down to the floor and no further."""
    rows = case.rows.copy()
    rows[: case.n_rows // 2] = rows[case.rng(71).integers(0, 3, case.n_rows // 2)]
    model = case.em(rows, case.row_weights, responsibilities=case.responsibilities, max_iter=200)
    assert np.diff(model.lower_bounds_).min(initial=0.0) >= 0.0


@STARTS
def test_the_reported_objective_is_the_one_of_the_parameters(case, starts):
    model = _fit(case, starts, max_iter=40)
    assert model.lower_bound_ == model.lower_bounds_[-1]
    assert model.lower_bound_ == model.score(case.rows, sample_weight=case.row_weights)
    # Also by a model made anew of the parameters alone.
    weighted = np.average(model.mixture_.logpdf(case.rows), weights=case.row_weights)
    assert_close(model.lower_bound_, weighted, case.n_rows, float(np.abs(model.mixture_.logpdf(case.rows)).max()))


def test_at_convergence_weights_are_mean_responsibilities(case):
    model = _fit(case, "default", max_iter=20_000)
    assert model.converged_
    means = np.average(model.mixture_.responsibilities(case.rows), axis=0, weights=case.row_weights)
    # The next iteration would gain at least KL(means || weights) >= |means - weights|^2 / 2 (Pinsker), and less than
    # 1e-9 nats a row are left to gain.
    assert np.abs(means - model.mixture_.weights).sum() <= np.sqrt(2 * 1e-9)


def test_with_clear_groups_weights_are_mean_responsibilities_to_rounding(case):
    rows, labels = case.separated
    model = case.fit(rows, case.row_weights)
    weights = np.ones(case.n_rows) if case.row_weights is None else case.row_weights
    shares = np.bincount(labels, weights) / weights.sum()
    centres = np.array(
        [np.average(rows[labels == k], axis=0, weights=weights[labels == k]) for k in range(len(shares))]
    )
    wanted = mogul.Mixture(shares, centres, model.mixture_.covariances)
    found = matched(model.mixture_, wanted)
    assert_close(found.weights, shares, case.n_rows, 1.0)
    assert_close(found.means, centres, case.n_rows)


def test_more_starts_are_never_worse(case):
    """The starts of a shorter list are the first of a longer one. A fit off the floor is better than one on it."""
    init_params = ["k-means++", "random_from_data", "random", "kmeans"][case.number // 2 % 4]
    merits = []
    for n_init in (1, 2, 3):
        model = case.estimator(init_params=init_params, n_init=n_init, max_iter=15, random_state=case.number)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model.fit(case.rows, sample_weight=case.row_weights)
        is_sound = not any(issubclass(warning.category, DegenerateWarning) for warning in caught)
        merits.append((is_sound, model.lower_bound_))
    assert merits == sorted(merits)
