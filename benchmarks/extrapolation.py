"""Passes to convergence (1e-9 nats a row left to gain) with and without extrapolation, from the same start.

"gap" is how much higher the extrapolated run ends, in nats a row.
"""

from __future__ import annotations

import argparse

import common


def overlapping(n_rows: int, n_features: int, n_components: int, seed: int = 1):
    """Return rows of components that overlap."""
    import numpy as np

    random = np.random.default_rng(seed)
    centres = 2 * random.standard_normal((n_components, n_features))
    rows = random.standard_normal((n_rows, n_features))
    turns = np.eye(n_features) + 0.4 * random.standard_normal((n_components, n_features, n_features))
    labels = random.integers(n_components, size=n_rows)
    return np.einsum("nj,nji->ni", rows, turns[labels]) + centres[labels]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="name of one problem")
    only = parser.parse_args().only
    common.set_threads(2)

    import numpy as np
    from sklearn.datasets import load_iris, load_wine

    from mogul import GaussianMixture
    from mogul.data import load_faithful
    from mogul.engine import StopRule
    from mogul.family import Bounded, find_family
    from mogul.fitting import fit_mixture, in_nats
    from mogul.source import ArraySource
    from mogul.statistics import Floor
    from mogul.training import examined

    problems = {
        "faithful, K = 3, full": (load_faithful().rows, 3, "full"),
        "faithful, K = 3, tied": (load_faithful().rows, 3, "tied"),
        "iris, K = 3, diag": (load_iris().data, 3, "diag"),
        "wine, K = 3, tied": (load_wine().data, 3, "tied"),
        "one Gaussian 500 x 2, K = 5, full": (np.random.default_rng(0).standard_normal((500, 2)), 5, "full"),
        "overlapping 20 000 x 2, K = 8, full": (overlapping(20_000, 2, 8), 8, "full"),
        "overlapping 20 000 x 2, K = 8, diag": (overlapping(20_000, 2, 8), 8, "diag"),
        "overlapping 20 000 x 8, K = 10, full": (overlapping(20_000, 8, 10), 10, "full"),
        "uniform 2000 x 3, K = 6, spherical": (np.random.default_rng(1).random((2000, 3)), 6, "spherical"),
    }
    lines = []
    for name, (rows, n_components, covariance_type) in problems.items():
        if only not in (None, name):
            continue
        family, source = find_family(covariance_type), ArraySource(rows)
        floor = Floor(examined(source, correlations=family.moments.correlations).spread)
        start = (
            GaussianMixture(n_components, covariance_type=covariance_type, random_state=0, max_iter=0)
            .fit(rows)
            .mixture_
        )
        stop = StopRule(20_000, tolerance=1e-9 * len(rows))

        def is_allowed(mixture, family=family, floor=floor) -> bool:
            return not family.moments.at_floor(mixture.covariances.array, floor).any()

        fits = [
            fit_mixture(source, Bounded(family, floor), start, stop, is_allowed=each) for each in (None, is_allowed)
        ]
        ends = [in_nats(fit.log_likelihood(len(rows), fit.mixture.exponent), len(rows), fit.mixture) for fit in fits]
        passes = [fit.record.n_iterations for fit in fits]
        gap = f"{ends[1] - ends[0]:+.1e}"
        lines.append([name, str(passes[0]), str(passes[1]), f"{passes[0] / passes[1]:.1f}", gap])
    common.publish(__doc__, common.table(["", "plain EM", "extrapolated", "ratio", "gap, nats a row"], lines))


if __name__ == "__main__":
    main()
