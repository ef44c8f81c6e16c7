"""The mixture value, against scipy.stats and against identities."""

import math
import pickle

import numpy as np
import pytest
import scipy.stats

import mogul
from mogul.errors import NonFiniteError, NotPositiveDefiniteError, ParameterError, ShapeError
from mogul.testing import FORMS, assert_same_mixture, random_mixture

SIZES = [(1, 1), (3, 1), (1, 2), (3, 2), (2, 5), (5, 10)]


@pytest.fixture(params=[(form, *size) for form in FORMS for size in SIZES], ids=lambda p: "{}-K{}-D{}".format(*p))
def mixture(request):
    form, n_components, n_features = request.param
    return random_mixture(np.random.default_rng(3), n_components, n_features, form)


@pytest.fixture
def rows(mixture):
    return 4 * np.random.default_rng(4).standard_normal((60, mixture.n_features))


def _joint(mixture, rows):
    """Return log w_k N(x_n | m_k, S_k) as scipy computes it, shape (N, K)."""
    parameters = zip(mixture.weights, mixture.means, mixture.covariances.dense(), strict=True)
    columns = [
        math.log(weight) + scipy.stats.multivariate_normal(mean, covariance).logpdf(rows).reshape(-1)
        for weight, mean, covariance in parameters
    ]
    return np.stack(columns, axis=1)


