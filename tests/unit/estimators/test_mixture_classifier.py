import numpy as np
import pytest
from scipy.special import logsumexp
from sklearn.base import clone
from sklearn.datasets import load_iris, load_wine
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.exceptions import NotFittedError
from sklearn.metrics import brier_score_loss
from sklearn.model_selection import cross_val_score

import mogul
from mogul.errors import (
    ConstantColumnWarning,
    DegenerateWarning,
    DistinctRowsWarning,
    MogulError,
    ParameterError,
    TooFewRowsError,
)
from mogul.family import FAMILIES

IRIS, WINE = load_iris(return_X_y=True), load_wine(return_X_y=True)
SETS = pytest.mark.parametrize(("X", "y"), [IRIS, WINE], ids=["iris", "wine"])


@SETS
def test_one_covariance_for_all_is_linear_discriminant_analysis(X, y):
    """scikit-learn's 'lsqr' takes the same covariance: the average of those of the classes, by their priors."""
    ours = mogul.MixtureClassifier(shared=True, covariance_type="tied").fit(X, y)
    theirs = LinearDiscriminantAnalysis(solver="lsqr").fit(X, y)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(ours.mixtures_[0].covariances.array, theirs.covariance_, rtol=1e-9)


@SETS
def test_a_covariance_each_is_quadratic_discriminant_analysis(X, y):
    """Some releases of scikit-learn divide scatters by n - 1, likelihood by n; that apart, the two are equal."""
    ours = mogul.MixtureClassifier(shared=True, covariance_type="full").fit(X, y)
    theirs = QuadraticDiscriminantAnalysis(store_covariance=True).fit(X, y)
    counts = np.bincount(y)
    factor = theirs.covariance_[0][0, 0] / ours.mixtures_[0].covariances.dense()[0, 0, 0]
    divisors = counts - (factor > 1.001)
    theirs_of_ours = [
        each.covariances.dense()[0] * n / m for each, n, m in zip(ours.mixtures_, counts, divisors, strict=True)
    ]
    np.testing.assert_allclose(theirs_of_ours, theirs.covariance_, rtol=1e-9, atol=1e-12)
    joint = mogul.Mixture(counts / len(y), [each.means[0] for each in ours.mixtures_], np.array(theirs_of_ours))
    np.testing.assert_allclose(joint.responsibilities(X), theirs.predict_proba(X), rtol=1e-6, atol=1e-9)
    # Of these rows none is so near a boundary that the factor would move it.
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


@pytest.mark.parametrize("name", FAMILIES)
def test_a_shared_family_is_the_one_of_least_loss_at_the_labels(name):
    """Its log-likelihood is that of the free family less what the constraint costs, and of no family below it more."""
    X, y = IRIS
    joint, free = (mogul.MixtureClassifier(shared=True, covariance_type=each).fit(X, y) for each in (name, "VVV"))
    parameters = FAMILIES[name].n_parameters(3, 4) + 3 * 4 + 2
    log_likelihood = (parameters * np.log(150) - joint.bic_) / 2
    rows = np.arange(150)
    density = np.stack([m.logpdf(X) + np.log(p) for m, p in zip(joint.mixtures_, joint.priors_, strict=True)], axis=1)
    assert log_likelihood == pytest.approx(density[rows, y].sum(), rel=1e-9)
    assert joint.mixtures_[0].covariances.n_features == 4
    most = ((44 + 0) * np.log(150) - free.bic_) / 2
    assert log_likelihood <= most + 1e-9
    assert joint.covariance_types_ == [name] * 3


def test_the_mixture_of_a_class_is_that_of_its_rows():
    X, y = IRIS
    ours = mogul.MixtureClassifier(2, covariance_type="diag", random_state=0).fit(X, y)
    for c in range(3):
        alone = mogul.GaussianMixture(2, covariance_type="diag", random_state=0).fit(X[y == c])
        assert ours.mixtures_[c].logpdf(X[y == c]).mean() == pytest.approx(alone.lower_bound_, abs=1e-6)
    joint = np.stack([each.logpdf(X) for each in ours.mixtures_], axis=1) + np.log(ours.priors_)
    np.testing.assert_allclose(ours.predict_log_proba(X), joint - logsumexp(joint, axis=1)[:, None], atol=1e-12)
    np.testing.assert_allclose(ours.score_samples(X), logsumexp(joint, axis=1), atol=1e-12)
    np.testing.assert_allclose(ours.mixture_.logpdf(X), ours.score_samples(X), atol=1e-9)
    np.testing.assert_array_equal(ours.component_classes_, [0, 0, 1, 1, 2, 2])


