"""Where the line is drawn."""

import numpy as np
import pytest

from mogul.estimators import GaussianMixture
from mogul.estimators.calibration import CALIBRATIONS, by_contamination, conformal_p_values


def _make():
    return GaussianMixture(1, random_state=0)


ROWS = np.random.default_rng(0).standard_normal((199, 2))


def test_conformal_p_values_count_the_scores_that_are_as_low():
    scores = np.array([1.0, 2.0, 2.0, 5.0])
    np.testing.assert_allclose(conformal_p_values(scores, np.array([0.0, 1.0, 2.0, 9.0])), [0.2, 0.4, 0.8, 1.0])


@pytest.mark.parametrize("name", ["cross", "split"])
def test_the_line_is_a_score_of_the_rank_that_the_rate_asks_for(name):
    found = CALIBRATIONS[name](_make, ROWS, 0.05, np.random.default_rng(0))
    rank = int(0.05 * (len(found.scores) + 1))
    assert found.offset == found.scores[rank - 1]
    assert (np.diff(found.scores) >= 0).all()


def test_split_keeps_the_scored_rows_from_the_fit():
    found = CALIBRATIONS["split"](_make, ROWS, 0.05, np.random.default_rng(0))
    assert len(found.scores) == 99
    assert not np.allclose(found.model.means_, ROWS.mean(axis=0))


def test_the_model_of_cross_calibration_is_of_all_rows():
    found = CALIBRATIONS["cross"](_make, ROWS, 0.05, np.random.default_rng(0))
    np.testing.assert_array_equal(found.model.means_, _make().fit(ROWS).means_)
    assert len(found.scores) == len(ROWS)


def test_the_own_law_and_contamination():
    own = CALIBRATIONS["model"](_make, ROWS, 0.05, np.random.default_rng(0))
    assert own.model.mixture_.density_law().p_values(own.offset) == pytest.approx(0.05, rel=1e-9)
    share = by_contamination(_make, ROWS, 0.1)
    assert (share.model.score_samples(ROWS) < share.offset).mean() == pytest.approx(0.1, abs=0.006)
