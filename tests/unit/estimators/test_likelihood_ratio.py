import numpy as np
import pytest
from scipy.stats import binom

import mogul
from mogul.errors import MogulError, ParameterError, TooFewRowsError
from mogul.estimators import LikelihoodRatioTest

TWO = mogul.Mixture.univariate([0.4, 0.6], [-4.0, 4.0], [1.0, 1.0])


def test_p_counts_the_samples_that_exceed():
    test = LikelihoodRatioTest(1, 5.0, np.array([1.0, 5.0, 7.0, 2.0]), TWO, TWO)
    assert test.n_exceeding == 2
    assert test.p_value == 3 / 5
    assert str(test) == "1 against 2 components: 2 log ratio 5, p = 0.6 (2 of 4 samples exceed it)"


def test_the_statistic_is_twice_the_gain_of_whole_fits():
    rows = TWO.sample(150, rng=0)
    test = mogul.likelihood_ratio_test(rows, 1, covariance_type="spherical", n_replicates=3, rng=0)
    one, two = (mogul.GaussianMixture(k, covariance_type="spherical", random_state=0).fit(rows) for k in (1, 2))
    assert test.statistic == pytest.approx(2 * 150 * (two.lower_bound_ - one.lower_bound_), abs=1e-3)
    assert test.null.n_components == 1
    assert test.alternative.n_components == 2
    assert (test.replicates >= 0).all()


def test_two_groups_far_apart_are_told_from_one_but_not_from_three():
    rows = TWO.sample(100, rng=2)
    told = []
    found = mogul.likelihood_ratio_sequence(
        rows, covariance_type="tied", n_replicates=19, rng=0, progress=lambda *now: told.append(now)
    )
    assert found.n_components == 2
    assert found.is_settled
    assert [test.n_components for test in found.tests] == [1, 2]
    assert found.tests[0].p_value == 0.05
    assert found.mixture.n_components == 2
    assert str(found).splitlines()[-1] == "2 components at alpha = 0.05"
    assert told == [(number, 19) for number in range(1, 20)] * 2


def test_a_sequence_that_is_cut_off_asks_for_more():
    rows = mogul.Mixture.univariate([0.3, 0.3, 0.4], [-9.0, 0.0, 9.0], [1.0, 1.0, 1.0]).sample(90, rng=0)
    found = mogul.likelihood_ratio_sequence(rows, max_components=2, covariance_type="spherical", n_replicates=19, rng=0)
    assert not found.is_settled
    assert found.n_components == found.mixture.n_components == 2
    assert str(found).splitlines()[-1] == "2 components or more at alpha = 0.05"


def test_a_seed_decides_and_more_replicates_keep_the_first():
    rows = TWO.sample(80, rng=2)
    short, long = (mogul.likelihood_ratio_test(rows, 1, n_replicates=n, rng=4) for n in (3, 5))
    np.testing.assert_array_equal(short.replicates, long.replicates[:3])
    assert short.statistic == long.statistic


def test_a_weight_counts_as_so_many_rows():
    rows = TWO.sample(60, rng=3)
    weights = np.tile([1.0, 2.0], 30)
    weighted = mogul.likelihood_ratio_test(rows, 1, n_replicates=2, rng=0, sample_weight=weights)
    repeated = mogul.likelihood_ratio_test(np.repeat(rows, [1, 2] * 30, axis=0), 1, n_replicates=2, rng=0)
    assert weighted.statistic == pytest.approx(repeated.statistic, abs=1e-3)
    # The samples have as many rows, drawn from the same fit.
    np.testing.assert_allclose(weighted.replicates, repeated.replicates, atol=1e-3)


def test_what_holds_is_rejected_as_rarely_as_it_should_be():
    """At 10 %, with 9 replicates: rejected if all of them lie below."""
    one = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    rejected = sum(
        mogul.likelihood_ratio_test(
            one.sample(60, rng=[1, seed]), 1, covariance_type="tied", n_replicates=9, rng=seed
        ).p_value <= 0.1
        for seed in range(25)
    )  # fmt: skip
    # More than this have a probability of 1e-6 at a size of 10 %.
    assert rejected <= binom.isf(1e-6, 25, 0.1)


def test_what_makes_no_sense_is_refused():
    rows = TWO.sample(30, rng=0)
    with pytest.raises(ParameterError, match="alpha is 5"):
        mogul.likelihood_ratio_sequence(rows, alpha=5)
    with pytest.raises(ParameterError, match="Use n_replicates = 19"):
        mogul.likelihood_ratio_sequence(rows, n_replicates=9)
    with pytest.raises(MogulError, match="n_components"):
        mogul.likelihood_ratio_test(rows, 0)
    with pytest.raises(MogulError, match="covariance_type"):
        mogul.likelihood_ratio_test(rows, covariance_type="fulll")
    with pytest.raises(TooFewRowsError, match="n_components = 4"):
        mogul.likelihood_ratio_test(rows[:3], 3)
