"""Whether intervals cover: how often do 95 % intervals of weights and means hold the truth?

Run: python -m benchmarks.coverage [--sets 200] [--replicates 399]

For each of many data sets drawn from a known mixture, a mixture is fitted and its components are numbered like those
of the truth. Of every weight and mean it is counted how often the interval holds the true value. With 200 sets a
coverage of 95 % is measured to 1.5 %.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

import mogul

TRUTHS = {
    "two in the plane, 400 rows": (
        mogul.Mixture([0.4, 0.6], [[0.0, 0.0], [3.0, 1.0]], [[[1.0, 0.3], [0.3, 0.8]], [[0.7, -0.2], [-0.2, 1.2]]]),
        400,
    ),
    "three on a line, 600 rows": (mogul.Mixture.univariate([0.3, 0.3, 0.4], [-4.0, 0.0, 5.0], [1.0, 0.8, 1.3]), 600),
    "three in four features, 500 rows": (
        mogul.Mixture(
            [0.5, 0.3, 0.2],
            [[0.0, 0.0, 0.0, 0.0], [3.0, 0.0, 1.0, 2.0], [-1.0, 4.0, 0.0, -2.0]],
            mogul.SphericalCovariance([1.0, 0.8, 1.2]).bound_to(3, 4).dense(),
        ),
        500,
    ),
}
WAYS = ("nonparametric", "parametric", "weighted", "observed", "sandwich")


def intervals(way: str, model: mogul.GaussianMixture, rows: np.ndarray, n_replicates: int, seed: int):
    """Return (low, high) by one of the ways."""
    if way in ("observed", "sandwich"):
        return mogul.standard_errors(model, rows, kind=way).interval()
    return mogul.bootstrap(model, rows, kind=way, n_replicates=n_replicates, rng=seed).interval()


def coverage(truth: mogul.Mixture, n_rows: int, n_sets: int, n_replicates: int, ways=WAYS, family: str = "full"):
    """Return {way: (hits of weights (K,), hits of means (K, D))}, as shares of the sets, and seconds by way."""
    hits = {way: [np.zeros(truth.n_components), np.zeros(truth.means.shape)] for way in ways}
    seconds = dict.fromkeys(ways, 0.0)
    for seed in range(n_sets):
        rows = truth.sample(n_rows, rng=[1, seed])
        model = mogul.GaussianMixture(truth.n_components, covariance_type=family, random_state=seed).fit(rows)
        order = mogul.match(truth, model.mixture_)
        for way in ways:
            begin = time.perf_counter()
            low, high = intervals(way, model, rows, n_replicates, seed)
            seconds[way] += time.perf_counter() - begin
            hits[way][0] += (low.weights[order] <= truth.weights) & (truth.weights <= high.weights[order])
            hits[way][1] += (low.means[order] <= truth.means) & (truth.means <= high.means[order])
    return {way: (weights / n_sets, means / n_sets) for way, (weights, means) in hits.items()}, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--replicates", type=int, default=399)
    parser.add_argument("--only", default="", help="part of the name of a truth")
    parser.add_argument("--ways", default=",".join(WAYS))
    given = parser.parse_args()
    print(f"{given.sets} data sets, {given.replicates} replicates, 95 % intervals: coverage in %, least to most\n")
    print("| truth | way | weights | means | average | s a fit |\n|---|---|---|---|---|---|")
    for name, (truth, n_rows) in TRUTHS.items():
        if given.only not in name:
            continue
        shares, seconds = coverage(truth, n_rows, given.sets, given.replicates, given.ways.split(","))
        for way, (weights, means) in shares.items():
            average = np.concatenate([weights, means.ravel()]).mean()
            cells = [f"{100 * each.min():.1f} to {100 * each.max():.1f}" for each in (weights, means)]
            print(f"| {name} | {way} | {' | '.join(cells)} | {100 * average:.1f} | {seconds[way] / given.sets:.3f} |")


if __name__ == "__main__":
    main()
