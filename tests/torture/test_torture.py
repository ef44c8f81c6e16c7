"""Whatever a user hands over: a sound model, a model and a named warning, or a refusal that says what to do."""

import re
import runpy
import warnings
from pathlib import Path

import numpy as np
import pytest

from mogul import GaussianMixture
from mogul.errors import MogulWarning

CORPUS = runpy.run_path(str(Path(__file__).with_name("corpus.py")))
CASES = CORPUS["CASES"]

WARNING_CODES = ("DISTINCT", "DEGENERATE", "CONSTANT", "RANK", "PRECISION", "NOTCONV")
ERROR_CODES = ("EMPTY", "TOO_FEW", "NDIM", "DTYPE", "SPARSE", "NONFINITE", "RANGE", "WEIGHTS", "PARAM")

REMEDY = re.compile(
    r"\b(try|use|set|pass|remove|drop|rescale|scale|increase|decrease|centre|reshape|convert|divide|multiply|subtract)\b"
    r"|must have|\.toarray",
    re.IGNORECASE,
)


def _invariants(model, rows, labels):
    """Return what is wrong with a fitted model, whatever the data."""
    numbers = np.asarray(rows, dtype=np.float64)
    as_doubles = rows.astype(np.float64) if hasattr(rows, "columns") else numbers
    is_single = getattr(rows, "dtype", None) in (np.dtype("f4"), np.dtype(">f4"), np.dtype("f2"))
    # Attributes of a model of float32 rows are float32.
    eps = 1e-5 if is_single else 1e-9
    weights, means, covariances = (
        np.asarray(values, dtype=np.float64) for values in (model.weights_, model.means_, model.covariances_)
    )
    if not all(np.isfinite(values).all() for values in (weights, means, covariances)):
        return ["parameters are not finite"]
    wrong = []
    if weights.min() < 0 or abs(weights.sum() - 1) > eps:
        wrong.append("weights do not sum to one")
    low, high = numbers.min(0), numbers.max(0)
    slack = eps * (high - low) + (1e-5 if is_single else 1e-12) * np.maximum(abs(low), abs(high))
    if ((means < low - slack) | (means > high + slack)).any():
        wrong.append("a mean lies outside the data")
    wrong += _covariance_faults(covariances, model.covariance_type)
    shares = np.asarray(model.predict_proba(rows), dtype=np.float64)
    if not np.isfinite(shares).all() or abs(shares.sum(1) - 1).max() > 1e-5:  # float32 sums of many components
        wrong.append("responsibilities do not sum to one")
    score, score_of_doubles = float(model.score(rows)), float(model.score(as_doubles))
    if not np.isfinite(score):
        wrong.append("score is not finite")
    elif abs(score - score_of_doubles) > 1e-9 * max(1.0, abs(score_of_doubles)):
        wrong.append(f"score depends on the dtype: {score:.9g}, of float64 {score_of_doubles:.9g}")
    if labels is not None and not np.array_equal(labels, model.predict(rows)):
        wrong.append("fit_predict is not predict")
    bounds = np.asarray(model.lower_bounds_, dtype=np.float64)
    if len(bounds) > 1 and np.diff(bounds).min() < 0 and not model.reg_covar:
        wrong.append(f"the objective fell by {-np.diff(bounds).min():.3g}")
    return wrong


def _covariance_faults(covariances, covariance_type):
    if covariances.ndim == 3 or (covariances.ndim == 2 and covariance_type == "tied"):
        for matrix in covariances.reshape(-1, *covariances.shape[-2:]):
            deviations = np.sqrt(np.diag(matrix))
            if not (deviations > 0).all():
                return ["a variance is not positive"]
            if np.linalg.eigvalsh(matrix / deviations[:, None] / deviations)[0] <= 0:
                return ["a covariance is not positive definite"]
        return []
    return [] if (covariances > 0).all() else ["a variance is not positive"]


def _observed(case):
    """Return (outcome, problems): 'ok', 'warn:CODE' or 'error:CODE', and what is wrong beside it."""
    rows = case.make()

    def make_estimator():
        return GaussianMixture(**{"random_state": 0, **case.settings})

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            model = make_estimator()
            labels = None
            if case.fit:
                model.fit(rows, **case.fit)
            else:
                labels = model.fit_predict(rows)
        except (ValueError, TypeError) as error:
            problems = [] if REMEDY.search(str(error)) else [f"no remedy: {error}"]
            if not isinstance(getattr(error, "code", None), str):
                problems.append(f"no code: {type(error).__name__}: {error}")
            if caught:
                problems.append(f"a warning before an error: {caught[0].message}")
            return f"error:{getattr(error, 'code', None)}", problems
    outcomes = [f"warn:{w.message.code}" for w in caught if isinstance(w.message, MogulWarning)]
    problems = [f"foreign warning: {w.message}" for w in caught if not isinstance(w.message, MogulWarning)]
    problems += [f"no remedy: {w.message}" for w in caught if not REMEDY.search(str(w.message))]
    if len(set(outcomes)) < len(outcomes):
        problems.append("two warnings of one kind")
    with warnings.catch_warnings():
        # A second fit may remark again; numerical warnings are faults.
        warnings.simplefilter("ignore", MogulWarning)
        warnings.simplefilter("error", RuntimeWarning)
        problems += _invariants(model, rows, labels)
        if case.truth is not None:
            problems += case.truth(make_estimator, model, rows)
    return "|".join(outcomes) or "ok", problems


@pytest.mark.parametrize("name", CASES)
def test_a_user_sees(name):
    outcome, problems = _observed(CASES[name])
    assert problems == []
    assert set(outcome.split("|")) <= set(CASES[name].expected.split("|"))


def test_rows_in_a_memory_mapped_file(tmp_path):
    rows = CORPUS["blobs"]()
    for dtype in (np.float64, np.float32):
        np.save(tmp_path / "rows.npy", rows.astype(dtype))
        mapped = np.load(tmp_path / "rows.npy", mmap_mode="r")
        model = GaussianMixture(2, random_state=0).fit(mapped)
        assert _invariants(model, mapped, model.predict(mapped)) == []
        in_memory = GaussianMixture(2, random_state=0).fit(rows.astype(dtype))
        np.testing.assert_array_equal(model.means_, in_memory.means_)


def test_every_code_occurs_in_the_corpus():
    expected = {outcome for case in CASES.values() for outcome in case.expected.split("|")}
    assert expected == {f"error:{c}" for c in ERROR_CODES} | {f"warn:{c}" for c in WARNING_CODES} | {"ok"}
