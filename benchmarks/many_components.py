"""A pass of the truncated E-step and an exact pass of mogul itself: same rows, same mixture, in turn.

Rows are made of K groups with dense covariances of their own; the mixture is what a few truncated iterations reach
from a start at random rows. Times are medians of passes taken in turn. An exact pass costs the same for every row: it
is made on the first rows only where all would take long, and the time for all follows in proportion; the truncated pass
is always made on all rows. "Gap" is how far the free energy lies below the exact log-likelihood of the same mixture, on
the rows of the exact pass.

With --ends, both fits are run from the same start instead, the truncated one with two exact iterations at the end, and
the likelihoods that they reach are compared.
"""

from __future__ import annotations

import argparse
from statistics import median

import common

SHAPES = ((100_000, 64), (100_000, 256), (200_000, 1024), (500_000, 4096), (1_000_000, 10_000))
ENDS = ((40_000, 200, 1.0), (40_000, 200, 3.0), (100_000, 500, 1.0), (100_000, 500, 3.0))
"""Rows, components, and how far groups lie apart, in standard deviations along each feature."""


def made_rows(n_rows: int, n_components: int, n_features: int, separation: float):
    """Return rows of groups with dense covariances."""
    import numpy as np

    rng = np.random.default_rng(n_components)
    centres = separation * rng.standard_normal((n_components, n_features))
    shapes = rng.standard_normal((n_components, 2 * n_features, n_features)) / np.sqrt(2 * n_features)
    labels = np.sort(rng.integers(n_components, size=n_rows))
    edges = np.searchsorted(labels, np.arange(n_components + 1))
    rows = rng.standard_normal((n_rows, 2 * n_features))
    rows = np.concatenate([rows[edges[k] : edges[k + 1]] @ shapes[k] + centres[k] for k in range(n_components)])
    return rows[rng.permutation(n_rows)]


def problem(n_rows: int, n_components: int, n_features: int, separation: float):
    """Return (source, family, start): the start at random rows, with the average covariance of a group."""
    import numpy as np

    from mogul import FullCovariance, Mixture
    from mogul.estimators.diagnosis import examined
    from mogul.family import Bounded, find_family
    from mogul.source import ArraySource
    from mogul.statistics import Floor

    rows = made_rows(n_rows, n_components, n_features, separation)
    source = ArraySource(rows)
    family = Bounded(find_family("VVV"), Floor(examined(source, correlations=True).spread))
    means = rows[np.random.default_rng(1).choice(n_rows, n_components, replace=False)]
    form = FullCovariance(np.repeat(np.eye(n_features)[None], n_components, axis=0))
    return source, family, Mixture(np.full(n_components, 1 / n_components), means, form)


def _of_part(expectation, part, family, truncation):
    """Return the expectation of the first rows, which remember what they kept among all."""
    from mogul.truncated import TruncatedExpectation

    of_part = TruncatedExpectation(part, family.moments, truncation)
    of_part._kept = expectation._kept[: part.n_rows].copy()
    return of_part


def passes(shape: tuple, n_features: int, truncation, n_repeats: int, exact_seconds: float) -> list[str]:
    """Return the line of the table for one shape."""
    from mogul.fitting import in_nats, maximised, total_statistics
    from mogul.source import ArraySource
    from mogul.truncated import TruncatedExpectation

    n_rows, n_components = shape
    source, family, mixture = problem(n_rows, n_components, n_features, 2.0)
    expectation = TruncatedExpectation(source, family.moments, truncation)
    for _ in range(5):
        mixture = maximised(expectation(mixture), mixture, family)
    probe = ArraySource(source.rows[:4096])
    rate = common.seconds(lambda: total_statistics(probe, mixture, family.moments)) / 4096
    n_exact = min(n_rows, max(4096, int(exact_seconds / rate)))
    part = ArraySource(source.rows[:n_exact])
    found = {}

    def truncated() -> None:
        found["bound"] = expectation(mixture)

    def exact() -> None:
        found["exact"] = total_statistics(part, mixture, family.moments)

    times = common.interleaved({"truncated": truncated, "exact": exact}, n_repeats)
    scale = n_rows / n_exact
    ratio = median(scale * e / t for e, t in zip(times["exact"], times["truncated"], strict=True))
    bound = in_nats(found["bound"].log_likelihood, n_rows, mixture)
    gap = (
        found["exact"].log_likelihood - _of_part(expectation, part, family, truncation)(mixture).log_likelihood
    ) / n_exact
    return [
        f"{n_rows:,} x {n_features}, K = {n_components:,}",
        f"{scale * median(times['exact']):.3g}" + ("" if n_exact == n_rows else f" (of {n_exact:,} rows)"),
        f"{median(times['truncated']):.3g}",
        f"{ratio:.1f}",
        f"{1e6 * median(times['truncated']) / n_rows:.2f}",
        f"{bound:.4f}",
        f"{gap:.1e}",
    ]


def ends(shape: tuple, n_features: int, truncation, n_iterations: int) -> list[str]:
    """Return the line of the table for two fits from one start."""
    from mogul.engine import StopRule
    from mogul.fitting import fit_mixture
    from mogul.truncated import fit_truncated

    n_rows, n_components, separation = shape
    source, family, start = problem(n_rows, n_components, n_features, separation)
    stop, reached = StopRule(n_iterations), {}

    def exact() -> None:
        reached["exact"] = fit_mixture(source, family, start, stop)

    def truncated() -> None:
        reached["truncated"] = fit_truncated(source, family, start, stop, truncation)

    times = common.interleaved({"exact": exact, "truncated": truncated}, 1)
    exact_end, end = (reached[name].log_likelihood(n_rows, 0) / n_rows for name in ("exact", "truncated"))
    return [
        f"{n_rows:,} x {n_features}, K = {n_components:,}, apart by {separation:g}",
        f"{times['exact'][0]:.3g}",
        f"{times['truncated'][0]:.3g}",
        f"{exact_end:.4f}",
        f"{end:.4f}",
        f"{end - exact_end:+.1e}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--features", type=int, default=16)
    parser.add_argument("--kept", type=int, help="components a row keeps; the default of Truncation if not given")
    parser.add_argument("--neighbours", type=int, help="neighbours that are tried; likewise")
    parser.add_argument("--exact-seconds", type=float, default=5.0, help="about how long an exact pass may take")
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--ends", action="store_true", help="compare where fits end instead of passes")
    parser.add_argument("--iterations", type=int, default=50, help="of each fit, with --ends")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)

    from mogul import Truncation

    given = {"n_kept": options.kept, "n_neighbours": options.neighbours}
    truncation = Truncation(**{name: value for name, value in given.items() if value is not None})
    shapes = ENDS if options.ends else SHAPES
    chosen = [shapes[int(i)] for i in options.shapes.split(",")] if options.shapes else shapes
    chosen = [(n_rows // options.shrink, *others) for n_rows, *others in chosen]
    if options.ends:
        header = ["rows x features, K", "exact, s", "truncated, s", "exact ends at", "truncated ends at", "difference"]
        lines = [ends(shape, options.features, truncation, options.iterations) for shape in chosen]
    else:
        header = ["rows x features, K", "exact pass, s", "truncated pass, s", "ratio", "truncated, us a row"]
        header += ["free energy a row", "gap"]
        lines = [
            passes(shape, options.features, truncation, options.repeats, options.exact_seconds) for shape in chosen
        ]
    common.publish(f"{__doc__.strip()}\n\n{truncation}", common.table(header, lines), options.output)


if __name__ == "__main__":
    main()
