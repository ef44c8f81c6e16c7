"""Probabilities, quantiles, modes, regions and entropies against mpmath; see `oracles/probability.py`."""

import json
from pathlib import Path

import numpy as np
import pytest

from mogul import DiagonalCovariance, Mixture

ORACLE = json.loads((Path(__file__).parent / "oracles" / "probability.json").read_text())
NAMES = list(ORACLE["mixtures"])


@pytest.fixture(params=NAMES)
def table(request):
    return ORACLE["mixtures"][request.param]


@pytest.fixture
def mixture(table):
    means, variances = (np.array(table[name])[:, None] for name in ("means", "variances"))
    return Mixture(table["weights"], means, DiagonalCovariance(variances))


def _numbers(texts):
    return np.array(texts, dtype=float)


def _above_the_least_number(values):
    """Return which values keep all their digits in floating point."""
    return values > 1e-300


def test_distribution_functions(mixture, table):
    places = ORACLE["places"]
    np.testing.assert_allclose(mixture.logcdf(places), _numbers(table["log_below"]), rtol=1e-12, atol=1e-14)
    for found, wanted in ((mixture.cdf(places), table["below"]), (mixture.ccdf(places), table["above"])):
        wanted = _numbers(wanted)
        some = _above_the_least_number(wanted)
        np.testing.assert_allclose(found[some], wanted[some], rtol=1e-12)
        np.testing.assert_allclose(np.exp(mixture.logccdf(places)), mixture.ccdf(places), rtol=1e-12)


def test_quantiles(mixture, table):
    p = np.array(ORACLE["probabilities"])
    for found, wanted in ((mixture.icdf(p), table["quantiles"]), (mixture.iccdf(p), table["upper_quantiles"])):
        wanted = _numbers(wanted)
        # In a gap between components, where all of a stretch has the same probability as a double, any of it will do.
        blur = np.minimum(p, 1 - p) * 2.0**-52 / mixture.pdf(wanted)
        sharp = blur < 0.01
        assert sharp.sum() >= 9
        np.testing.assert_array_less(np.abs(found - wanted)[sharp], (1e-12 * np.abs(wanted) + 4 * blur + 1e-16)[sharp])


def test_boxes_in_tails_and_thin_ones(mixture, table):
    lower, upper = np.array(ORACLE["boxes"]).T
    wanted = _numbers(table["boxes"])
    some = _above_the_least_number(wanted)
    np.testing.assert_allclose(mixture.probability(lower, upper)[some], wanted[some], rtol=1e-12)


def test_modes_and_antimodes(mixture, table):
    turns = _numbers(table["turns"])
    modes, antimodes = mixture.modes(), mixture.antimodes()
    assert modes.is_complete
    # A point where a function is flat is known to the square root of rounding where that is of the size of p' only.
    scale = 1e-9 * np.sqrt(max(table["variances"]))
    np.testing.assert_allclose(modes.points[:, 0], turns[0::2], rtol=1e-12, atol=scale)
    np.testing.assert_allclose(antimodes.points[:, 0], turns[1::2], rtol=1e-9, atol=scale)


def test_p_values(mixture, table):
    wanted = _numbers(table["p_values"])
    some = _above_the_least_number(wanted)
    found = mixture.p_values(ORACLE["places"])
    np.testing.assert_allclose(found[some], wanted[some], rtol=1e-12 if wanted.max() < 0.999 else 1e-7)
    low = some & (wanted < 0.9)
    np.testing.assert_allclose(found[low], wanted[low], rtol=2e-12)


@pytest.mark.parametrize("mass", ORACLE["masses"])
def test_regions(mixture, table, mass):
    wanted = table["regions"][str(mass)]
    region = mixture.region(mass)
    assert region.log_level == pytest.approx(float(wanted["log_level"]), rel=1e-12, abs=1e-12)
    assert region.standard_error == 0
    spread = np.sqrt(max(table["variances"]))
    np.testing.assert_allclose(region.intervals(), _numbers(wanted["intervals"]), rtol=1e-12, atol=1e-12 * spread)


def test_entropy(mixture, table):
    wanted = float(table["entropy"])
    estimate = mixture.entropy(rng=1)
    assert abs(estimate.value - wanted) <= 4 * estimate.standard_error + 1e-12
    low, high = mixture.entropy_bounds()
    assert low - 1e-12 <= wanted <= high + 1e-12
