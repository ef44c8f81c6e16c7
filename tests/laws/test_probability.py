"""Laws of probabilities, quantiles, modes and regions, over 200 random mixtures."""

from itertools import pairwise

import numpy as np
import pytest

from mogul.testing import FORMS, random_mixture

NUMBERS = range(200)
PROBABILITIES = np.concatenate(
    [
        10.0 ** -np.linspace(0.5, 300, 300),
        np.linspace(0.01, 0.99, 50),
        1 - 10.0 ** -np.linspace(1, 15.9, 60),
        [1e-300, 1 - 2.0**-53],
    ]
)


def _line(number):
    rng = np.random.default_rng([number, 1])
    return random_mixture(rng, int(rng.integers(1, 6)), 1, list(FORMS)[number % 4])


@pytest.mark.parametrize("number", NUMBERS)
def test_the_distribution_function_of_a_quantile_is_its_probability(number):
    line = _line(number)
    np.testing.assert_allclose(line.cdf(line.icdf(PROBABILITIES)), PROBABILITIES, rtol=1e-12)
    np.testing.assert_allclose(line.ccdf(line.iccdf(PROBABILITIES)), PROBABILITIES, rtol=1e-12)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_density_turns_at_modes_and_antimodes_only(number):
    line = _line(number)
    modes, between = line.modes(), line.antimodes()
    assert modes.is_complete
    assert len(modes) == len(between) + 1 <= line.n_components
    turns = np.sort(np.concatenate([modes.points[:, 0], between.points[:, 0]]))
    # Ascending and descending stretches, sampled.
    ends = np.concatenate([[turns[0] - 30], turns, [turns[-1] + 30]])
    for piece, (left, right) in enumerate(pairwise(ends)):
        steps = np.diff(line.logpdf(np.linspace(left, right, 50)[:, None]))
        assert (steps * (-1) ** piece > -1e-13).all()


@pytest.mark.parametrize("number", range(0, 200, 8))
def test_intervals_of_one_feature_hold_their_mass(number):
    line = _line(number)
    for mass in (0.5, 0.9, 0.99):
        for low, high in (line.interval(mass), line.shortest_interval(mass)):
            assert line.probability(low, high) == pytest.approx(mass, rel=1e-12)
        intervals = line.region(mass).intervals()
        assert line.probability(intervals[:, 0], intervals[:, 1]).sum() == pytest.approx(mass, rel=1e-12)
        length = (intervals[:, 1] - intervals[:, 0]).sum()
        shortest, central = (np.diff(ends)[0] for ends in (line.shortest_interval(mass), line.interval(mass)))
        assert length <= shortest * (1 + 1e-12)
        assert shortest <= central * (1 + 1e-12)


def test_regions_cover_their_mass_within_three_standard_errors():
    """D = 1 to 5: of 600 coverages, as many as chance allows are off by more than three standard errors."""
    n_draws, errors = 5_000, []
    for number in NUMBERS:
        rng = np.random.default_rng([number, 2])
        n_features = number % 5 + 1
        mixture = random_mixture(rng, int(rng.integers(1, 6)), n_features, list(FORMS)[number // 5 % 4])
        law = mixture.density_law(rng=rng, n_draws=1 << 12)
        masses = np.array([0.5, 0.9, 0.99])
        levels = law.log_levels(masses)
        heights = mixture.logpdf(mixture.sample(n_draws, rng=rng))
        covered = (heights[:, None] >= levels).mean(axis=0)
        chance = masses * (1 - masses) / n_draws + law.standard_errors(levels) ** 2
        errors.append((covered - masses) / np.sqrt(chance))
    errors = np.array(errors)
    # Of normal variables, 0.27 % are beyond three; the standard errors of 16 replicates are known to a fifth.
    assert (np.abs(errors) > 3).mean() < 0.012
    assert np.abs(errors).max() < 5
    assert 0.85 < np.sqrt((errors**2).mean()) < 1.15
    assert abs(errors.mean()) < 0.15


@pytest.mark.parametrize("number", range(0, 200, 10))
def test_half_spaces_and_surprises_are_total(number):
    """P(a x <= b) is the distribution function of the marginal where a is an axis; surprise is a log-density."""
    rng = np.random.default_rng([number, 3])
    mixture = random_mixture(rng, int(rng.integers(1, 6)), int(rng.integers(2, 6)), list(FORMS)[number % 4])
    offsets = np.linspace(-5, 5, 11)
    for j, axis in enumerate(np.eye(mixture.n_features)):
        found = mixture.half_space_probability(axis, offsets)
        np.testing.assert_allclose(found, mixture.marginal([j]).cdf(offsets), rtol=1e-11)
    x = mixture.sample(5, rng=rng)
    others = mixture.marginal(range(1, mixture.n_features))
    np.testing.assert_allclose(
        others.logpdf(x[:, 1:]), mixture.logpdf(x) + mixture.surprises(x)[:, 0], rtol=1e-9, atol=1e-9
    )
