"""Conditional means by mogul and by gmr: same mixture, same rows, equal means required.

gmr's `GMM.predict` against `mixture.conditionals(known, rows).mean()`, from rows as one table; the work of preparing
the mixture is part of both. They are taken in turn; ratios are medians of the ratios of each turn. The means must agree
to 1e-9 standard deviations, or the script fails. Standard deviations and log-densities of all rows, which gmr has for
one row at a time only, are timed beside.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from statistics import median

import common

SHAPES = ((100_000, 6, 20, 5), (100_000, 6, 20, 3), (100_000, 2, 5, 1), (20_000, 20, 10, 10))
"""Rows, features, components, and how many features are known."""


def compared(shape: tuple[int, int, int, int], n_repeats: int) -> list[str]:
    """Return the line of the table for one shape."""
    import gmr
    import numpy as np

    from mogul.testing import random_mixture

    n_rows, n_features, n_components, n_known = shape
    mixture = random_mixture(np.random.default_rng(0), n_components, n_features)
    draws = mixture.sample(n_rows, rng=1)
    rows, rest = np.ascontiguousarray(draws[:, :n_known]), draws[:, n_known:]
    known = np.arange(n_known)
    theirs = gmr.GMM(
        n_components, priors=mixture.weights, means=mixture.means, covariances=np.array(mixture.covariances.dense())
    )
    apart = np.abs(theirs.predict(known, rows) - mixture.conditionals(known, rows).mean())
    apart = float((apart / mixture.standard_deviation()[n_known:]).max())
    assert apart <= 1e-9, f"{shape}: the conditional means differ by {apart:.3g} standard deviations"
    works = {
        "gmr": lambda: theirs.predict(known, rows),
        "mogul": lambda: mixture.conditionals(known, rows).mean(),
        "deviations": lambda: mixture.conditionals(known, rows).standard_deviation(),
        "log-densities": lambda: mixture.conditionals(known, rows).logpdf(rest),
    }
    times = common.interleaved(works, n_repeats)
    ratio = median(their / our for their, our in zip(times["gmr"], times["mogul"], strict=True))
    return [
        f"{n_rows:,} x {n_features}, K = {n_components}, {n_known} known",
        common.milliseconds(times["gmr"]),
        common.milliseconds(times["mogul"]),
        f"{ratio:.0f}",
        common.milliseconds(times["deviations"]),
        common.milliseconds(times["log-densities"]),
        f"{apart:.0e}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)
    if find_spec("gmr") is None:
        return common.publish(
            __doc__, "Skipped: gmr is not installed; it is in the extra `benchmarks`.", options.output
        )
    chosen = [SHAPES[int(i)] for i in options.shapes.split(",")] if options.shapes else SHAPES
    lines = [compared((n_rows // options.shrink, *others), options.repeats) for n_rows, *others in chosen]
    header = [
        "rows x features, K, known features",
        "gmr, ms",
        "mogul, ms",
        "ratio",
        "deviations, ms",
        "log-densities, ms",
        "means apart",
    ]
    return common.publish(__doc__, common.table(header, lines), options.output)


if __name__ == "__main__":
    main()
