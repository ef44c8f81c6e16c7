"""Conjugate priors: the formulas of Fraley and Raftery (2007), written out, and fits that obey them."""

import numpy as np
import pytest

from mogul import ConjugatePrior, GaussianMixture
from mogul.errors import NotPositiveDefiniteError, ParameterError, ShapeError
from mogul.expectation import expect
from mogul.family import FAMILIES, Believing, Bounded, EqualWeights
from mogul.fitting import maximised
from mogul.statistics import Floor, Spread
from mogul.testing import assert_close, random_mixture, random_rows, rounding

CONJUGATE = ["EII", "VII", "EEI", "VVI", "EEE", "VVV"]
KAPPA, NU = 0.7, 6.0


def _problem(seed=0, n_rows=90):
    rng = np.random.default_rng(seed)
    start = random_mixture(rng, 3, 3, separation=1.0)
    return start, random_rows(rng, start, n_rows)[0]


def _prior(name, kappa=KAPPA):
    root = np.random.default_rng(1).standard_normal((3, 3))
    scale = {"E": root @ root.T, "V": root @ root.T, "I": np.array([1.0, 2.0, 3.0])}[name[2]]
    return ConjugatePrior([0.5, -1.0, 2.0], kappa, NU, 1.5 if name[1] == "I" else scale)


def _formula(name, counts, means, scatter, prior):
    """Return the covariances (K, D, D) of the M-step with kappa > 0, as the paper writes them."""
    n, (k, d) = counts.sum(), means.shape
    away = means - prior.mean
    pull = KAPPA * counts / (KAPPA + counts)
    b = scatter + pull[:, None, None] * away[:, :, None] * away[:, None, :]
    traces, diagonals, s2 = np.trace(b, axis1=1, axis2=2), np.einsum("kdd->kd", b), prior.scale
    eye = np.eye(d)
    if name == "EII":
        return np.tile((s2 + traces.sum()) / (NU + (n + k) * d + 2) * eye, (k, 1, 1))
    if name == "VII":
        return ((s2 + traces) / (NU + (counts + 1) * d + 2))[:, None, None] * eye
    if name == "EEI":
        return np.tile(np.diag((s2 + diagonals.sum(axis=0)) / (NU + n + k + 2)), (k, 1, 1))
    if name == "VVI":
        return ((s2 + diagonals) / (NU + counts + 3)[:, None])[:, :, None] * eye
    if name == "EEE":
        return np.tile((s2 + b.sum(axis=0)) / (NU + n + d + k + 1), (k, 1, 1))
    return (s2 + b) / (NU + counts + d + 2)[:, None, None]


@pytest.mark.parametrize("name", CONJUGATE)
def test_the_m_step_is_the_published_formula(name):
    start, rows = _problem()
    family, prior = FAMILIES[name], _prior(name)
    r = start.responsibilities(rows)
    counts, means = r.sum(axis=0), (r.T @ rows) / r.sum(axis=0)[:, None]
    away = rows[:, None] - means
    scatter = np.einsum("nk,nki,nkj->kij", r, away, away)
    found = Believing(family, prior).mixture(expect(start, rows, None, family.moments), start)
    assert_close(found.weights, counts / counts.sum(), len(rows))
    assert_close(found.means, (counts[:, None] * means + KAPPA * prior.mean) / (counts + KAPPA)[:, None], len(rows))
    assert_close(found.covariances.dense(), _formula(name, counts, means, scatter, prior), len(rows))


@pytest.mark.parametrize("name", CONJUGATE)
@pytest.mark.parametrize("kappa", [0.0, KAPPA])
def test_the_m_step_is_where_likelihood_and_prior_together_are_greatest(name, kappa):
    start, rows = _problem()
    family = Believing(FAMILIES[name], _prior(name, kappa))
    statistics = expect(start, rows, None, family.moments)
    best = family.mixture(statistics, start)
    r, rng = start.responsibilities(rows), np.random.default_rng(2)

    def objective(mixture):
        joint = np.log(mixture.component_pdf(rows))
        return (r * joint).sum() + family.log_prior(mixture)

    value = objective(best)
    for _ in range(20):
        other = expect(start, rows + 0.02 * rng.standard_normal(rows.shape), None, family.moments)
        assert objective(family.mixture(other, start)) <= value + rounding(len(rows), abs(value))


@pytest.mark.parametrize("name", CONJUGATE)
@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("bounded", [False, True])
def test_the_penalised_likelihood_never_falls(name, number, bounded):
    rng = np.random.default_rng(number)
    n_components, n_features = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    start = random_mixture(rng, n_components, n_features, separation=1.0)
    rows = random_rows(rng, start, 3 * n_components * (n_features + 2))[0]
    rows[:4] = rows[0]  # a component may end on them
    conjugacy, data = FAMILIES[name].conjugacy, np.atleast_2d(np.cov(rows.T))
    family = Believing(FAMILIES[name], ConjugatePrior.default(conjugacy, rows.mean(axis=0), data, n_components))
    if bounded:
        spread = Spread.of_covariance(2.0**27 * data, np.zeros(n_features))
        family = Bounded(family, Floor(spread, is_round=family.symmetry.is_common))
    mixture = family.mixture(expect(start, rows, None, family.moments), start)
    values = []
    for _ in range(40):
        statistics = expect(mixture, rows, None, family.moments)
        values.append(statistics.log_likelihood + len(rows) * mixture.log_unit + family.log_prior(mixture))
        mixture = maximised(statistics, mixture, family)
    assert np.diff(values).min() >= -rounding(len(rows), np.abs(values).max() / len(rows))


