import numpy as np
import pytest
from scipy.stats import binom

import mogul
from mogul.errors import DegenerateComponentError, ParameterError, ShapeError
from mogul.family import FAMILIES
from mogul.source import ArraySource
from mogul.testing import assert_same_mixture, random_mixture
from mogul.uncertainty import RESAMPLINGS, Parameters, refitted

KINDS = pytest.mark.parametrize("kind", RESAMPLINGS)


@pytest.fixture(scope="module")
def truth():
    return random_mixture(np.random.default_rng(0), 2, 2, separation=3.0)


@pytest.fixture(scope="module")
def rows(truth):
    return truth.sample(300, rng=1)


@pytest.fixture(scope="module")
def model(rows):
    return mogul.GaussianMixture(2, random_state=0).fit(rows)


@KINDS
def test_a_seed_decides_and_a_longer_run_begins_with_the_shorter(kind, model, rows):
    short, long = (mogul.bootstrap(model, rows, kind=kind, n_replicates=n, rng=5) for n in (7, 20))
    np.testing.assert_array_equal(short.replicates.vectors(), long.replicates.vectors()[:7])
    np.testing.assert_array_equal(short.log_likelihoods, long.log_likelihoods[:7])
    other = mogul.bootstrap(model, rows, kind=kind, n_replicates=7, rng=6)
    assert (other.replicates.weights != short.replicates.weights).all()


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical", "VEE", "EEV"])
def test_a_replicate_is_the_fit_to_its_sample(name, rows):
    """Whole fits by the estimator itself, from the same start, end at the same place."""
    model = mogul.GaussianMixture(2, covariance_type=name, random_state=0).fit(rows)
    family = FAMILIES[{"full": "VVV", "tied": "EEE", "diag": "VVI", "spherical": "VII"}.get(name, name)]
    samples = [
        each.sample(model.mixture_, ArraySource(rows), np.random.default_rng(3)) for each in RESAMPLINGS.values()
    ]
    found = refitted(samples, [model.mixture_] * 3, family)
    for sample, refit in zip(samples, found, strict=True):
        again = mogul.GaussianMixture(2, covariance_type=name, max_iter=3000)
        again.set_params(weights_init=model.weights_, means_init=model.means_, precisions_init=model.precisions_).fit(
            sample.rows, sample_weight=sample.row_weights
        )
        # A replicate stops at 1e-4 nats from the end.
        assert refit.log_likelihood == pytest.approx(again.lower_bound_ * sample.total_weight, abs=5e-4)
        mean = refit.mixture.logpdf(sample.rows)
        assert np.average(mean, weights=sample.row_weights) * sample.total_weight == pytest.approx(
            refit.log_likelihood, rel=1e-12
        )


def test_the_others_of_a_batch_do_not_matter(model, rows):
    samples = [RESAMPLINGS["weighted"].sample(model.mixture_, ArraySource(rows), np.random.default_rng(s))
               for s in range(5)]  # fmt: skip
    together = refitted(samples, [model.mixture_] * 5, FAMILIES["VVV"])
    for sample, refit in zip(samples, together, strict=True):
        (alone,) = refitted([sample], [model.mixture_], FAMILIES["VVV"])
        assert_same_mixture(alone.mixture, refit.mixture)
        assert alone.log_likelihood == refit.log_likelihood


def test_components_keep_their_numbers(rows):
    """Where components overlap little, no replicate exchanges them, however the fit numbered them."""
    model = mogul.GaussianMixture(2, random_state=0).fit(rows)
    turned = model.mixture_.permuted([1, 0])
    found = mogul.bootstrap(turned, rows, n_replicates=50, rng=0, covariance_type="full")
    away = np.abs(found.replicates.means - turned.means).max(axis=(1, 2))
    apart = np.abs(turned.means[0] - turned.means[1]).max()
    assert away.max() < apart / 2


@KINDS
def test_errors_agree_with_those_of_the_information_matrix_on_many_rows(kind, truth):
    rows = truth.sample(2000, rng=2)
    model = mogul.GaussianMixture(2, random_state=0).fit(rows)
    found = mogul.bootstrap(model, rows, kind=kind, n_replicates=300, rng=0).standard_errors.vectors()
    wanted = mogul.standard_errors(model, rows).standard_errors.vectors()
    # With 300 replicates an error is known to 4 %; the worst of fourteen is hardly ever four times that off.
    np.testing.assert_allclose(found, wanted, rtol=0.17)
    assert np.abs(found / wanted - 1).mean() < 0.07


@KINDS
def test_a_weight_counts_as_so_many_rows(kind, rows):
    weights = np.tile([1.0, 3.0], 150)
    model = mogul.GaussianMixture(2, random_state=0).fit(rows, sample_weight=weights)
    repeated = np.repeat(rows, weights.astype(int), axis=0)
    weighted = mogul.bootstrap(model, rows, kind=kind, n_replicates=200, rng=0, sample_weight=weights)
    same = mogul.bootstrap(model, repeated, kind=kind, n_replicates=200, rng=1)
    np.testing.assert_allclose(weighted.standard_errors.means, same.standard_errors.means, rtol=0.3)
    none = np.where(np.arange(300) < 100, 0.0, 1.0)
    assert mogul.bootstrap(model, rows, kind=kind, n_replicates=3, rng=0, sample_weight=none).n_failed == 0


