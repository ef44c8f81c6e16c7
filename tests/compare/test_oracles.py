"""Numbers that other software, and NIST, vouch for; see `oracles/README.md`."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from mogul import GaussianMixture
from mogul.data import load_faithful
from mogul.family import FAMILIES
from mogul.start import statistics_of_labels
from mogul.statistics import FullMoments

ORACLES = Path(__file__).parent / "oracles"
CERTIFIED = json.loads((ORACLES / "certified.json").read_text())
REFERENCE = json.loads((ORACLES / "families.json").read_text())

OPTIMA = [
    (data, int(n_components), family, value)
    for data in ("faithful", "iris")
    for n_components, values in CERTIFIED[data].items()
    for family, value in values.items()
]
NIST = CERTIFIED["nist_strd_univariate"]
CASES = [(data, family) for data in REFERENCE["em"] for family in FAMILIES]


def _rows(data):
    return load_faithful().rows if data == "faithful" else np.array(REFERENCE["data"][data]["X"])


def _labels(data):
    return np.array(REFERENCE["data"][data]["y"]) - 1


@pytest.mark.parametrize("random_state", range(5))
@pytest.mark.parametrize(("data", "n_components", "family", "value"), OPTIMA)
def test_default_settings_reach_the_certified_optimum(data, n_components, family, value, random_state):
    rows = _rows(data)
    model = GaussianMixture(n_components, covariance_type=family, random_state=random_state).fit(rows)
    assert model.converged_
    assert model.score(rows) * len(rows) >= value - 1e-6


def _nist_rows(name):
    whole, centre = {"NumAcc1": (None, None), "NumAcc3": (1000000, ".2"), "NumAcc4": (10000000, ".2")}[name]
    if whole is None:
        return np.array(NIST[name]["data"], dtype=float)[:, None]
    # Read as decimal numbers, as NIST prints them: the base plus 0.1 would round twice.
    return np.array([float(f"{whole}{centre}")] + 500 * [float(f"{whole}.1"), float(f"{whole}.3")])[:, None]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", [name for name in NIST if name.startswith("NumAcc")])
def test_nist_mean_and_deviation_come_out_with_eight_digits(name, family):
    rows = _nist_rows(name)
    model = GaussianMixture(1, covariance_type=family).fit(rows)
    deviation = np.sqrt(model.covariances_.ravel()[0] * len(rows) / (len(rows) - 1))
    for found, certified in ((model.means_[0, 0], NIST[name]["mean"]), (deviation, NIST[name]["sd"])):
        error = abs(found - certified) / abs(certified)
        # The data themselves, as doubles, keep no more than 8.2 digits of the deviation of NumAcc4.
        assert -np.log10(max(error, 1e-16)) >= 8


@pytest.mark.parametrize(("data", "family"), [case for case in CASES if case[1] in REFERENCE["mstep"][case[0]]])
def test_one_m_step_at_the_true_labels(data, family):
    rows, labels, member = _rows(data), _labels(data), FAMILIES[family]
    statistics = statistics_of_labels(rows, np.ones(len(rows)), labels, labels.max() + 1, FullMoments())
    own = replace(statistics, second=member.moments.of_full(statistics.second), moments=member.moments)
    found, reference = member.mixture(own).covariances.dense(), np.array(REFERENCE["mstep"][data][family]["sigma"])
    # Relative to the standard deviations of both features. mclust ends its inner iterations early: by 1e-5 of the
    # objective for VEE and EVE, whose covariances are then known to the root of that.
    tolerance = {"VEI": 2e-8, "VEE": 1e-3, "EVE": 2e-2}.get(family, 1e-8)
    deviations = np.sqrt(np.einsum("kii->ki", reference))
    assert (np.abs(found - reference) <= tolerance * deviations[:, :, None] * deviations[:, None, :]).all()
    ours, theirs = (_loss(statistics, covariances) for covariances in (found, reference))
    assert ours <= theirs + 1e-12 * abs(theirs)


def _loss(statistics, covariances):
    traces = np.trace(np.linalg.solve(covariances, statistics.scatter()), axis1=1, axis2=2)
    return statistics.counts @ np.linalg.slogdet(covariances)[1] + traces.sum()


@pytest.mark.parametrize(("data", "family"), CASES)
def test_em_from_the_true_labels_ends_at_the_same_fixed_point(data, family):
    rows, labels, reference = _rows(data), _labels(data), REFERENCE["em"][data][family]
    model = GaussianMixture(
        labels.max() + 1, covariance_type=family, responsibilities_init=labels, tol=0.0, max_iter=100_000
    ).fit(rows)
    assert model.score(rows) * len(rows) == pytest.approx(reference["loglik"], abs=1e-7)
    # At a fixed point found to d in likelihood, parameters are known to sqrt(d).
    np.testing.assert_allclose(model.weights_, reference["pro"], atol=1e-5)
    means = np.array(reference["mean"])
    np.testing.assert_allclose(
        model.means_, means if means.shape == model.means_.shape else means.T, rtol=1e-5, atol=1e-5
    )
    covariances = model.mixture_.covariances.dense()
    np.testing.assert_allclose(covariances, reference["sigma"], rtol=1e-5, atol=1e-5 * np.abs(covariances).max())


@pytest.mark.parametrize(("data", "family"), CASES)
def test_the_number_of_parameters(data, family):
    rows, n_components = _rows(data), _labels(data).max() + 1
    expected = REFERENCE["em"][data][family]["npar"]
    n_features = rows.shape[1]
    n_covariance = FAMILIES[family].n_parameters(n_components, n_features)
    assert n_covariance + n_components * n_features + n_components - 1 == expected
