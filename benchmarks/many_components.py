"""Very many components: passes of the truncated E-step beside exact ones of mogul itself, and where fits by either end.

Rows are made of K groups with dense covariances of their own.

Passes: same rows, same mixture, in turn; the mixture is what a few truncated iterations reach from a start at random
rows. Times are medians. An exact pass costs the same for every row: it is made on the first rows only where all would
take long, and the time for all follows in proportion; the truncated pass is always made on all rows. "Gap" is how far
the free energy lies below the exact log-likelihood of the same mixture, on the rows of the exact pass.

Ends: exact EM, and truncated EM with two exact iterations at the end, make the same number of iterations from the same
random rows, for several starts. Where groups overlap, EM magnifies small differences: "moved" is exact EM from the same
start whose means are moved by a thousandth of a deviation, the yardstick for what follows. Differences are to exact EM
from the start as it is, in nats a row, mean and standard deviation over the starts.
"""

from __future__ import annotations

import argparse
from statistics import mean, median, stdev
from time import perf_counter

import common

SHAPES = ((100_000, 64), (100_000, 256), (200_000, 1024), (500_000, 4096), (1_000_000, 10_000), (500_000, 100_000))
"""Rows and components."""

ENDS = ((20_000, 100, 1.0, 5), (20_000, 100, 3.0, 5), (100_000, 1000, 2.0, 1))
"""Rows, components, how far groups lie apart, in standard deviations along each feature, and how many starts."""

LONG_ENDS = ((200_000, 2000, 2.0, 1), (1_000_000, 10_000, 2.0, 1))
"""Minutes, and hours."""

N_BEFORE = 4
"""Truncated iterations before a pass is timed."""


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
    from mogul.family import Bounded, find_family
    from mogul.source import ArraySource
    from mogul.statistics import Floor
    from mogul.training import examined

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
    for _ in range(N_BEFORE):
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
    """Return the line of the table for fits from the same starts."""
    from mogul.engine import StopRule
    from mogul.fitting import fit_mixture
    from mogul.truncated import fit_truncated

    n_rows, n_components, separation, n_starts = shape
    source, family, start = problem(n_rows, n_components, n_features, separation)
    stop = StopRule(n_iterations)
    ways = {
        "exact": lambda start, moved: fit_mixture(source, family, start, stop),
        "moved": lambda start, moved: fit_mixture(source, family, moved, stop),
        "truncated": lambda start, moved: fit_truncated(source, family, start, stop, truncation),
    }
    if n_starts == 1:
        del ways["moved"]
    times, likelihoods = {name: [] for name in ways}, {name: [] for name in ways}
    for seed in range(n_starts):
        pair = _start_and_moved(source, start, seed)
        for name, way in ways.items():
            began = perf_counter()
            fit = way(*pair)
            times[name].append(perf_counter() - began)
            likelihoods[name].append(fit.log_likelihood(n_rows, 0) / n_rows)

    def beside_exact(name: str) -> str:
        differences = [a - b for a, b in zip(likelihoods.get(name, ()), likelihoods["exact"], strict=False)]
        if not differences:
            return ""
        return f"{mean(differences):+.1e}" + (f" ± {stdev(differences):.0e}" if n_starts > 1 else "")

    return [
        f"{n_rows:,} x {n_features}, K = {n_components:,}, apart by {separation:g}",
        f"{n_starts}",
        f"{median(times['exact']):.3g}",
        f"{median(times['truncated']):.3g}",
        f"{mean(likelihoods['exact']):.4f}",
        beside_exact("moved"),
        beside_exact("truncated"),
    ]


def _start_and_moved(source, start, seed: int):
    """Return (start, moved): means at random rows, and the same moved a little."""
    import numpy as np

    from mogul import Mixture

    rng = np.random.default_rng(1 + seed)
    means = source.rows[rng.choice(source.n_rows, start.n_components, replace=False)]
    moved = means + 1e-3 * rng.standard_normal(means.shape)
    return [Mixture(start.weights, each, start.covariances) for each in (means, moved)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--features", type=int, default=16)
    parser.add_argument("--kept", type=int, help="components a row keeps; the default of Truncation if not given")
    parser.add_argument("--neighbours", type=int, help="neighbours that are tried; likewise")
    parser.add_argument("--exact-seconds", type=float, default=3.0, help="about how long an exact pass may take")
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--only", choices=("passes", "ends", "long-ends"), help="one table; long-ends takes hours")
    parser.add_argument("--iterations", type=int, default=50, help="of each fit that is run to its end")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)

    from mogul import Truncation

    given = {"n_kept": options.kept, "n_neighbours": options.neighbours}
    truncation = Truncation(**{name: value for name, value in given.items() if value is not None})

    def chosen(shapes: tuple) -> list[tuple]:
        some = [shapes[int(i)] for i in options.shapes.split(",")] if options.shapes else shapes
        return [(n_rows // options.shrink, *others) for n_rows, *others in some]

    tables = []
    if options.only in (None, "passes"):
        header = ["rows x features, K", "exact pass, s", "truncated pass, s", "ratio", "truncated, us a row"]
        header += ["free energy a row", "gap"]
        arguments = options.features, truncation, options.repeats, options.exact_seconds
        tables.append(common.table(header, [passes(shape, *arguments) for shape in chosen(SHAPES)]))
    if options.only != "passes":
        header = ["rows x features, K", "starts", "exact, s", "truncated, s", "exact ends at", "moved", "truncated"]
        shapes = chosen(LONG_ENDS if options.only == "long-ends" else ENDS)
        lines = [ends(shape, options.features, truncation, options.iterations) for shape in shapes]
        tables.append(common.table(header, lines))
    common.publish(f"{__doc__.strip()}\n\n{truncation}", "\n\n".join(tables), options.output)


if __name__ == "__main__":
    main()
