"""Mixtures of factor analysers and of probabilistic principal components."""

import numpy as np
import pytest
from sklearn.decomposition import PCA, FactorAnalysis

import mogul
from mogul import FactorCovariance, GaussianMixture, Mixture
from mogul.errors import ParameterError
from mogul.expectation import expect
from mogul.family import VVV, Bounded, EqualWeights, Factors, PrincipalFactors, Widened
from mogul.fitting import maximised
from mogul.start import statistics_of_labels
from mogul.statistics import Floor, ProjectedMoments, Spread
from mogul.testing import assert_close, random_mixture, random_rows, rounding

KIND = pytest.mark.parametrize("kind", [Factors, PrincipalFactors])
NAME = pytest.mark.parametrize("name", ["factor", "ppca"])


def _truth(n_components=2, n_features=8, n_factors=2, seed=0):
    rng = np.random.default_rng(seed)
    means = 3 * rng.standard_normal((n_components, n_features))
    loadings = rng.standard_normal((n_components, n_features, n_factors))
    noise = rng.uniform(0.3, 1.0, (n_components, n_features))
    return Mixture(np.full(n_components, 1 / n_components), means, FactorCovariance(loadings, noise))


def _problem(number):
    rng = np.random.default_rng(number)
    n_components, n_features = int(rng.integers(1, 4)), int(rng.integers(2, 9))
    start = random_mixture(rng, n_components, n_features, "factor", separation=1.0)
    return start, random_rows(rng, start, 4 * n_components * (n_features + 2))[0]


def _m_step_by_hand(mixture, rows, n_factors, isotropic):
    """Return the covariances of Ghahramani and Hinton's M-step, with whole scatters and free factor variances."""
    r = mixture.responsibilities(rows)
    counts = r.sum(axis=0)
    away = rows[:, None] - (r.T @ rows) / counts[:, None]
    result = []
    for k, scatter in enumerate(np.einsum("nk,nki,nkj->kij", r, away, away) / counts[:, None, None]):
        loadings, noise = mixture.covariances.loadings[k], np.diag(mixture.covariances.uniquenesses[k])
        beta = loadings.T @ np.linalg.inv(loadings @ loadings.T + noise)
        factors = np.eye(n_factors) - beta @ loadings + beta @ scatter @ beta.T  # E[u u']
        new = scatter @ beta.T @ np.linalg.inv(factors)
        left = np.diag(scatter - new @ beta @ scatter)
        result.append(new @ factors @ new.T + np.diag(np.full(len(left), left.mean()) if isotropic else left))
    return np.array(result)


@KIND
@pytest.mark.parametrize("number", range(5))
def test_the_m_step_is_that_of_whole_scatters(kind, number):
    start, rows = _problem(number)
    family = kind(start.covariances.n_factors)
    found = family.mixture(expect(start, rows, None, family.moments), start).covariances.dense()
    wanted = _m_step_by_hand(start, rows, family.n_factors, kind is PrincipalFactors)
    assert_close(found, wanted, len(rows), scale=16 * np.abs(wanted).max())


@KIND
@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("level", [None, 0.1])
def test_the_likelihood_never_falls(kind, number, level):
    start, rows = _problem(number)
    family = kind(start.covariances.n_factors)
    if level is not None:
        variances = level * 2.0**30 * rows.var(axis=0)
        floor = Floor(Spread.of_variances(variances, variances), is_round=family.symmetry.is_common)
        family = Bounded(family, floor)
    mixture = family.mixture(expect(start, rows, None, family.moments), start)
    values = []
    for _ in range(30):
        statistics = expect(mixture, rows, None, family.moments)
        values.append(statistics.log_likelihood + len(rows) * mixture.log_unit)
        mixture = maximised(statistics, mixture, family)
    least = mixture.covariances.uniquenesses.min()
    fall = -np.diff(values).min()
    # What is left as noise is a difference: its relative error grows as it gets narrow.
    assert fall <= rounding(len(rows), np.abs(values).max() / len(rows)) / min(1.0, least)


