"""Many small fits in one call are the fits of each group by itself."""

import numpy as np
import pytest

from mogul import GaussianMixture, Mixture, fit_many
from mogul.errors import DegenerateWarning, ParameterError, RangeError, ShapeError, TooFewRowsError
from mogul.estimators import many as module

TYPES = ("full", "tied", "diag", "spherical")


def make(n_groups=12, n_components=2, n_features=2, seed=0):
    """Return (rows, groups, labels): rows of all groups in random order."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(20, 60, n_groups)
    groups = rng.permutation(np.repeat(np.arange(n_groups), sizes))
    centres = 5 * rng.normal(size=(n_groups, n_components, n_features))
    labels = rng.integers(n_components, size=len(groups))
    return centres[groups, labels] + rng.normal(size=(len(groups), n_features)), groups, labels


@pytest.mark.parametrize("covariance_type", TYPES)
@pytest.mark.parametrize("weighted", [False, True])
def test_every_group_has_the_result_of_its_own_fit(covariance_type, weighted):
    rows, groups, labels = make()
    # A third of the labels are random: from all random ones, rounding would choose among optima.
    rng = np.random.default_rng(1)
    labels = np.where(rng.random(len(labels)) < 1 / 3, rng.permutation(labels), labels)
    weights = np.random.default_rng(2).random(len(rows)) + 0.1 if weighted else None
    options = {"covariance_type": covariance_type, "tol": 1e-7}
    many = fit_many(rows, groups, 2, labels_init=labels, sample_weight=weights, **options)
    assert many.converged.all()
    for group in range(12):
        own = groups == group
        alone = GaussianMixture(2, responsibilities_init=labels[own], **options)
        alone.fit(rows[own], sample_weight=None if weights is None else weights[own])
        # The rounding of a dozen rounds or so.
        np.testing.assert_allclose(many.weights[group], alone.weights_, rtol=1e-7)
        np.testing.assert_allclose(many.means[group], alone.means_, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(many.covariances[group], alone.covariances_, rtol=1e-6, atol=1e-7)
        np.testing.assert_allclose(many.log_likelihoods[group], alone.lower_bound_, rtol=1e-9)
        assert abs(many.n_iterations[group] - alone.n_iter_) <= 1


@pytest.mark.parametrize("covariance_type", TYPES)
def test_the_likelihood_is_that_of_the_mixture(covariance_type):
    rows, groups, _ = make()
    many = fit_many(rows, groups, 2, covariance_type=covariance_type, random_state=0)
    for group, mixture in enumerate(many):
        assert isinstance(mixture, Mixture)
        assert mixture.logpdf(rows[groups == group]).mean() == pytest.approx(many.log_likelihoods[group], rel=1e-12)
    np.testing.assert_array_equal(many[-1].means, many.means[-1])
    with pytest.raises(IndexError):
        many[12]


@pytest.mark.parametrize("slab", [1.0, 3000.0, 1e9])
def test_no_group_depends_on_the_others(slab, monkeypatch):
    rows, groups, _ = make()
    whole = fit_many(rows, groups, 2, random_state=3)
    monkeypatch.setattr(module, "AT_ONCE", slab)
    some = np.isin(groups, [2, 5, 11])
    few = fit_many(rows[some], groups[some], 2, random_state=3)
    assert few.groups.tolist() == [2, 5, 11]
    np.testing.assert_array_equal(few.means, whole.means[[2, 5, 11]])
    np.testing.assert_array_equal(few.covariances, whole.covariances[[2, 5, 11]])
    np.testing.assert_array_equal(few.log_likelihoods, whole.log_likelihoods[[2, 5, 11]])


@pytest.mark.parametrize("n_threads", ["1", "4"])
def test_the_number_of_threads_changes_no_bit(n_threads, monkeypatch):
    rows, groups, _ = make(60)
    monkeypatch.setenv("MOGUL_NUM_THREADS", "2")
    expected = fit_many(rows, groups, 2, random_state=0)
    monkeypatch.setenv("MOGUL_NUM_THREADS", n_threads)
    np.testing.assert_array_equal(fit_many(rows, groups, 2, random_state=0).means, expected.means)


def test_groups_may_come_as_a_list_of_arrays_or_have_words_for_names():
    rows, groups, _ = make(3)
    by_number = fit_many(rows, groups, 2, random_state=0)
    by_list = fit_many([rows[groups == group] for group in range(3)], n_components=2, random_state=0)
    by_word = fit_many(rows, np.array(["a", "b", "c"])[groups], 2, random_state=0)
    assert by_word.groups.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(by_list.means, by_number.means)
    np.testing.assert_array_equal(by_word.means, by_number.means)


def test_single_precision_and_one_component():
    rows, groups, _ = make(3)
    many = fit_many(rows.astype(np.float32), groups, 1)
    assert many.converged.all()
    for group in range(3):
        own = rows[groups == group].astype(np.float32).astype(float)
        np.testing.assert_allclose(many.means[group, 0], own.mean(axis=0), rtol=1e-10)


def test_a_group_that_collapses_is_fitted_with_care_and_named():
    rows, groups, _ = make(4)
    rows[np.flatnonzero(groups == 2)[:15]] = 50.0
    with pytest.warns(DegenerateWarning, match=r"Group 2: Component .* sits at the variance floor"):
        many = fit_many(rows, groups, 2, random_state=0)
    assert np.isfinite(many.means).all()
    others = groups != 2
    np.testing.assert_array_equal(
        np.delete(many.means, 2, axis=0), fit_many(rows[others], groups[others], 2, random_state=0).means
    )


def test_errors_name_the_group():
    rows, groups, labels = make(4)
    rows[np.flatnonzero(groups == 3)[0]] = 1e200
    with pytest.raises(RangeError) as caught:
        fit_many(rows, groups, 2, random_state=0)
    assert caught.value.__notes__ == ["This happened in group 3 of fit_many."]
    rows, groups, labels = make(4)
    groups[groups == 1] = 0
    groups[0] = 1
    with pytest.raises(TooFewRowsError, match="Group 1 has 1 rows, too few for n_components = 2"):
        fit_many(rows, groups, 2)
    rows, groups, labels = make(4)
    with pytest.raises(ParameterError, match="labels_init must hold"):
        fit_many(rows, groups, 2, labels_init=labels + 1)
    with pytest.raises(ParameterError, match="needs groups"):
        fit_many(rows)
    with pytest.raises(ShapeError, match="groups must have shape"):
        fit_many(rows, groups[1:], 2)
    with pytest.raises(ShapeError, match="equally many columns"):
        fit_many([np.ones((3, 2)), np.ones((3, 1))])


def test_the_limit_of_iterations_is_kept():
    rows, groups, labels = make()
    for limit in (0, 3, 8, 11):
        many = fit_many(rows, groups, 2, max_iter=limit, labels_init=np.random.default_rng(0).permutation(labels))
        assert many.n_iterations.max() == limit
        assert not many.converged[many.n_iterations == limit].all() or limit > 8
