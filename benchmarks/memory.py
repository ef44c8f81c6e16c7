"""Memory that a fit from a memory-mapped file takes beyond the pages of the file.

Anonymous memory of the process (RssAnon of /proc/self/status, Linux only) is read every few milliseconds during the
fit; the most that was seen, less what there was before the call, is reported. Pages of the mapped file are not
anonymous.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import warnings
from pathlib import Path
from time import perf_counter

import common


def anonymous_bytes() -> int:
    """Return the resident anonymous memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("RssAnon:"):
            return 1024 * int(line.split()[1])
    raise RuntimeError("/proc/self/status has no line RssAnon.")


class Peak:
    """Remembers the most anonymous memory that was seen while it is open."""

    def __enter__(self) -> Peak:
        self.before = self.most = anonymous_bytes()
        self._done = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        return self

    def _watch(self) -> None:
        while not self._done.wait(0.003):
            self.most = max(self.most, anonymous_bytes())

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._watcher.join()

    @property
    def added_mib(self) -> float:
        return (self.most - self.before) / 2**20


def write_rows(path: Path, n_rows: int, n_features: int, n_components: int) -> None:
    """Write rows of a mixture to a .npy file, a piece at a time."""
    import numpy as np

    rng = np.random.default_rng(0)
    centres = 3 * rng.standard_normal((n_components, n_features))
    file = np.lib.format.open_memmap(path, mode="w+", dtype=np.float64, shape=(n_rows, n_features))
    for first in range(0, n_rows, 100_000):
        piece = file[first : first + 100_000]
        piece[...] = centres[rng.integers(n_components, size=len(piece))] + rng.standard_normal(piece.shape)
    file.flush()


def measured(n_rows: int, options: argparse.Namespace) -> list[str]:
    """Return the line of the table for so many rows."""
    import numpy as np
    from sklearn.exceptions import ConvergenceWarning

    from mogul import GaussianMixture

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        write_rows(path, n_rows, options.features, options.components)
        rows = np.load(path, mmap_mode="r")
        model = GaussianMixture(options.components, max_iter=options.iterations, random_state=0)
        with Peak() as peak, warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            began = perf_counter()
            model.fit(rows)
            took = perf_counter() - began
        size = rows.nbytes / 2**20
        del rows
    return [
        f"{n_rows:,} x {options.features}, K = {options.components}, full",
        f"{size:,.0f}",
        f"{peak.added_mib:.1f}",
        str(model.n_iter_),
        f"{took:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", default="1000000,4000000,16000000", help="numbers of rows, separated by commas")
    parser.add_argument("--features", type=int, default=8)
    parser.add_argument("--components", type=int, default=50)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    common.set_threads(options.threads)
    lines = [measured(int(n_rows), options) for n_rows in options.rows.split(",")]
    header = ["rows x features, K, covariances", "file, MiB", "added, MiB", "iterations", "seconds, start included"]
    common.publish(__doc__, common.table(header, lines))


if __name__ == "__main__":
    main()
