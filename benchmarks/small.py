"""A fit of iris (150 x 4, K = 3) from the call to convergence, with a check of what it reached.

The times hold everything: validation, the start, all iterations. "given start" passes weights, means and precisions
and makes exactly 20 iterations in both libraries. scikit-learn's "to the end" is tol=1e-9, max_iter=1000.
"""

from __future__ import annotations

import argparse
import warnings

import common


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=30)
    options = parser.parse_args()
    common.set_threads(options.threads)

    import numpy as np
    from sklearn.datasets import load_iris
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture as Theirs

    from mogul import GaussianMixture as Ours

    rows = load_iris().data
    given = {
        "weights_init": np.full(3, 1 / 3),
        "means_init": rows[[0, 50, 100]],
        "precisions_init": np.tile(np.eye(4), (3, 1, 1)),
        "tol": 0.0,
        "max_iter": 20,
        "reg_covar": 1e-6,
    }
    settings = {
        "scikit-learn, defaults": (Theirs, {}),
        "mogul, defaults": (Ours, {}),
        "scikit-learn, to the end": (Theirs, {"tol": 1e-9, "max_iter": 1000}),
        "mogul, init_params='random_from_data'": (Ours, {"init_params": "random_from_data"}),
        "scikit-learn, given start": (Theirs, given),
        "mogul, given start": (Ours, given),
    }

    def fit(library: type, parameters: dict) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return library(3, random_state=0, **parameters).fit(rows)

    works = {name: lambda library=library, p=p: fit(library, p) for name, (library, p) in settings.items()}
    reached = {name: work() for name, work in works.items()}
    times = common.interleaved(works, options.repeats)
    lines = [
        [name, common.milliseconds(times[name]), str(model.n_iter_), f"{len(rows) * model.score(rows):.6f}"]
        for name, model in reached.items()
    ]
    common.publish(__doc__, common.table(["", "ms", "iterations", "log-likelihood reached"], lines))


if __name__ == "__main__":
    main()