@pytest.mark.parametrize("name", CONJUGATE)
def test_a_fit_says_the_objective_and_scores_the_likelihood(name):
    _, rows = _problem(n_rows=200)
    model = GaussianMixture(3, covariance_type=name, prior="default", random_state=0).fit(rows)
    assert model.converged_
    assert np.diff(model.lower_bounds_).min() >= 0
    own = model.mixture_.logpdf(rows).mean()
    assert model.score(rows) == pytest.approx(own, rel=1e-12)
    free = GaussianMixture(3, covariance_type=name, random_state=0).fit(rows)
    assert model.score(rows) < free.score(rows)
    assert model.lower_bound_ != model.score(rows)
    assert model.aic(rows) + 2 * len(rows) * model.score(rows) == pytest.approx(
        free.aic(rows) + 2 * len(rows) * free.score(rows)
    )


@pytest.mark.parametrize("name", ["VVV", "EEE", "VII"])
def test_units_of_the_data_do_not_matter(name):
    _, rows = _problem(n_rows=200)
    first, second = (
        GaussianMixture(3, covariance_type=name, prior="default", random_state=0).fit(rows * scale)
        for scale in (1.0, 8.0)
    )
    np.testing.assert_allclose(second.means_, 8 * first.means_, rtol=1e-6)
    assert second.lower_bound_ == pytest.approx(first.lower_bound_ - 3 * np.log(8), rel=1e-8)


def test_the_default_is_that_of_fraley_and_raftery():
    _, rows = _problem(n_rows=50)
    covariance = np.cov(rows.T)
    ellipsoidal = GaussianMixture(2, prior="default", random_state=0).fit(rows)._family.prior
    np.testing.assert_allclose(ellipsoidal.scale, covariance / 2 ** (2 / 3), rtol=1e-10)
    np.testing.assert_allclose(ellipsoidal.mean, rows.mean(axis=0), rtol=1e-10)
    assert (ellipsoidal.shrinkage, ellipsoidal.degrees) == (0.01, 5)
    diagonal = GaussianMixture(2, covariance_type="diag", prior="default", random_state=0).fit(rows)._family.prior
    assert float(diagonal.scale) == pytest.approx(np.diag(covariance).mean() / 2 ** (2 / 3))


def test_a_prior_keeps_a_component_from_collapsing():
    rows = np.concatenate([np.zeros((5, 2)), np.random.default_rng(0).standard_normal((60, 2)) + 6.0])
    labels = np.repeat([0, 1], [5, 60])
    model = GaussianMixture(2, responsibilities_init=labels, prior="default", reg_covar=0.0).fit(rows)
    assert model.converged_
    assert np.linalg.eigvalsh(model.covariances_).min() > 1e-3


@pytest.mark.parametrize("name", sorted(set(FAMILIES) - set(CONJUGATE)))
def test_other_families_say_which_have_a_prior(name):
    _, rows = _problem()
    for prior in ("default", ConjugatePrior(np.zeros(3), 0.0, 5.0, 1.0)):
        with pytest.raises(ParameterError, match=f"{name} has no conjugate prior. Use one of VVV"):
            GaussianMixture(2, covariance_type=name, prior=prior).fit(rows)


def test_wrong_priors_are_refused_with_what_would_be_right():
    _, rows = _problem()
    with pytest.raises(ShapeError, match="takes a number"):
        Believing(FAMILIES["VII"], ConjugatePrior(np.zeros(3), 0.0, 5.0, np.ones(3)))
    with pytest.raises(ShapeError, match="a number or a vector"):
        Believing(EqualWeights(FAMILIES["VVI"]), ConjugatePrior(np.zeros(3), 0.0, 5.0, np.eye(3)))
    with pytest.raises(ShapeError, match="2 features, but X has 3"):
        GaussianMixture(prior=ConjugatePrior(np.zeros(2), 0.0, 5.0, 1.0)).fit(rows)
    with pytest.raises(ParameterError, match="None, 'default' or a ConjugatePrior"):
        GaussianMixture(prior="flat").fit(rows)
    with pytest.raises(ParameterError, match="must be above D - 1"):
        ConjugatePrior(np.zeros(3), 0.0, 2.0, 1.0)
    with pytest.raises(ParameterError, match="must not be negative"):
        ConjugatePrior(np.zeros(3), -1.0, 4.0, 1.0)
    with pytest.raises(ParameterError, match="must be positive"):
        ConjugatePrior(np.zeros(3), 1.0, 4.0, 0.0)
    with pytest.raises(NotPositiveDefiniteError):
        ConjugatePrior(np.zeros(2), 1.0, 4.0, [[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ShapeError, match="it needs"):
        ConjugatePrior(np.zeros(2), 1.0, 4.0, np.ones(3))
