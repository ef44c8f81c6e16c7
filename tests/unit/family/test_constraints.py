"""Parameters that are given, shared, or bounded: exact M-steps, likelihoods that rise, and estimators that obey."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from mogul import GaussianMixture, Mixture
from mogul.errors import NotPositiveDefiniteError, ParameterError, ShapeError
from mogul.expectation import expect
from mogul.family import (
    FAMILIES,
    Believing,
    Bounded,
    Conditioned,
    ConjugatePrior,
    EqualWeights,
    FixedCovariances,
    FixedMeans,
    FixedWeights,
    SharedCovariances,
    SharedMeans,
)
from mogul.family.conditioned import truncated
from mogul.fitting import maximised
from mogul.statistics import Floor, Spread
from mogul.testing import assert_close, random_mixture, random_rows, rounding

K, D = 4, 3
NAN = np.nan
WEIGHTS = np.array([0.2, NAN, 0.3, NAN])
MEANS = np.array([[1.0, 2.0, 3.0], [NAN] * 3, [NAN] * 3, [0.0, 0.0, 0.0]])
MATRICES = np.array([np.full((D, D), NAN), np.eye(D), np.full((D, D), NAN), 0.5 + np.eye(D)])
GROUPS = np.array([0, 0, 1, 1])


def _problem(seed=0):
    rng = np.random.default_rng(seed)
    start = random_mixture(rng, K, D, separation=1.0)
    return start, random_rows(rng, start, 150)[0]


def _wrapped(name):
    """Return the family in every wrapper that it goes with."""
    family = FAMILIES[name]
    cases = {
        "weights": FixedWeights(family, WEIGHTS),
        "means": FixedMeans(family, MEANS),
        "covariances": FixedCovariances(family, MATRICES),
        "shared means": SharedMeans(family, GROUPS),
        "weights and means": FixedWeights(FixedMeans(family, MEANS), WEIGHTS),
        "equal, means": EqualWeights(FixedMeans(family, MEANS)),
        "means and covariances": FixedMeans(FixedCovariances(family, MATRICES), MEANS),
    }
    if not family.moments.pooled:
        cases["shared covariances"] = SharedCovariances(family, GROUPS)
        cases["both shared"] = SharedMeans(SharedCovariances(family, GROUPS), GROUPS)
    if family.averaging is not None:
        cases["ratio"] = Conditioned(family, 3.0)
        cases["ratio, means"] = FixedMeans(Conditioned(family, 3.0), MEANS)
        prior = ConjugatePrior(np.ones(D), 2.0, 6.0, 1.0)
        cases["prior, means"] = Believing(FixedMeans(family, MEANS), prior)
        cases["prior, shared means"] = Believing(SharedMeans(family, GROUPS), prior)
    return cases


CASES = {f"{name}: {what}": family for name in FAMILIES for what, family in _wrapped(name).items()}
CASE = pytest.mark.parametrize("which", CASES)


@CASE
@pytest.mark.parametrize("bounded", [False, True])
def test_the_objective_never_falls(which, bounded):
    family = CASES[which]
    for seed in range(3):
        start, rows = _problem(seed)
        rows[:6] = rows[0]
        if bounded:
            spread = Spread.of_covariance(2.0**27 * np.cov(rows.T), np.zeros(D))
            held = Bounded(family, Floor(spread, is_round=family.symmetry.is_common))
        else:
            held = family
        mixture = held.admitted(start)
        mixture = held.mixture(expect(mixture, rows, None, held.moments), mixture)
        values = []
        for _ in range(25):
            statistics = expect(mixture, rows, None, held.moments)
            values.append(statistics.log_likelihood + len(rows) * mixture.log_unit + held.log_prior(mixture))
            try:
                mixture = maximised(statistics, mixture, held)
            except NotPositiveDefiniteError:
                assert not bounded
                break
        assert np.diff(values).min(initial=0.0) >= -rounding(len(rows), np.abs(values).max() / len(rows)) * 8


@CASE
def test_what_is_given_stays_and_what_is_shared_is_shared(which):
    family, (start, rows) = CASES[which], _problem()
    made = maximised(expect(start, rows, None, family.moments), start, family)
    again = family.admitted(made)
    np.testing.assert_array_equal(again.means, made.means)
    np.testing.assert_array_equal(again.covariances.dense(), made.covariances.dense())
    what = which.split(": ")[1]
    if "weights" in what:
        np.testing.assert_array_equal(made.weights[[0, 2]], WEIGHTS[[0, 2]])
        assert made.weights.sum() == pytest.approx(1)
    if "means" in what and "shared" not in what:
        np.testing.assert_array_equal(made.means[[0, 3]], MEANS[[0, 3]])
    if "covariances" in what and "shared" not in what:
        np.testing.assert_array_equal(made.covariances.dense()[[1, 3]], MATRICES[[1, 3]])
    if what in ("shared means", "both shared", "prior, shared means"):
        np.testing.assert_array_equal(made.means, made.means[[0, 0, 2, 2]])
    if what in ("shared covariances", "both shared"):
        np.testing.assert_array_equal(made.covariances.dense(), made.covariances.dense()[[0, 0, 2, 2]])
    if "ratio" in what:
        values = np.linalg.eigvalsh(made.covariances.dense())
        assert values.max() <= 3.0 * values.min() * (1 + 1e-12)


@CASE
def test_starts_outside_are_taken_inside(which):
    family, (start, _) = CASES[which], _problem()
    inside = family.admitted(start)
    assert type(inside) is Mixture
    np.testing.assert_allclose(family.admitted(inside).covariances.dense(), inside.covariances.dense(), rtol=1e-12)


@pytest.mark.parametrize("name", ["VVV", "VVI", "VII", "EEE", "VEV", "EVI"])
def test_numbers_of_components_go_along(name):
    """Components numbered anew, with what is said of them, change nothing."""
    start, rows = _problem()
    order = np.array([2, 0, 3, 1])
    for family in _wrapped(name).values():
        statistics = expect(start, rows, None, family.moments)
        found = family.permuted(order).mixture(statistics.permuted(order), start.permuted(order))
        wanted = family.mixture(statistics, start).permuted(order)
        assert_close(found.weights, wanted.weights, len(rows))
        assert_close(found.means, wanted.means, len(rows))
        assert_close(found.covariances.dense(), wanted.covariances.dense(), len(rows), scale=16.0)


def test_covariances_are_about_fixed_means():
    start, rows = _problem()
    made = FixedMeans(FAMILIES["VVV"], MEANS).mixture(expect(start, rows, None, FAMILIES["VVV"].moments), start)
    r = start.responsibilities(rows)
    away = rows - MEANS[0]
    wanted = np.einsum("n,ni,nj->ij", r[:, 0], away, away) / r[:, 0].sum()
    assert_close(made.covariances.dense()[0], wanted, len(rows))


def test_shared_covariances_are_the_pooled_ones():
    start, rows = _problem()
    family = FAMILIES["VVV"]
    statistics = expect(start, rows, None, family.moments)
    made = SharedCovariances(family, np.zeros(K, dtype=int)).mixture(statistics, start)
    tied = FAMILIES["EEE"].mixture(expect(start, rows, None, FAMILIES["EEE"].moments), start)
    assert_close(made.covariances.dense(), tied.covariances.dense(), len(rows))


def test_a_shared_mean_is_where_the_expected_likelihood_is_greatest():
    start, rows = _problem()
    start = Mixture(start.weights, start.means[[0, 0, 2, 2]], start.covariances)
    found = SharedMeans(FAMILIES["VVV"], GROUPS).means(expect(start, rows, None, FAMILIES["VVV"].moments), start)
    r = start.responsibilities(rows)

    def expected(means):
        return (r * np.log(Mixture(start.weights, means, start.covariances).component_pdf(rows))).sum()

    best, rng = expected(found), np.random.default_rng(1)
    for _ in range(20):
        assert expected(found + 1e-3 * rng.standard_normal((2, D))[GROUPS]) < best


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("least", [0.0, 0.7])
def test_eigenvalues_are_cut_where_the_likelihood_is_greatest(seed, least):
    rng = np.random.default_rng(seed)
    values, counts = rng.gamma(0.5, 2.0, (3, 4)), rng.uniform(0.1, 5.0, 3)
    if seed % 3 == 0:
        values[1] = 0.0  # a component of equal rows
    ratio = float(rng.uniform(1.0, 20.0))

    def loss(log_m):
        cut = np.clip(values, np.exp(log_m), ratio * np.exp(log_m))
        return float((counts[:, None] * (np.log(cut) + values / cut)).sum())

    found = truncated(values, counts, ratio, least)
    assert found.min() >= least * (1 - 1e-12)
    assert found.max() <= ratio * found.min() * (1 + 1e-12)
    grid = np.linspace(np.log(max(least, 1e-9)), 5.0, 2001)
    coarse = grid[int(np.argmin([loss(each) for each in grid]))]
    low = max(coarse - 0.02, np.log(least)) if least else coarse - 0.02
    best = minimize_scalar(loss, bounds=(low, coarse + 0.02), method="bounded", options={"xatol": 1e-12}).fun
    own = float((counts[:, None] * (np.log(found) + values / found)).sum())
    assert own <= best + 1e-9 * abs(best)


def test_eigenvalues_within_the_ratio_are_left_alone():
    values = np.array([[1.0, 2.0]])
    assert truncated(values, np.ones(1), 2.0, 0.0) is values


# ------------------------------------------------------------------------------------------ estimators


def _groups_apart():
    rng = np.random.default_rng(5)
    centres = np.array([[0.0, 0.0], [6.0, 0.0], [0.0, 7.0]])
    return np.concatenate([c + s * rng.standard_normal((80, 2)) for c, s in zip(centres, (1.0, 0.5, 1.5), strict=True)])


def _rises(model):
    return np.diff(model.lower_bounds_).min(initial=0.0) >= 0


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical", "VEV"])
def test_fits_keep_fixed_parameters_in_their_places(name):
    rows = _groups_apart()
    fixed = {"means": [[6.0, 0.0], [NAN, NAN], [NAN, NAN]], "weights": [1 / 3, NAN, NAN]}
    model = GaussianMixture(3, covariance_type=name, fixed=fixed, random_state=0).fit(rows)
    assert model.converged_
    assert _rises(model)
    np.testing.assert_array_equal(model.means_[0], [6.0, 0.0])
    assert model.weights_[0] == 1 / 3
    assert np.bincount(model.predict(rows)[80:160], minlength=3)[0] >= 75
    free = GaussianMixture(3, covariance_type=name, random_state=0).fit(rows)
    assert model.score(rows) < free.score(rows)
    assert model.score(rows) > free.score(rows) - 0.1
    n_fewer = (free.aic(rows) - model.aic(rows)) / 2 + (free.score(rows) - model.score(rows)) * len(rows)
    assert n_fewer == pytest.approx(3)


def test_fixed_covariances_are_given_as_matrices_or_as_variances():
    rows = _groups_apart()
    ball = np.full((3, 2, 2), NAN)
    ball[2] = 2.25 * np.eye(2)
    forms = (ball, [[NAN, NAN], [NAN, NAN], [2.25, 2.25]], [NAN, NAN, 2.25])
    models = [GaussianMixture(3, fixed={"covariances": each}, random_state=0).fit(rows) for each in forms]
    for model in models:
        np.testing.assert_array_equal(model.covariances_[2], 2.25 * np.eye(2))
        assert _rises(model)
        assert (model.predict(rows)[160:] == 2).mean() > 0.95
    one = GaussianMixture(3, covariance_type="tied", fixed={"covariances": np.eye(2)}, random_state=0).fit(rows)
    np.testing.assert_array_equal(one.covariances_, np.tile(np.eye(2), (3, 1, 1)))


def test_everything_fixed_is_a_fit_all_the_same():
    rows = _groups_apart()
    fixed = {"weights": [0.5, 0.5], "means": [[0.0, 0.0], [6.0, 0.0]], "covariances": [1.0, 1.0]}
    model = GaussianMixture(2, fixed=fixed, random_state=0).fit(rows)
    assert model.aic(rows) == pytest.approx(-2 * len(rows) * model.score(rows))
    np.testing.assert_array_equal(model.means_, fixed["means"])


def test_shared_parameters():
    rows = np.concatenate([_groups_apart(), 6.0 * np.random.default_rng(6).standard_normal((60, 2)) + [0.0, 7.0]])
    model = GaussianMixture(4, shared={"means": ["a", "b", "c", "c"]}, random_state=0).fit(rows)
    assert _rises(model)
    np.testing.assert_array_equal(model.means_[2], model.means_[3])
    model = GaussianMixture(3, shared={"covariances": [0, 1, 1]}, random_state=0).fit(_groups_apart())
    assert _rises(model)
    np.testing.assert_array_equal(model.covariances_[1], model.covariances_[2])


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical"])
def test_a_ratio_of_eigenvalues_keeps_needles_away(name):
    rows = np.concatenate([_groups_apart(), np.tile([3.0, 3.0], (10, 1))])
    model = GaussianMixture(4, covariance_type=name, max_eigenvalue_ratio=4.0, random_state=0).fit(rows)
    assert _rises(model)
    values = np.linalg.eigvalsh(model.mixture_.covariances.dense())
    assert values.max() <= 4.0 * values.min() * (1 + 1e-9)


def test_a_start_that_is_given_is_taken_into_the_constraints():
    rows = _groups_apart()
    given = {"means_init": [[6.0, 1.0], [0.0, 0.0], [0.0, 7.0]], "weights_init": np.full(3, 1 / 3)}
    fixed = {"means": [[6.0, 0.0], [NAN, NAN], [NAN, NAN]]}
    model = GaussianMixture(3, fixed=fixed, precisions_init=np.tile(np.eye(2), (3, 1, 1)), **given).fit(rows)
    np.testing.assert_array_equal(model.means_[0], [6.0, 0.0])
    assert np.linalg.norm(model.means_[2] - [0.0, 7.0]) < 1.0
    again = GaussianMixture(3, fixed=fixed, warm_start=True, random_state=0).fit(rows)
    first = again.means_.copy()
    np.testing.assert_allclose(again.fit(rows).means_, first, atol=1e-4)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"fixed": {"mean": [[0.0, 0.0]]}}, "'fixed' parameter .* dictionary with some of the keys 'weights', 'means'"),
        ({"fixed": {"means": [[0.0, 0.0]]}}, r"should have the shape \(2, 2\), but has \(1, 2\)"),
        ({"fixed": {"means": [[0.0, NAN], [1.0, 1.0]]}}, "component 0 has NaN or infinity among numbers"),
        ({"fixed": {"means": "here"}}, "could not be converted to numbers"),
        ({"fixed": {"weights": [0.5, 0.6]}}, "must be positive, and sum to 1"),
        ({"fixed": {"weights": [1.0, NAN]}}, "leave something for the free ones"),
        ({"fixed": {"covariances": [1.0, -1.0]}}, "not positive definite"),
        ({"shared": {"means": [0]}}, "must name the group of each of the 2 components"),
        ({"shared": [0, 0]}, "'shared' parameter"),
        ({"shared": {"means": [0, 0]}, "fixed": {"means": [[0.0, 0.0]] * 2}}, "both in 'fixed' and in 'shared'"),
        ({"shared": {"covariances": [0, 0]}, "covariance_type": "tied"}, "has one covariance for all"),
        ({"equal_weights": True, "fixed": {"weights": [0.5, 0.5]}}, "leaves no weights to be fixed"),
        ({"max_eigenvalue_ratio": 0.5}, "must be 1 or more"),
        ({"max_eigenvalue_ratio": 5.0, "covariance_type": "VEV"}, "VEV, .* cannot be bounded. Use one of VVV"),
        ({"max_eigenvalue_ratio": 5.0, "prior": "default"}, "A prior does not go with max_eigenvalue_ratio"),
        ({"max_eigenvalue_ratio": 5.0, "covariance_type": "ppca"}, "do not go with the covariance_type 'ppca'"),
        ({"fixed": {"weights": [0.5, 0.5]}, "truncation": 1}, "truncation does not go with weights held"),
    ],
)
def test_constraints_that_cannot_be_are_refused(parameters, message):
    with pytest.raises((ParameterError, ShapeError, NotPositiveDefiniteError), match=message):
        GaussianMixture(2, **parameters).fit(_groups_apart())
