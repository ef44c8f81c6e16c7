"""What is odd about data or a fit: at most one warning of a kind, with its code, its column and its remedy."""

import warnings

import numpy as np
import pytest

from mogul import GaussianMixture
from mogul.source import ArraySource
from mogul.training import examined

RNG = np.random.default_rng(0)
BLOB = RNG.standard_normal((300, 2))

ODD = {
    "CONSTANT": (np.c_[BLOB, np.full(300, 7.0)], 1, "Column 2 is constant"),
    "RANK": (np.c_[BLOB, BLOB.sum(axis=1)], 1, "3 columns span only 2 dimensions"),
    "PRECISION": (
        BLOB * [1.0, 1e-6] + [0.0, 1e10],
        1,
        "Column 1 has a standard deviation of .* units in the last place",
    ),
    "DISTINCT": (np.repeat(BLOB[:2], 20, axis=0)[:, :1], 3, "2 distinct rows for 3 components"),
    "DEGENERATE": (np.r_[BLOB, np.full((60, 2), 30.0)], 2, "Component .* sits at the variance floor"),
}


@pytest.mark.parametrize("code", ODD)
def test_oddities_are_named(code):
    rows, n_components, message = ODD[code]
    with pytest.warns(UserWarning, match=message) as caught:
        GaussianMixture(n_components, random_state=0).fit(rows)
    codes = [warning.message.code for warning in caught]
    assert codes.count(code) == 1
    assert len(set(codes)) == len(codes)


def test_sound_data_raise_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GaussianMixture(2, random_state=0).fit(np.r_[BLOB, BLOB + 20.0])


def test_collapse_without_a_floor_is_told():
    rows = np.r_[BLOB, np.full((60, 2), 30.0)]
    start = {"weights_init": [0.5, 0.5], "means_init": [[0.0, 0.0], [30.0, 30.0]], "precisions_init": [np.eye(2)] * 2}
    with pytest.warns(UserWarning, match="collapsed .* at iteration") as caught:
        model = GaussianMixture(2, reg_covar=0.0, **start).fit(rows)
    assert np.isfinite(model.score(rows))
    assert [warning.message.code for warning in caught] == ["DEGENERATE"]


@pytest.mark.parametrize("correlations", [True, False])
def test_the_report_holds_the_spread(correlations):
    weights = RNG.gamma(2.0, size=300)
    report = examined(ArraySource(BLOB + 100.0, weights), correlations=correlations)
    wanted = np.sqrt(np.diag(np.cov(BLOB.T, aweights=weights, bias=True)))
    np.testing.assert_allclose(report.spread.deviations, wanted, rtol=1e-12)
    assert (report.spread.axes is None) is not correlations
    np.testing.assert_allclose(report.precision, wanted / np.spacing(np.abs(BLOB + 100.0).max(axis=0)), rtol=1e-12)


def test_rows_without_weight_do_not_count_for_underflow():
    rows = np.r_[np.full((20, 1), 1e-200), [[3e-200]]]
    report = examined(ArraySource(rows, np.r_[np.ones(20), 0.0]), correlations=False)
    assert report.spread.constant.all()