def test_statistics_are_projections_of_whole_ones():
    start, rows = _problem(3)
    moments, weights = ProjectedMoments(start.covariances.n_factors), np.random.default_rng(0).uniform(0, 2, len(rows))
    found = expect(start, rows, weights, moments)
    dense = Mixture(start.weights, start.means, start.covariances.dense())
    whole = expect(dense, rows, weights, VVV().moments)
    assert found.log_likelihood + weights.sum() * start.log_unit == pytest.approx(
        whole.log_likelihood + weights.sum() * dense.log_unit, rel=1e-12
    )
    assert_close(found.counts, whole.counts, len(rows))
    assert_close(found.first, whole.first, len(rows), scale=len(rows))
    assert_close(found.second, found.moments.of_full(whole.second), len(rows), scale=len(rows))
    elsewhere = start.means + 0.7
    moved = found.moved_to(elsewhere)
    assert_close(moved.second, found.moments.of_full(whole.moved_to(elsewhere).second), len(rows), scale=len(rows))
    assert_close(moved.scatter(), found.scatter(), len(rows), scale=len(rows))
    widened = found.widened(0.3)
    assert_close(widened.second, found.moments.of_full(whole.widened(0.3).second), len(rows), scale=len(rows))
    parts = expect(start, rows[:7], weights[:7], moments) + expect(start, rows[7:], weights[7:], moments)
    assert_close(parts.second, found.second, len(rows), scale=len(rows))


def test_any_number_of_threads_gives_the_same_bits(monkeypatch):
    truth = _truth(3, 300, 3)
    rows = truth.sample(3000, rng=0)
    results = []
    for n_threads in ("1", "2", "3"):
        monkeypatch.setenv("MOGUL_NUM_THREADS", n_threads)
        statistics = expect(truth, rows, None, ProjectedMoments(3))
        results.append((statistics.log_likelihood, statistics.second.tobytes(), truth.logpdf(rows).tobytes()))
    assert results[0] == results[1] == results[2]


@pytest.mark.parametrize("n_factors", [1, 2])
def test_one_factor_analyser_is_that_of_scikit_learn(n_factors):
    rows = _truth(1, 8, n_factors).sample(2000, rng=1)
    theirs = FactorAnalysis(n_factors, tol=1e-12, max_iter=10_000, svd_method="lapack").fit(rows)
    ours = GaussianMixture(1, covariance_type="factor", n_factors=n_factors).fit(rows)
    assert ours.score(rows) == pytest.approx(theirs.score(rows), abs=1e-8)


@pytest.mark.parametrize("n_factors", [1, 3])
def test_one_principal_component_analyser_is_that_of_scikit_learn(n_factors):
    rows = _truth(1, 8, 2).sample(2000, rng=1)
    theirs = PCA(n_factors).fit(rows)
    # Theirs divides by N - 1; the likelihood is greatest with N.
    share = (len(rows) - 1) / len(rows)
    reference = Mixture([1.0], theirs.mean_[None], share * theirs.get_covariance()[None])
    ours = GaussianMixture(1, covariance_type="ppca", n_factors=n_factors).fit(rows)
    assert ours.score(rows) == pytest.approx(reference.logpdf(rows).mean(), abs=1e-8)
    assert ours.score(rows) > theirs.score(rows)


@NAME
def test_as_many_factors_as_there_can_be_are_full_covariances(name):
    rows = _truth(2, 4, 2).sample(800, rng=2)
    full = GaussianMixture(2, random_state=0).fit(rows)
    ours = GaussianMixture(2, covariance_type=name, n_factors=3, random_state=0).fit(rows)
    assert ours.score(rows) == pytest.approx(full.score(rows), abs=1e-7)
    assert ours.bic(rows) == pytest.approx(full.bic(rows), abs=1e-3)  # the count of parameters too


