"""Climbing to modes."""

import numpy as np

from mogul.mixture import climbing
from mogul.mixture.probability import whitenings_of
from mogul.testing import FORMS, random_mixture


def test_derivatives_are_those_of_the_log_density():
    for form in FORMS:
        mixture = random_mixture(np.random.default_rng(1), 3, 3, form)
        whitenings = whitenings_of(mixture)
        precisions = whitenings.swapaxes(1, 2) @ whitenings
        x = mixture.sample(20, rng=2)
        gradient, hessian, _ = climbing.derivatives(mixture, precisions, x)
        for i, unit in enumerate(np.eye(3) * 1e-5):
            slope = (mixture.logpdf(x + unit) - mixture.logpdf(x - unit)) / 2e-5
            np.testing.assert_allclose(gradient[:, i], slope, atol=1e-7)
            up, down = (climbing.derivatives(mixture, precisions, x + s * unit)[0] for s in (1, -1))
            np.testing.assert_allclose(hessian[:, i], (up - down) / 2e-5, atol=1e-6)


def test_climbs_never_end_lower_than_they_began():
    mixture = random_mixture(np.random.default_rng(3), 4, 2, separation=1.0)
    whitenings = whitenings_of(mixture)
    precisions = whitenings.swapaxes(1, 2) @ whitenings
    begin = 3 * np.random.default_rng(4).standard_normal((50, 2))
    end = climbing.climbed(mixture, precisions, begin)
    assert (mixture.logpdf(end) >= mixture.logpdf(begin)).all()
    gradient = climbing.derivatives(mixture, precisions, end)[0]
    assert np.abs(gradient).max() < 1e-9
