"""One EM iteration of mogul on one thread and on more: same rows, same start, and the same bits.

The time of an iteration is that of a fit of b iterations less that of a fit of a iterations, over b - a; fits are taken
in turn, and the ratio is the median of the ratios of each turn. If a single bit of the weights, means, covariances or
the likelihood depends on the number of threads, the script fails.
"""

from __future__ import annotations

import argparse
import os
from statistics import median

import common
from versus_sklearn import fitted, problem

SHAPES = (
    (1_000_000, 16, 32, "full"),
    (1_000_000, 16, 32, "tied"),
    (1_000_000, 16, 32, "diag"),
    (1_000_000, 16, 32, "spherical"),
    (500_000, 2, 8, "full"),
    (20_000, 64, 32, "full"),
)


def compared(shape: tuple, n_threads: int, n_iterations: int, n_repeats: int) -> list[str]:
    """Return the line of the table for one shape."""
    import numpy as np

    from mogul import GaussianMixture

    n_rows, n_features, n_components, kind = shape
    rows, start = problem(*shape)

    def on(threads: int, n: int) -> GaussianMixture:
        os.environ["MOGUL_NUM_THREADS"] = str(threads)  # read at each call of a kernel
        return fitted(GaussianMixture, rows, kind, start, n)

    one, more = on(1, common.FEW + n_iterations), on(n_threads, common.FEW + n_iterations)
    for name in ("weights_", "means_", "covariances_", "lower_bound_"):
        assert np.array_equal(getattr(one, name), getattr(more, name)), f"{shape}: {name} depends on the threads"
    fits = {threads: lambda n, threads=threads: on(threads, n) for threads in (1, n_threads)}
    times = common.of_one_iteration(fits, n_iterations, n_repeats)
    ratio = median(single / several for single, several in zip(times[1], times[n_threads], strict=True))
    return [
        f"{n_rows:,} x {n_features}, K = {n_components}, {kind}",
        common.milliseconds(times[1]),
        common.milliseconds(times[n_threads]),
        f"{ratio:.2f}",
        "the same",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2, help="beside one")
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--iterations", type=int, default=10, help="b - a")
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    if options.threads < 2:
        parser.error("--threads must be 2 or more: the other side has one")
    common.set_threads(options.threads)
    chosen = [SHAPES[int(i)] for i in options.shapes.split(",")] if options.shapes else SHAPES
    lines = [
        compared((n_rows // options.shrink, *others), options.threads, options.iterations, options.repeats)
        for n_rows, *others in chosen
    ]
    header = ["rows x features, K, covariances", "1 thread, ms", f"{options.threads} threads, ms", "ratio", "bits"]
    common.publish(__doc__, common.table(header, lines), options.output)


if __name__ == "__main__":
    main()
