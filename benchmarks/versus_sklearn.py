"""One EM iteration of mogul and of scikit-learn: same rows, same start, same floor, same number of iterations.

The time of an iteration is that of a fit of b iterations less that of a fit of a iterations, over b - a: validation,
the start and the last pass of each library cancel. Fits are taken in turn; ratios are medians of the ratios of each
turn. Both must reach the same likelihood to 1e-9 nats a row, or the script fails.

"Useful" GF/s count the fewest floating point operations of a pass, per row: 2 K (D+1) (D+2) for full covariances,
8 D K for diagonal, 4 D K for tied and 4 (D+1) K for spherical ones; exponentials are not counted.
"""

from __future__ import annotations

import argparse
import warnings
from functools import partial
from statistics import median

import common

SHAPES = (
    (500_000, 2, 8, "full"),
    (500_000, 2, 8, "diag"),
    (100_000, 10, 16, "full"),
    (100_000, 10, 16, "tied"),
    (100_000, 10, 16, "diag"),
    (100_000, 10, 16, "spherical"),
    (50_000, 32, 16, "full"),
    (20_000, 64, 32, "full"),
    (20_000, 128, 16, "full"),
)
FLOPS = {
    "full": lambda n_features, n_components: 2 * n_components * (n_features + 1) * (n_features + 2),
    "diag": lambda n_features, n_components: 8 * n_features * n_components,
    "tied": lambda n_features, n_components: 4 * n_features * n_components,
    "spherical": lambda n_features, n_components: 4 * (n_features + 1) * n_components,
}


def problem(n_rows: int, n_features: int, n_components: int, kind: str) -> tuple:
    """Return (rows, start): overlapping groups, on which EM is far from its end after a few iterations."""
    import numpy as np

    rng = np.random.default_rng(n_features * 1000 + n_components)
    centres = 2.0 * rng.standard_normal((n_components, n_features)) / np.sqrt(np.sqrt(n_features))
    scales = rng.uniform(0.5, 1.5, (n_components, n_features))
    labels = rng.integers(n_components, size=n_rows)
    rows = centres[labels] + scales[labels] * rng.standard_normal((n_rows, n_features))
    precisions = {
        "full": np.tile(np.eye(n_features), (n_components, 1, 1)),
        "tied": np.eye(n_features),
        "diag": np.ones((n_components, n_features)),
        "spherical": np.ones(n_components),
    }
    start = {
        "weights_init": np.full(n_components, 1 / n_components),
        "means_init": rows[rng.choice(n_rows, n_components, replace=False)],
        "precisions_init": precisions[kind],
    }
    return rows, start


def run_to(estimator: type, rows, kind: str, start: dict, n_iterations: int):
    """Return the estimator after so many iterations, or fewer where it is at its end to the last bit."""
    from sklearn.exceptions import ConvergenceWarning

    model = estimator(
        len(start["weights_init"]), covariance_type=kind, tol=0.0, reg_covar=1e-6, max_iter=n_iterations, **start
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(rows)


def fitted(estimator: type, rows, kind: str, start: dict, n_iterations: int):
    """Return the estimator after so many iterations."""
    model = run_to(estimator, rows, kind, start, n_iterations)
    assert model.n_iter_ == n_iterations, f"{estimator} made {model.n_iter_} iterations, not {n_iterations}"
    return model


def compared(shape: tuple, n_iterations: int, n_repeats: int) -> list[str]:
    """Return the line of the table for one shape."""
    from sklearn.mixture import GaussianMixture as Theirs

    from mogul import GaussianMixture as Ours

    n_rows, n_features, n_components, kind = shape
    rows, start = problem(*shape)
    many = common.FEW + n_iterations
    theirs, ours = (fitted(library, rows, kind, start, many) for library in (Theirs, Ours))
    apart = abs(theirs.score(rows) - ours.score(rows))
    assert apart <= 1e-9, f"{shape}: the two likelihoods differ by {apart:.3g} nats a row"
    rate = common.dgemm_rate()
    fits = {library: partial(fitted, library, rows, kind, start) for library in (Theirs, Ours)}
    times = common.of_one_iteration(fits, n_iterations, n_repeats)
    their, our = times[Theirs], times[Ours]
    is_timed = min(*their, *our) > 0
    ratio = median(theirs_one / ours_one for theirs_one, ours_one in zip(their, our, strict=True))
    useful = 1e-9 * n_rows * FLOPS[kind](n_features, n_components) / median(our)
    return [
        f"{n_rows:,} x {n_features}, K = {n_components}, {kind}",
        common.milliseconds(their),
        common.milliseconds(our),
        f"{ratio:.1f}" if is_timed else "too short: raise --iterations",
        f"{1e9 * median(our) / (n_rows * n_components):.2f}",
        f"{useful:.1f}",
        f"{rate:.0f}",
        f"{100 * useful / rate:.0f} %",
        f"{apart:.0e}",
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
    header = [
        "rows x features, K, covariances",
        "scikit-learn, ms",
        "mogul, ms",
        "ratio",
        "mogul, ns a row and component",
        "useful GF/s",
        "dgemm GF/s",
        "share",
        "likelihoods apart",
    ]
    common.publish(__doc__, common.table(header, lines), options.output)


if __name__ == "__main__":
    main()