def test_densities_are_those_of_scipy(mixture, rows):
    joint = _joint(mixture, rows)
    total = scipy.special.logsumexp(joint, axis=1)
    # scipy works with eigenvectors, and loses a digit or two in ten dimensions.
    np.testing.assert_allclose(mixture.logpdf(rows), total, rtol=1e-11)
    np.testing.assert_allclose(mixture.pdf(rows), np.exp(total), rtol=1e-9)
    np.testing.assert_allclose(mixture.component_pdf(rows), np.exp(joint), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(mixture.responsibilities(rows), np.exp(joint - total[:, None]), rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(mixture.labels(rows), joint.argmax(axis=1))


def test_component_densities_sum_to_the_density(mixture, rows):
    np.testing.assert_allclose(mixture.component_pdf(rows).sum(axis=1), mixture.pdf(rows), rtol=1e-12)


def test_responsibilities_sum_to_one_however_far(mixture):
    for far in (1e3, 1e10, 1e100, 1e154, 1e200, 1e300):
        shares = mixture.responsibilities(np.full((1, mixture.n_features), far))
        assert np.isfinite(shares).all()
        assert shares.sum() == pytest.approx(1.0, abs=1e-12)
        assert (
            mixture.labels(np.full((1, mixture.n_features), far))[0] == shares.argmax() or shares.max() == shares[0, -1]
        )


def test_single_precision_rows(mixture, rows):
    single = rows.astype(np.float32)
    np.testing.assert_array_equal(mixture.logpdf(single), mixture.logpdf(single.astype(np.float64)))


def test_one_point_and_blocks_of_points(mixture, rows):
    point = rows[0] if mixture.n_features > 1 else rows[0, 0]
    assert np.ndim(mixture.logpdf(point)) == 0
    assert mixture.logpdf(point) == mixture.logpdf(rows)[0]
    assert mixture.responsibilities(point).shape == (mixture.n_components,)
    assert mixture.component_pdf(point).shape == (mixture.n_components,)
    block = rows.reshape(3, 20, mixture.n_features)
    np.testing.assert_array_equal(mixture.logpdf(block), mixture.logpdf(rows).reshape(3, 20))
    assert mixture.responsibilities(block).shape == (3, 20, mixture.n_components)
    assert mixture.labels(block).shape == (3, 20)
    assert mixture.logpdf(rows[:0]).shape == (0,)


def test_nan_goes_through(mixture, rows):
    rows[3, 0] = np.nan
    found = mixture.logpdf(rows)
    assert np.isnan(found[3])
    assert np.isfinite(np.delete(found, 3)).all()


def test_mean_and_covariance_are_those_of_many_draws(mixture):
    n_draws = 200_000
    draws = mixture.sample(n_draws, rng=0)
    covariance = mixture.covariance()
    error = np.sqrt(np.diag(covariance) / n_draws)
    assert (np.abs(draws.mean(axis=0) - mixture.mean()) < 5 * error).all()
    scale = np.sqrt(np.diag(covariance))
    # Five standard errors of a variance, sqrt(2 / n) for tails no heavier than a Gaussian's.
    found = np.cov(draws.T).reshape(covariance.shape)
    assert (np.abs(found - covariance) / scale / scale[:, None] < 5 * math.sqrt(2 / n_draws)).all()


def test_draws_come_from_the_components_they_say(mixture):
    draws, components = mixture.sample(50_000, rng=1, with_components=True)
    shares = np.bincount(components, minlength=mixture.n_components) / 50_000
    assert (np.abs(shares - mixture.weights) < 5 * np.sqrt(mixture.weights / 50_000)).all()
    for k in range(mixture.n_components):
        z = mixture.covariances.whitened(draws[components == k][:5000], mixture.means)[:, k]
        assert scipy.stats.kstest(z.ravel(), "norm").pvalue > 1e-4
    # In random order: neighbours are no more alike than chance.
    alike = (components[1:] == components[:-1]).mean()
    assert abs(alike - (mixture.weights**2).sum()) < 5 / math.sqrt(50_000)


def test_sample_shapes(mixture):
    n_features = mixture.n_features
    assert mixture.sample(rng=0).shape == (n_features,)
    assert mixture.sample(0, rng=0).shape == (0, n_features)
    assert mixture.sample((2, 3), rng=0).shape == (2, 3, n_features)
    draws, components = mixture.sample((2, 3), rng=0, with_components=True)
    assert (draws.shape, components.shape) == ((2, 3, n_features), (2, 3))
    generator = np.random.default_rng(0)
    assert not np.array_equal(mixture.sample(5, rng=generator), mixture.sample(5, rng=generator))
    with pytest.raises(ParameterError, match="negative length"):
        mixture.sample(-1)


def test_marginals_are_the_mixtures_of_some_features(mixture, rows):
    features = np.random.default_rng(0).permutation(mixture.n_features)[: (mixture.n_features + 1) // 2]
    marginal = mixture.marginal(features)
    draws = mixture.sample(1000, rng=5)[:, features]
    parameters = zip(mixture.weights, mixture.means[:, features], mixture.covariances.dense(), strict=True)
    wanted = sum(
        weight * scipy.stats.multivariate_normal(mean, covariance[np.ix_(features, features)]).pdf(draws)
        for weight, mean, covariance in parameters
    )
    np.testing.assert_allclose(marginal.pdf(draws), wanted, rtol=1e-9)


@pytest.mark.parametrize("features", [[], [0, 0], [-1], [99]])
def test_marginals_of_no_features_are_refused(mixture, features):
    with pytest.raises(ShapeError, match="must be different numbers from 0"):
        mixture.marginal(features)


def test_permuted_and_selected_components(mixture, rows):
    order = np.random.default_rng(0).permutation(mixture.n_components)
    permuted = mixture.permuted(order)
    np.testing.assert_array_equal(permuted.logpdf(rows), mixture.logpdf(rows))
    np.testing.assert_array_equal(permuted.responsibilities(rows), mixture.responsibilities(rows)[:, order])
    assert_same_mixture(permuted.permuted(np.argsort(order)), mixture)
    some = mixture.selected([0])
    assert some.weights.tolist() == [1.0]
    np.testing.assert_allclose(some.pdf(rows) * mixture.weights[0], mixture.component_pdf(rows)[:, 0], rtol=1e-12)
    with pytest.raises(ParameterError, match="name each component"):
        mixture.permuted([0] * (mixture.n_components + 1))


def test_a_mixture_cannot_be_changed_from_outside(mixture):
    weights = np.array(mixture.weights)
    copy = mogul.Mixture(weights, mixture.means, mixture.covariances)
    weights[0] = 0.123
    assert_same_mixture(copy, mixture)
    with pytest.raises(ValueError, match="read-only"):
        mixture.means[0, 0] = 1.0
    with pytest.raises(AttributeError):
        mixture.weights = weights
    with pytest.raises(AttributeError):
        mixture.new = 1


def test_pickle_and_repr(mixture):
    assert_same_mixture(pickle.loads(pickle.dumps(mixture)), mixture)
    assert repr(mixture).startswith(f"Mixture(n_components={mixture.n_components}, n_features={mixture.n_features}, ")


# ------------------------------------------------------------------------------------------ one feature


def test_univariate_is_the_mixture_of_scipy():
    weights, means, deviations = [0.2, 0.5, 0.3], [-3.0, 0.0, 4.0], [0.5, 1.0, 2.0]
    ours = mogul.Mixture.univariate(weights, means, deviations)
    x = np.linspace(-12, 12, 401)
    components = [scipy.stats.norm(m, s) for m, s in zip(means, deviations, strict=True)]
    wanted = sum(w * c.pdf(x) for w, c in zip(weights, components, strict=True))
    np.testing.assert_allclose(ours.pdf(x), wanted, rtol=1e-12)
    mixed = scipy.stats.Mixture(
        [scipy.stats.Normal(mu=m, sigma=s) for m, s in zip(means, deviations, strict=True)], weights=weights
    )
    np.testing.assert_allclose(ours.logpdf(x), mixed.logpdf(x), rtol=1e-11)
    assert ours.mean()[0] == pytest.approx(float(mixed.mean()), rel=1e-12)
    assert ours.covariance()[0, 0] == pytest.approx(float(mixed.variance()), rel=1e-10)
    assert scipy.stats.kstest(ours.sample(20_000, rng=0)[:, 0], mixed.cdf).pvalue > 1e-4


def test_the_far_tail_is_exact():
    one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    for x in (1e2, 1e8, 1e100, 1e150):
        assert one.logpdf(x) == pytest.approx(-0.5 * x * x - 0.5 * math.log(2 * math.pi), rel=1e-15)
    assert one.logpdf(1e200) == -np.inf
    narrow = mogul.Mixture.univariate([1.0], [1e9], [1e-3])
    # At 5 deviations from a mean of 1e9, stored to 1e-7: differences first, or nothing would be left.
    away = (1e9 + 5e-3 - 1e9) / 1e-3
    assert narrow.logpdf(1e9 + 5e-3) == pytest.approx(
        -0.5 * away**2 - math.log(1e-3) - 0.5 * math.log(2 * math.pi), rel=1e-12
    )


def test_a_component_without_weight_is_never_there():
    mixture = mogul.Mixture.univariate([1.0, 0.0], [0.0, 5.0], [1.0, 1.0])
    assert mixture.responsibilities([5.0, 1e200]).tolist() == [[1.0, 0.0], [1.0, 0.0]]
    assert mixture.pdf(5.0) == pytest.approx(scipy.stats.norm.pdf(5.0), rel=1e-12)
    assert set(mixture.sample(1000, rng=0, with_components=True)[1]) == {0}


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: mogul.Mixture([0.5, 0.6], [[0.0], [1.0]], np.ones((2, 1, 1))), ParameterError, "sum to 1.1, not to 1"),
        (lambda: mogul.Mixture([0.5, 0.5], [[0.0]], np.ones((2, 1, 1))), ShapeError, "K = 2"),
        (lambda: mogul.Mixture([1.0], [[0.0]], np.ones((2, 1, 1))), ShapeError, "2 components"),
        (lambda: mogul.Mixture([1.0], [[0.0, 0.0]], np.ones((1, 1, 1))), ShapeError, "1 features"),
        (lambda: mogul.Mixture([1.0], [[np.nan]], np.ones((1, 1, 1))), NonFiniteError, "component 0"),
        (
            lambda: mogul.Mixture([0.5, 0.5], np.zeros((2, 2)), [np.eye(2), -np.eye(2)]),
            NotPositiveDefiniteError,
            "component 1 .* -1",
        ),
        (lambda: mogul.Mixture.univariate([1.0], [0.0], [0.0]), ParameterError, "deviation of component 0 is 0"),
        (lambda: mogul.Mixture.univariate([1.0], [0.0], [1.0, 2.0]), ShapeError, "same shape"),
        (lambda: mogul.Mixture.univariate([1.0], [0.0], [1.0]).pdf([[1.0, 2.0]]), ShapeError, "2 features"),
    ],
)
def test_what_is_no_mixture_is_refused(make, kind, message):
    with pytest.raises(kind, match=message):
        make()