@NAME
def test_a_fit_is_a_model_like_any_other(name, tmp_path):
    rows = _truth().sample(600, rng=3)
    model = GaussianMixture(2, covariance_type=name, n_factors=2, random_state=0).fit(rows)
    assert model.converged_
    assert np.diff(model.lower_bounds_).min() >= 0
    assert model.lower_bound_ == model.score(rows)
    assert model.covariances_.shape == (2, 8, 3)
    np.testing.assert_allclose(
        model.mixture_.logpdf(rows),
        Mixture(model.weights_, model.means_, model.mixture_.covariances.dense()).logpdf(rows),
        rtol=1e-10,
    )
    model.mixture_.save(tmp_path / "model.mogul")
    for again in (mogul.load(tmp_path / "model.mogul"), Mixture.from_json(model.mixture_.to_json())):
        assert type(again.covariances) is FactorCovariance
        np.testing.assert_array_equal(again.covariances.array, model.mixture_.covariances.array)
    draws, _ = model.sample(20_000)
    assert np.abs(np.cov(draws.T) - model.mixture_.covariance()).max() < 0.6
    model.mixture_.marginal([0, 3]).plot()


def test_the_data_choose_the_number_of_factors():
    rows = _truth(2, 12, 3, seed=6).sample(1500, rng=4)
    model = GaussianMixture(2, covariance_type="factor", random_state=0).fit(rows)
    assert model.mixture_.covariances.n_factors == 3


def test_float32_rows_and_labels_lead_to_the_same_place():
    truth = _truth(3, 40, 2)
    rows, labels = truth.sample(2000, rng=5, with_components=True)
    narrow = rows.astype(np.float32)
    models = [
        GaussianMixture(3, covariance_type="factor", n_factors=2, responsibilities_init=labels).fit(x)
        for x in (rows, narrow)
    ]
    assert models[1].score(narrow) == pytest.approx(models[0].score(rows), abs=1e-4)
    assert models[0].score(rows) > truth.logpdf(rows).mean()


def test_wrappers_go_with_factors():
    truth = _truth()
    rows = truth.sample(500, rng=6)
    equal = EqualWeights(Factors(2)).mixture(expect(truth, rows, None, ProjectedMoments(2)), truth)
    np.testing.assert_array_equal(equal.weights, [0.5, 0.5])
    free, wide = (
        f.mixture(expect(truth, rows, None, f.moments), truth) for f in (Factors(2), Widened(Factors(2), 10.0))
    )
    variances = [np.einsum("kdd->kd", each.covariances.dense()) for each in (free, wide)]
    np.testing.assert_allclose(variances[1], variances[0] + 10.0, rtol=1e-12)


def test_ten_thousand_features_need_no_matrix():
    truth = _truth(2, 10_000, 2)
    rows, labels = truth.sample(60, rng=7, with_components=True)
    family = Factors(2)
    floor = Floor(Spread.of_variances(rows.var(axis=0), rows.var(axis=0)))
    mixture = Bounded(family, floor).mixture(statistics_of_labels(rows, np.ones(60), labels, 2, family.moments))
    before = mixture.logpdf(rows).sum()
    after = Bounded(family, floor).mixture(expect(mixture, rows, None, family.moments), mixture)
    assert after.logpdf(rows).sum() > before
    np.testing.assert_array_equal(mixture.labels(rows), labels)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"covariance_type": "factor", "n_factors": 9}, "n_factors is 9, but X has 8 features"),
        ({"covariance_type": "factor", "n_factors": 0}, "'n_factors' parameter"),
        ({"n_factors": 2}, "'full' has no factors"),
        ({"covariance_type": "ppca", "truncation": 1}, "truncation does not go with"),
        ({"covariance_type": "factor", "precisions_init": np.ones((2, 8))}, "precisions_init does not go with"),
        ({"covariance_type": "factor", "prior": "default"}, "factor has no conjugate prior"),
    ],
)
def test_what_does_not_go_with_factors_is_said(parameters, message):
    with pytest.raises(ParameterError, match=message):
        GaussianMixture(2, **parameters).fit(_truth().sample(50, rng=8))
    with pytest.raises(ParameterError, match="use 1 or more"):
        Factors(0)
