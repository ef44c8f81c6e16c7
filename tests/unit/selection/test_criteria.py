import math

import numpy as np
import pytest
from sklearn.mixture import GaussianMixture as Theirs

import mogul
from mogul.data import load_faithful
from mogul.errors import ParameterError, ShapeError
from mogul.selection import Criteria

ROWS = load_faithful().rows


@pytest.mark.parametrize("name", ["full", "tied", "diag", "spherical"])
def test_criteria_are_those_of_sklearn_for_the_same_mixture(name):
    model = mogul.GaussianMixture(2, covariance_type=name, random_state=0).fit(ROWS)
    theirs = Theirs(2, covariance_type=name)
    theirs.weights_, theirs.means_ = model.weights_, model.means_
    theirs.covariances_, theirs.precisions_cholesky_ = model.covariances_, model.precisions_cholesky_
    found = mogul.criteria(model.mixture_, ROWS, name)
    assert found.bic == pytest.approx(theirs.bic(ROWS), rel=1e-12)
    assert found.aic == pytest.approx(theirs.aic(ROWS), rel=1e-12)
    assert found.bic == pytest.approx(model.bic(ROWS), rel=1e-12)


def test_icl_adds_what_the_most_probable_components_leave_open():
    model = mogul.GaussianMixture(3, covariance_type="tied", random_state=0).fit(ROWS)
    found = mogul.criteria(model.mixture_, ROWS, "tied")
    surely = np.log(model.predict_proba(ROWS).max(axis=1)).sum()
    assert found.icl == pytest.approx(found.bic - 2 * surely, rel=1e-12)


def test_weights_count_as_repeated_rows():
    mixture = mogul.GaussianMixture(2, random_state=0).fit(ROWS).mixture_
    counts = np.arange(len(ROWS)) % 3
    weighted = mogul.criteria(mixture, ROWS, sample_weight=counts)
    repeated = mogul.criteria(mixture, np.repeat(ROWS, counts, axis=0))
    assert weighted.n_rows == repeated.n_rows
    for name in ("bic", "aic", "icl"):
        assert getattr(weighted, name) == pytest.approx(getattr(repeated, name), rel=1e-12)


def test_formulas():
    made = Criteria(log_likelihood=-10.0, n_parameters=3, n_rows=50, entropy=0.25)
    assert made.aic == 26.0
    assert made.bic == 20 + 3 * math.log(50)
    assert made.icl == made.bic + 0.5


def test_wrong_input_is_refused():
    mixture = mogul.Mixture.univariate([1.0], [0.0], [1.0])
    with pytest.raises(ShapeError, match="2 features"):
        mogul.criteria(mixture, ROWS)
    with pytest.raises(ParameterError, match="'fulll' is unknown"):
        mogul.criteria(mixture, ROWS[:, :1], "fulll")
