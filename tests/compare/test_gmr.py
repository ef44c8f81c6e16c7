"""Conditionals beside those of gmr, stored and live."""

import json
from pathlib import Path

import numpy as np
import pytest

import mogul
from mogul.testing import FORMS, random_mixture


def test_stored_values():
    stored = json.loads((Path(__file__).parent / "oracles" / "gmr.json").read_text(encoding="utf-8"))
    mixture = mogul.Mixture(stored["weights"], stored["means"], stored["covariances"])
    batch = mixture.conditionals(stored["known"], stored["rows"])
    np.testing.assert_allclose(batch.mean(), stored["conditional_means"], rtol=1e-10)
    np.testing.assert_allclose(batch.weights[0], stored["weights_of_first"], rtol=1e-10)
    np.testing.assert_allclose(batch[0].covariances.dense(), stored["covariances_of_first"], rtol=1e-10)


@pytest.mark.parametrize("form", FORMS)
def test_live_values(form):
    gmr = pytest.importorskip("gmr")
    mixture = random_mixture(np.random.default_rng(0), 3, 4, form)
    theirs = gmr.GMM(3, priors=mixture.weights, means=mixture.means, covariances=np.array(mixture.covariances.dense()))
    rows = mixture.sample(50, rng=2)[:, [1, 3]]
    found, wanted = mixture.conditionals([1, 3], rows).mean(), theirs.predict(np.array([1, 3]), rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)
    one, ours = theirs.condition([1, 3], rows[0]), mixture.condition({1: rows[0, 0], 3: rows[0, 1]})
    np.testing.assert_allclose(ours.weights, one.priors, rtol=1e-9)
    np.testing.assert_allclose(ours.means, one.means, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(ours.covariances.dense(), one.covariances, rtol=1e-9, atol=1e-11)
