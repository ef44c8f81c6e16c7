"""Do regions hold the mass they name, and alarms keep the rate they name? On random mixtures, all seeds fixed.

    python benchmarks/alarms.py            # both tables
    python benchmarks/alarms.py --quick    # a few mixtures

Regions: of 200 random mixtures in 1 to 5 features, how far the coverage of 200 000 fresh draws lies from the mass, in
standard errors of both. Alarms: the share of 20 000 fresh rows of the same mixture that a fitted `OutlierDetector`
calls outliers, mean over fits.
"""

from __future__ import annotations

import argparse

import numpy as np

import mogul
from mogul.testing import FORMS, random_mixture

MASSES = np.array([0.5, 0.9, 0.99])


def coverages(n_mixtures: int, n_draws: int) -> None:
    """Print how regions of random mixtures cover, for each number of features."""
    print("features  mass  mixtures  mean error  standard errors: rms, largest  beyond 3")
    for n_features in range(1, 6):
        errors, scaled = [], []
        for number in range(n_mixtures // 5):
            rng = np.random.default_rng([n_features, number])
            form = list(FORMS)[number % 4]
            mixture = random_mixture(rng, int(rng.integers(1, 6)), n_features, form)
            law = mixture.density_law(rng=rng)
            levels = law.log_levels(MASSES)
            heights = mixture.logpdf(mixture.sample(n_draws, rng=rng))
            error = (heights[:, None] >= levels).mean(axis=0) - MASSES
            errors.append(error)
            scaled.append(error / np.sqrt(MASSES * (1 - MASSES) / n_draws + law.standard_errors(levels) ** 2))
        for mass, error, z in zip(MASSES, np.array(errors).T, np.array(scaled).T, strict=True):
            print(
                f"{n_features:8d}  {mass:4}  {len(z):8d}  {error.mean():10.5f}  "
                f"{np.sqrt((z**2).mean()):21.2f}, {np.abs(z).max():7.2f}  {(np.abs(z) > 3).sum():8d}",
                flush=True,
            )


def false_alarms(n_fits: int) -> None:
    """Print the rate of alarms on fresh rows, for each way to draw the line."""
    print("calibration  rows  features  components  asked  met, with standard error of the mean")
    for calibration in ("cross", "split", "model"):
        for n_rows, n_features, n_components in ((200, 2, 2), (1000, 3, 3), (1000, 6, 4)):
            for rate in (0.01, 0.05):
                met = []
                for seed in range(n_fits):
                    mixture = random_mixture(np.random.default_rng(seed), n_components, n_features)
                    detector = mogul.OutlierDetector(
                        n_components, false_alarm_rate=rate, calibration=calibration, random_state=0
                    ).fit(mixture.sample(n_rows, rng=seed + 100))
                    met.append((detector.predict(mixture.sample(20_000, rng=seed + 900)) == -1).mean())
                error = np.std(met, ddof=1) / np.sqrt(n_fits)
                print(
                    f"{calibration:11}  {n_rows:4d}  {n_features:8d}  {n_components:10d}  {rate:5}  "
                    f"{np.mean(met):.4f} +- {error:.4f}",
                    flush=True,
                )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few mixtures, to see that it runs")
    quick = parser.parse_args().quick
    coverages(10 if quick else 200, 20_000 if quick else 200_000)
    false_alarms(2 if quick else 25)