def test_intervals_are_quantiles_of_the_replicates(model, rows):
    found = mogul.bootstrap(model, rows, n_replicates=200, rng=0)
    low, high = found.interval(0.9)
    np.testing.assert_allclose(low.means, np.quantile(found.replicates.means, 0.05, axis=0))
    np.testing.assert_allclose(high.means, np.quantile(found.replicates.means, 0.95, axis=0))
    low_basic, high_basic = found.interval(0.9, "basic")
    np.testing.assert_allclose(low_basic.weights, 2 * model.weights_ - high.weights)
    np.testing.assert_allclose(high_basic.weights, 2 * model.weights_ - low.weights)
    low_normal, high_normal = found.interval(0.9, "normal")
    np.testing.assert_allclose((high_normal.means - low_normal.means) / 2 / 1.6448536, found.standard_errors.means)
    np.testing.assert_allclose(found.bias.means, found.replicates.means.mean(axis=0) - model.means_)
    with pytest.raises(ParameterError, match="'bca'"):
        found.interval(0.9, "bca")


def test_a_function_of_the_mixture_has_a_value_for_each_replicate(model, rows):
    found = mogul.bootstrap(model, rows, n_replicates=20, rng=0)
    np.testing.assert_array_equal(found.of(lambda mixture: mixture.weights[0]), found.replicates.weights[:, 0])
    assert len(found) == 20
    assert isinstance(found[-1], mogul.Mixture)


def test_progress_is_told(model, rows):
    told = []
    mogul.bootstrap(model, np.tile(rows, (100, 1)), n_replicates=9, rng=0, progress=lambda *now: told.append(now))
    assert told[-1] == (9, 9)
    assert len(told) > 2
    assert told == sorted(told)


def test_it_prints_as_a_table(model, rows):
    text = str(mogul.bootstrap(model, rows, kind="weighted", n_replicates=10, rng=0))
    assert text.splitlines()[0] == "Bootstrap, weighted, 10 replicates, percentile intervals"
    assert len(text.splitlines()) == 2 + 2 * 6


def test_a_long_table_is_cut():
    rows = np.random.default_rng(0).normal(size=(400, 10))
    model = mogul.GaussianMixture(1).fit(rows)
    text = str(mogul.bootstrap(model, rows, n_replicates=5, rng=0))
    assert text.splitlines()[-1] == "... and 8 lines more: print(table()) shows all"


def test_samples_without_a_component_are_counted():
    """One row makes a component: a third of all samples leave it out."""
    rows = np.concatenate([np.random.default_rng(0).normal(size=(60, 1)), [[1e6]]])
    mixture = mogul.Mixture.univariate([60 / 61, 1 / 61], [0.0, 1e6], [1.0, 1.0])
    found = mogul.bootstrap(mixture, rows, n_replicates=60, rng=0, covariance_type="EII")
    assert 5 < found.n_failed < 40
    assert f"({found.n_failed} samples failed)" in str(found)
    assert mogul.bootstrap(mixture, rows, kind="weighted", n_replicates=60, rng=0, covariance_type="EII").n_failed == 0


def test_what_makes_no_sense_is_refused(model, rows):
    with pytest.raises(ParameterError, match="kind is 'jackknife'"):
        mogul.bootstrap(model, rows, kind="jackknife")
    with pytest.raises(ParameterError, match="n_replicates"):
        mogul.bootstrap(model, rows, n_replicates=1)
    with pytest.raises(ShapeError, match="features"):
        mogul.bootstrap(model, rows[:, :1])
    far = mogul.Mixture.univariate([0.5, 0.5], [0.0, 1e9], [1.0, 1.0])
    with pytest.raises(DegenerateComponentError, match="kind='weighted'"):
        mogul.bootstrap(far, rows[:, :1], n_replicates=4, rng=0, covariance_type="EII")


def test_parameters_go_to_vectors_and_back():
    mixture = random_mixture(np.random.default_rng(0), 3, 2)
    parameters = Parameters.of(mixture)
    again = Parameters.of_vectors(parameters.vectors(), 3, 2)
    for name in ("weights", "means", "covariances"):
        np.testing.assert_array_equal(getattr(again, name), getattr(parameters, name))


@pytest.mark.parametrize("way", ["nonparametric", "weighted", "observed"])
def test_intervals_hold_the_truth_as_often_as_they_say(way):
    """Of 40 sets and 3 numbers each; correlated ones count as one, so that the bound is that of 40 coins."""
    truth = mogul.Mixture.univariate([0.4, 0.6], [-3.0, 3.0], [1.0, 1.0])
    hits = np.zeros(3)
    for seed in range(40):
        rows = truth.sample(150, rng=[9, seed])
        model = mogul.GaussianMixture(2, random_state=0).fit(rows)
        order = mogul.match(truth, model.mixture_)
        found = (
            mogul.standard_errors(model, rows)
            if way == "observed"
            else mogul.bootstrap(model, rows, kind=way, n_replicates=79, rng=seed)
        )
        low, high = found.interval()
        hits[0] += (low.weights[order] <= truth.weights)[0] and (truth.weights <= high.weights[order])[0]
        hits[1:] += ((low.means[order] <= truth.means) & (truth.means <= high.means[order]))[:, 0]
    # Fewer hits than this have a probability of 1e-6 if the interval holds 92 %.
    assert hits.min() >= binom.ppf(1e-6, 40, 0.92)