def test_numbers_and_families_are_chosen_for_each_class():
    rng = np.random.default_rng(0)
    ring = rng.normal(size=(400, 2)) * 0.3 + 4 * np.array([[1, 0], [-1, 0], [0, 1], [0, -1]])[rng.integers(4, size=400)]
    blob = rng.multivariate_normal([0, 0], [[1.0, 0.9], [0.9, 1.0]], size=400)
    X, y = np.concatenate([ring, blob]), np.repeat(["ring", "blob"], 400)
    model = mogul.MixtureClassifier(range(1, 6), covariance_type=["spherical", "full"], random_state=0).fit(X, y)
    assert model.classes_.tolist() == ["blob", "ring"]
    assert model.n_components_ == [1, 4]
    assert model.covariance_types_ == ["full", "spherical"]
    assert model.score(X, y) > 0.99
    singles = [mogul.MixtureClassifier(k, covariance_type=f, random_state=0).fit(X, y).bic_
               for k in (1, 4) for f in ("spherical", "full")]  # fmt: skip
    assert model.bic_ < min(singles)


def test_the_best_shared_family_is_taken():
    X, y = IRIS
    chosen = mogul.MixtureClassifier(shared=True, covariance_type="all").fit(X, y)
    every = {name: mogul.MixtureClassifier(shared=True, covariance_type=name).fit(X, y).bic_ for name in FAMILIES}
    assert chosen.covariance_types_[0] == min(every, key=every.get)
    assert chosen.bic_ == min(every.values())


def test_priors_move_the_boundary():
    X, y = IRIS
    kept = np.concatenate([np.arange(100), np.arange(100, 110)])
    X, y = X[kept], y[kept]
    shares = mogul.MixtureClassifier(shared=True).fit(X, y)
    np.testing.assert_allclose(shares.priors_, np.array([50, 50, 10]) / 110)
    equal = mogul.MixtureClassifier(shared=True, priors="equal").fit(X, y)
    named = mogul.MixtureClassifier(shared=True, priors={0: 0.2, 1: 0.2, 2: 0.6}).fit(X, y)
    listed = mogul.MixtureClassifier(shared=True, priors=[0.2, 0.2, 0.6]).fit(X, y)
    np.testing.assert_array_equal(named.predict_proba(X), listed.predict_proba(X))
    odds = [each.predict_log_proba(X)[:, 2] - each.predict_log_proba(X)[:, 1] for each in (shares, equal, named)]
    np.testing.assert_allclose(odds[1] - odds[0], np.log(5), rtol=1e-9)
    np.testing.assert_allclose(odds[2] - odds[1], np.log(3), rtol=1e-9)
    for wrong, words in (("same", "'same'"), ([0.5, 0.5], "3 probabilities"), ({0: 1.0}, "every class once")):
        with pytest.raises(ParameterError, match=words):
            mogul.MixtureClassifier(shared=True, priors=wrong).fit(X, y)


