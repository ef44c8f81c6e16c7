"""Whole fits from the default start, beside scikit-learn's with its defaults: time and what was reached.

"mogul, tol=1e-3" stops by scikit-learn's rule; "mogul" by its own defaults, which go on until 1e-9 nats a row are left.
Both libraries have reg_covar=1e-6 here, so that likelihoods can be compared: added to every variance, it allows needles
of the same width. Interleaved; medians of ratios over seeds.
"""

from __future__ import annotations

import argparse
import warnings
from math import exp, log
from statistics import median

import common

LONG = {"patches 5e5 x 64"}
"""Problems that are run only if they are named."""


def _patches():
    import numpy as np
    from sklearn.datasets import load_sample_image

    rows = []
    for name in ("china.jpg", "flower.jpg"):
        grey = load_sample_image(name).mean(axis=2) / 255
        rows.append(np.lib.stride_tricks.sliding_window_view(grey, (8, 8)).reshape(-1, 64))
    return np.ascontiguousarray(np.concatenate(rows))


def _made(n_rows: int, n_features: int, n_components: int):
    import numpy as np

    random = np.random.default_rng(1)
    centres = 3 * random.standard_normal((n_components, n_features))
    turns = np.eye(n_features) + 0.4 * random.standard_normal((n_components, n_features, n_features)) / n_features**0.5
    labels = random.integers(n_components, size=n_rows)
    rows = random.standard_normal((n_rows, n_features))
    for k in range(n_components):
        rows[labels == k] = rows[labels == k] @ turns[k].T + centres[k]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", help="names of problems, separated by commas")
    options = parser.parse_args()
    common.set_threads(2)

    import numpy as np
    from sklearn.datasets import load_digits, load_iris, load_wine
    from sklearn.mixture import GaussianMixture as Theirs

    from mogul import GaussianMixture as Ours
    from mogul.data import load_faithful

    problems = {
        "faithful": (lambda: load_faithful().rows, 2, "full", 5),
        "iris": (lambda: load_iris().data, 3, "full", 5),
        "wine": (lambda: load_wine().data, 3, "full", 5),
        "digits": (lambda: load_digits().data, 10, "diag", 3),
        "made 2e5 x 30": (lambda: _made(200_000, 30, 30), 30, "full", 1),
        "made 1e6 x 2": (lambda: _made(1_000_000, 2, 8), 8, "full", 1),
        "patches 5e5 x 64": (_patches, 10, "full", 1),
    }
    chosen = options.only.split(",") if options.only else [name for name in problems if name not in LONG]
    lines, logs = [], []
    for name in chosen:
        make, n_components, covariance_type, n_seeds = problems[name]
        rows = np.asarray(make(), dtype=np.float64)
        same = {"n_components": n_components, "covariance_type": covariance_type, "reg_covar": 1e-6}
        settings = {"theirs": (Theirs, {}), "ours": (Ours, {"tol": 1e-3}), "ours to the end": (Ours, {})}
        seen: dict[str, list] = {each: [] for each in settings}
        for seed in range(n_seeds):
            for each, (library, more) in settings.items():
                model = library(**same, **more, random_state=seed)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    took = common.seconds(lambda model=model, rows=rows: model.fit(rows))
                seen[each].append((took, model.score(rows)))
        times = {each: [took for took, _ in runs] for each, runs in seen.items()}
        reached = {each: median(score for _, score in runs) for each, runs in seen.items()}
        ratios = {each: median(a / b for a, b in zip(times["theirs"], times[each], strict=True)) for each in times}
        logs.append(log(ratios["ours"]))
        size = f"{name}, {len(rows):,} x {rows.shape[1]}, K = {n_components}, {covariance_type}"
        figures = [f"{median(times['theirs']):.3g}", f"{ratios['ours']:.1f}", f"{ratios['ours to the end']:.1f}"]
        lines.append([size, *figures, *(f"{reached[each]:.4f}" for each in settings)])
    head = ["", "scikit-learn, s", "times faster, tol=1e-3", "times faster, defaults"]
    head += ["scikit-learn, nats a row", "mogul tol=1e-3", "mogul"]
    text = common.table(head, lines)
    text += f"\n\nGeometric mean of the first ratio: {exp(sum(logs) / len(logs)):.1f}."
    common.publish(__doc__, text)


if __name__ == "__main__":
    main()
