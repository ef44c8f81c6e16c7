"""How often the bootstrap likelihood-ratio test rejects at 5 %: where it should not (its size), and where it should.

Of each problem many data sets are drawn; 19 replicates each make p = 0.05 the least possible, so that the size of an
exact test is 5 %. With 200 sets it is measured to 1.5 %.
"""

from __future__ import annotations

import argparse
import time

import common

TITLE = ["rows come from", "test", "family", "rows", "rejected", "s a test"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=200)
    options = parser.parse_args()
    common.set_threads(1)

    import numpy as np

    import mogul

    one = mogul.Mixture([1.0], [[0.0, 0.0]], [[[1.0, 0.5], [0.5, 1.0]]])
    two = mogul.Mixture.univariate([0.4, 0.6], [-2.0, 2.0], [1.0, 1.0])
    near = mogul.Mixture([0.5, 0.5], [[0.0, 0.0], [2.5, 0.0]], [np.eye(2), np.eye(2)])
    three = mogul.Mixture.univariate([0.3, 0.3, 0.4], [-4.0, 0.0, 5.0], [1.0, 0.8, 1.3])
    problems = [
        ("one Gaussian in the plane", one, 1, "full", 100),
        ("two Gaussians on a line", two, 2, "spherical", 150),
        ("two in the plane, 2.5 sd apart", near, 1, "full", 100),
        ("three on a line", three, 2, "spherical", 150),
    ]
    lines = []
    for name, truth, n_components, family, n_rows in problems:
        rejected, begin = 0, time.perf_counter()
        for seed in range(options.sets):
            rows = truth.sample(n_rows, rng=[5, seed])
            test = mogul.likelihood_ratio_test(
                rows, n_components, covariance_type=family, n_replicates=19, rng=np.random.default_rng([6, seed])
            )
            rejected += test.p_value <= 0.05
        seconds = (time.perf_counter() - begin) / options.sets
        against = f"{n_components} against {n_components + 1}"
        share = f"{100 * rejected / options.sets:.1f} %"
        lines.append([name, against, family, str(n_rows), share, f"{seconds:.2f}"])
    common.publish(__doc__, common.table(TITLE, lines))


if __name__ == "__main__":
    main()
