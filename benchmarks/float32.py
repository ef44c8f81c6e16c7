"""One EM iteration of mogul on rows of float32 and on the same rows as float64: same start, same iterations.

The time of an iteration is that of a fit of b iterations less that of a fit of a iterations, over b - a; fits are taken
in turn, and the ratio is the median of the ratios of each turn. Likelihoods are those of the two ends on the same rows,
in nats a row, evaluated in float64.
"""

from __future__ import annotations

import argparse
from functools import partial
from statistics import median

import common
from versus_sklearn import fitted, problem

SHAPES = (
    (1_000_000, 16, 32, "full"),
    (200_000, 32, 16, "full"),
    (50_000, 64, 32, "full"),
    (20_000, 128, 16, "full"),
    (1_000_000, 16, 32, "tied"),
    (1_000_000, 16, 32, "diag"),
    (1_000_000, 16, 32, "spherical"),
)


def compared(shape: tuple, n_iterations: int, n_repeats: int) -> list[str]:
    """Return the line of the table for one shape."""
    import numpy as np

    from mogul import GaussianMixture

    n_rows, n_features, n_components, kind = shape
    rows, start = problem(*shape)
    single = rows.astype(np.float32)
    double = single.astype(np.float64)
    fits = {
        name: partial(fitted, GaussianMixture, data, kind, start)
        for name, data in (("float32", single), ("float64", double))
    }
    ends = {name: fit(common.FEW + n_iterations).score(double) for name, fit in fits.items()}
    times = common.of_one_iteration(fits, n_iterations, n_repeats)
    ratio = median(slow / fast for slow, fast in zip(times["float64"], times["float32"], strict=True))
    return [
        f"{n_rows:,} x {n_features}, K = {n_components}, {kind}",
        common.milliseconds(times["float64"]),
        common.milliseconds(times["float32"]),
        f"{ratio:.2f}",
        f"{abs(ends['float32'] - ends['float64']):.0e}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--iterations", type=int, default=10, help="b - a")
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)
    chosen = [SHAPES[int(i)] for i in options.shapes.split(",")] if options.shapes else SHAPES
    lines = [
        compared((n_rows // options.shrink, *others), options.iterations, options.repeats) for n_rows, *others in chosen
    ]
    header = ["rows x features, K, covariances", "float64, ms", "float32, ms", "ratio", "likelihoods apart"]
    common.publish(__doc__, common.table(header, lines), options.output)


if __name__ == "__main__":
    main()
