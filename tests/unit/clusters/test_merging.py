import numpy as np
import pytest
from scipy.special import xlogy

import mogul
from mogul.clusters import elbow, two_lines
from mogul.errors import MogulError, ParameterError
from mogul.testing import random_mixture


@pytest.fixture(scope="module")
def crosses():
    """Return two crosses of two components each, and a ball."""
    covariances = [[[4, 0], [0, 0.1]], [[0.1, 0], [0, 4]], [[2, 1.9], [1.9, 2]], [[2, -1.9], [-1.9, 2]], np.eye(2)]
    return mogul.Mixture(
        [0.2, 0.2, 0.2, 0.2, 0.2], [[0, 0], [0, 0], [12, 0], [12, 0], [0, 12]], np.array(covariances, dtype=float)
    ).permuted([0, 2, 4, 1, 3])


def test_components_that_overlap_make_a_cluster(crosses):
    merging = mogul.merge_components(crosses, crosses.sample(2000, rng=0))
    assert merging.n_clusters == 3
    assert merging.members() == [[0, 3], [1, 4], [2]]
    np.testing.assert_array_equal(merging.clusters(), [0, 1, 2, 0, 1])
    np.testing.assert_array_equal(merging.clusters(5), range(5))
    np.testing.assert_array_equal(merging.clusters(1), [0] * 5)


def test_every_merge_lowers_the_entropy_most():
    rng = np.random.default_rng(0)
    mixture = random_mixture(rng, 6, 2, separation=0.8)
    rows, weights = mixture.sample(300, rng=1), rng.uniform(0, 2, 300)
    merging = mogul.merge_components(mixture, rows, sample_weight=weights)

    def entropy(clusters):
        shares = mixture.responsibilities(rows) @ (clusters[:, None] == np.arange(clusters.max() + 1))
        return -(weights[:, None] * xlogy(shares, shares)).sum()

    for c in range(6, 1, -1):
        before = merging.clusters(c)
        assert merging.entropies[c - 1] == pytest.approx(entropy(before))
        least = min(
            entropy(np.unique(np.where(before == b, a, before), return_inverse=True)[1])
            for a in range(c) for b in range(a + 1, c)
        )  # fmt: skip
        assert merging.entropies[c - 2] == pytest.approx(least, abs=1e-9)
    assert (np.diff(merging.merged_rows) < 0).all()
    assert merging.merged_rows[-1] == 0
    assert merging.merged_rows[-2] <= weights.sum()


def test_clusters_have_probabilities_labels_and_densities(crosses):
    rows = crosses.sample(200, rng=1)
    merging = mogul.merge_components(crosses, rows)
    shares = merging.probabilities(rows)
    assert shares.shape == (200, 3)
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_array_equal(merging.labels(rows), shares.argmax(axis=1))
    np.testing.assert_allclose(merging.probabilities(rows, 5), crosses.responsibilities(rows))
    weights = [crosses.weights[members].sum() for members in merging.members()]
    total = sum(w * each.pdf(rows) for w, each in zip(weights, merging.mixtures(), strict=True))
    np.testing.assert_allclose(total, crosses.pdf(rows))
    assert isinstance(merging.labels(rows[0]), np.integer)


def test_a_weight_counts_as_so_many_rows(crosses):
    rows = crosses.sample(100, rng=2)
    weights = np.random.default_rng(0).integers(0, 3, 100)
    weighted = mogul.merge_components(crosses, rows, sample_weight=weights)
    repeated = mogul.merge_components(crosses, np.repeat(rows, weights, axis=0))
    np.testing.assert_allclose(weighted.entropies, repeated.entropies, atol=1e-9)
    np.testing.assert_array_equal(weighted.maps, repeated.maps)


def test_components_far_apart_are_clusters_already():
    mixture = random_mixture(np.random.default_rng(0), 5, 2, separation=30.0)
    merging = mogul.merge_components(mixture, mixture.sample(200, rng=0))
    assert merging.n_clusters == 5
    assert merging.entropies.max() < 1e-6


def test_the_elbow_is_where_two_lines_meet():
    assert elbow(np.array([0.0, 1.0, 2.0, 12.0, 22.0, 32.0]), 100) == 3
    assert elbow(np.array([0.0, 0.0, 50.0]), 100) == 2
    assert elbow(np.array([0.0, 60.0]), 100) == 2
    assert elbow(np.array([0.0, 40.0, 60.0, 62.0]), 100) == 4  # turns down, not up
    (before, after), error = two_lines(np.array([0.0, 1.0, 2.0, 12.0, 22.0]), 3)
    np.testing.assert_allclose([before, after], [[1, -1], [10, -28]], atol=1e-9)
    assert error < 1e-18


def test_it_prints_as_a_table(crosses):
    text = str(mogul.merge_components(crosses, crosses.sample(500, rng=0)))
    assert "{0,3} {1,4} {2}  <- elbow" in text
    assert len(text.splitlines()) == 6


def test_what_makes_no_sense_is_refused(crosses):
    merging = mogul.merge_components(crosses, crosses.sample(50, rng=0))
    with pytest.raises(ParameterError, match="from 1 to 5"):
        merging.clusters(6)
    with pytest.raises(MogulError, match="3 features"):
        mogul.merge_components(crosses, np.ones((4, 3)))
    with pytest.raises(MogulError, match="sample_weight"):
        mogul.merge_components(crosses, np.ones((4, 2)), sample_weight=[1.0])


def test_one_component_is_one_cluster():
    merging = mogul.merge_components(mogul.Mixture.univariate([1.0], [0.0], [1.0]), [0.0, 1.0])
    assert merging.n_clusters == 1
    assert merging.members() == [[0]]