@pytest.mark.parametrize("shared", [True, False])
def test_a_weight_counts_as_so_many_rows(shared):
    X, y = IRIS
    weights = np.random.default_rng(0).integers(0, 3, 150)
    model = mogul.MixtureClassifier(1, shared=shared)
    weighted = clone(model).fit(X, y, sample_weight=weights)
    repeated = clone(model).fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-8)
    assert weighted.bic_ == pytest.approx(repeated.bic_)
    assert weighted.score(X, y, sample_weight=weights) == pytest.approx(
        repeated.score(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    )


def test_the_brier_score_is_the_mean_squared_distance():
    X, y = IRIS
    model = mogul.MixtureClassifier(shared=True).fit(X, y)
    shares = model.predict_proba(X)
    assert model.brier_score(X, y) == pytest.approx(((shares - np.eye(3)[y]) ** 2).sum(axis=1).mean())
    two = shares[:100, 1] / shares[:100, :2].sum(axis=1)
    pairs = np.stack([1 - two, two], axis=1)
    assert mogul.brier_score(pairs, y[:100]) / 2 == pytest.approx(brier_score_loss(y[:100], two))
    weights = np.arange(150.0)
    assert mogul.brier_score(shares, y, sample_weight=weights) == pytest.approx(
        np.average(((shares - np.eye(3)[y]) ** 2).sum(axis=1), weights=weights)
    )
    with pytest.raises(ParameterError, match="100 rows and 2 classes"):
        mogul.brier_score(shares[:100], y[:100])
    with pytest.raises(ParameterError, match="none of the classes"):
        mogul.brier_score(shares, y + 1, classes=[0, 1, 2])


def test_it_classifies_as_well_as_its_relatives():
    """Accuracies by ten-fold cross-validation; see benchmarks/classification.py for a table."""
    X, y = IRIS
    ours = cross_val_score(mogul.MixtureClassifier(shared=True, covariance_type="tied"), X, y, cv=10).mean()
    theirs = cross_val_score(LinearDiscriminantAnalysis(solver="lsqr"), X, y, cv=10).mean()
    assert ours == theirs


def test_a_class_of_one_row_has_the_floor_of_all_rows():
    X, y = IRIS
    kept = np.arange(51)
    with pytest.warns(DegenerateWarning, match="Class 1"):
        model = mogul.MixtureClassifier().fit(X[kept], y[kept])
    assert (model.predict(X[kept]) == y[kept]).all()
    with pytest.raises(TooFewRowsError) as caught:
        mogul.MixtureClassifier(2).fit(X[kept], y[kept])
    assert "class 1, which has 1 rows" in caught.value.__notes__[0]
    lent = mogul.MixtureClassifier(shared=True, covariance_type="tied").fit(X[kept], y[kept])
    assert (lent.predict(X[kept]) == y[kept]).all()


def test_candidates_on_the_floor_are_taken_only_if_there_are_no_others():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(size=(30, 1)), np.full((10, 1), 0.5), 9 + rng.normal(size=(30, 1))])
    y = np.repeat([0, 1], [40, 30])
    model = mogul.MixtureClassifier([1, 2], random_state=0).fit(X, y)
    assert model.n_components_[0] == 1
    with pytest.warns((DegenerateWarning, DistinctRowsWarning), match="Class 0"):
        mogul.MixtureClassifier(2, random_state=0).fit(X, y)


def test_a_remark_about_all_rows_is_made_once():
    X, y = IRIS
    with pytest.warns(ConstantColumnWarning) as caught:
        mogul.MixtureClassifier(shared=True, covariance_type="diag").fit(np.column_stack([X, np.ones(150)]), y)
    assert len(caught) == 1


def test_what_makes_no_sense_is_refused():
    X, y = IRIS
    for model, words in (
        (mogul.MixtureClassifier(0), "n_components"),
        (mogul.MixtureClassifier([]), "name a candidate"),
        (mogul.MixtureClassifier(2, shared=True), "shared=True"),
        (mogul.MixtureClassifier(covariance_type="fulll"), "covariance_type"),
        (mogul.MixtureClassifier(covariance_type="V"), "for one column"),
        (mogul.MixtureClassifier(tol=-1), "tol"),
    ):
        with pytest.raises(MogulError, match=words):
            model.fit(X, y)
    with pytest.raises(ParameterError, match="target y is None"):
        mogul.MixtureClassifier().fit(X, None)
    with pytest.raises(NotFittedError):
        mogul.MixtureClassifier().predict(X)


def test_rows_infinitely_far_are_classified():
    X, y = IRIS
    model = mogul.MixtureClassifier(shared=True).fit(X, y)
    far = np.full((1, 4), 1e150)
    assert np.isfinite(model.predict_proba(far)).all()
    assert model.predict_proba(far).sum() == pytest.approx(1)
