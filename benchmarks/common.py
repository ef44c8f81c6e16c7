"""What the benchmarks share. Import it before NumPy: it frees OpenBLAS, which reads its settings when it is loaded."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

# If the environment pins OpenBLAS to an older kernel, it is released, so that scikit-learn runs at its best.
for _name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(_name, None)

FOLDER = Path(__file__).resolve().parent

PAUSE = 0.1


def set_threads(n_threads: int) -> None:
    """Let both libraries use so many threads; to be called before NumPy is imported."""
    if "numpy" in sys.modules:
        raise RuntimeError("NumPy is loaded already: OpenBLAS has chosen its threads.")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "MOGUL_NUM_THREADS"):
        os.environ[name] = str(n_threads)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call took."""
    began = perf_counter()
    work()
    return perf_counter() - began


def interleaved(works: dict[str, Callable[[], object]], n_repeats: int) -> dict[str, list[float]]:
    """Return the times of each piece of work, taken in turn so that a disturbance of the machine meets all alike.

    Before each comes a pause: threads of BLAS go on spinning for a while after a call, and would take their processors
    from whoever comes next.
    """
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(n_repeats):
        for name, work in works.items():
            sleep(PAUSE)
            times[name].append(seconds(work))
    return times


FEW = 2
"""Iterations of the shorter fit."""


def of_one_iteration(
    fits: dict[Any, Callable[[int], object]], n_iterations: int, n_repeats: int
) -> dict[Any, list[float]]:
    """Return the seconds of one iteration in each turn, for each way to fit a number of iterations.

    Of a fit of FEW + n_iterations and one of FEW, the difference: validation, the start and the last pass cancel.
    """
    works = {(name, n): lambda fit=fit, n=n: fit(n) for n in (FEW, FEW + n_iterations) for name, fit in fits.items()}
    times = interleaved(works, n_repeats)
    return {
        name: [(b - a) / n_iterations for a, b in zip(times[name, FEW], times[name, FEW + n_iterations], strict=True)]
        for name in fits
    }


def dgemm_rate(size: int = 1536, n_repeats: int = 5) -> float:
    """Return the rate of a product of two float64 matrices by NumPy's BLAS, in GF/s."""
    import numpy as np

    matrix = np.random.default_rng(0).standard_normal((size, size))
    return 2e-9 * size**3 / min(seconds(lambda: matrix @ matrix) for _ in range(n_repeats))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, all columns but the first aligned to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def milliseconds(times: Sequence[float]) -> str:
    """Return the median in milliseconds, with three digits."""
    value = 1e3 * median(times)
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def command_line() -> str:
    """Return the command that is running, as one would type it; a folder of this machine alone is left out."""
    words = ["FOLDER" if before == "--peers" else word for before, word in pairwise(sys.argv)]
    return " ".join(["python", f"benchmarks/{Path(sys.argv[0]).name}", *words])


def machine() -> str:
    """Return where and with what the numbers were made, as Markdown."""
    import numpy as np
    import scipy
    import sklearn
    from threadpoolctl import threadpool_info

    import mogul
    from mogul._kernels import core

    level = getattr(core, "simd_level", lambda: "reference")
    blas = [info for info in threadpool_info() if info["user_api"] == "blas"]
    kernels = {f"{info['internal_api']} {info['version']}, kernel {info.get('architecture', '?')}" for info in blas}
    return "\n".join(
        [
            f"- processor: {_processor()}, {os.cpu_count()} logical cores; {platform.system()} {platform.machine()}",
            f"- threads: {os.environ.get('MOGUL_NUM_THREADS', 'as found')}",
            f"- Python {platform.python_version()}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
            f"scikit-learn {sklearn.__version__}",
            f"- BLAS: {'; '.join(sorted(kernels)) or 'not told'}",
            f"- mogul {mogul.__version__}, commit {_commit()}, kernels {level()}",
        ]
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    def git(*arguments: str) -> str:
        run = subprocess.run(["git", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
        return run.stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no", "--", "../src", "../cpp") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed


def publish(explanation: str, results: str, output: str | None = None) -> None:
    """Write what was measured, how, and the numbers; to standard output if no file is named."""
    text = f"{explanation.strip()}\n\n`{command_line()}`\n\n{machine()}\n\n{results}\n"
    if output is None:
        print(text)
    else:
        Path(output).write_text(text, encoding="utf-8")
