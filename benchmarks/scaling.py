"""The cost of one EM iteration against the number of rows, of features and of components, full covariances.

mogul and scikit-learn fit the same rows from the same start. The time of an iteration is that of a fit of b iterations
less that of a fit of a iterations, over b - a; fits are taken in turn, and times are medians. Each slope is that of the
straight line through the larger half of the sizes, both axes logarithmic: 1 means cost in proportion, 2 its square.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import partial
from math import isnan, nan
from pathlib import Path
from statistics import median
from time import sleep

import common
from versus_sklearn import fitted, problem, run_to

LONG_ENOUGH, MOST = 0.04, 50
"""Seconds that the difference of two fits should last, to be told from noise, and its iterations at most."""


@dataclass(frozen=True)
class Sweep:
    """One of the three sizes varies, the other two stay."""

    letter: str
    label: str
    sizes: tuple[int, ...]
    fixed: dict[str, int]

    @property
    def rest(self) -> str:
        return ", ".join(f"{letter} = {size:,}" for letter, size in self.fixed.items())


SWEEPS = (
    Sweep("N", "rows N", (1_000, 3_000, 10_000, 30_000, 100_000, 300_000), {"D": 16, "K": 16}),
    Sweep("D", "features D", (1, 2, 4, 8, 16, 32, 64, 128), {"N": 20_000, "K": 16}),
    Sweep("K", "components K", (2, 4, 8, 16, 32, 64, 128, 256), {"N": 20_000, "D": 16}),
)
COLOURS = {"scikit-learn": "#D55E00", "mogul": "#0072B2"}  # of Okabe and Ito: told apart by every eye


def timed(n_rows: int, n_features: int, n_components: int, n_repeats: int) -> dict[str, float]:
    """Return the seconds of one iteration of each library; not a number where noise hid them."""
    from sklearn.mixture import GaussianMixture as Theirs

    from mogul import GaussianMixture as Ours

    rows, start = problem(n_rows, n_features, n_components, "full")
    # Where rows are few, EM may be at its end to the last bit before.
    most = run_to(Ours, rows, "full", start, common.FEW + MOST).n_iter_ - common.FEW
    fits, n_iterations = {}, {}
    for name, library in (("scikit-learn", Theirs), ("mogul", Ours)):
        fits[name] = partial(fitted, library, rows, "full", start)
        fits[name](common.FEW)
        sleep(common.PAUSE)
        guess = common.seconds(partial(fits[name], common.FEW)) / common.FEW
        n_iterations[name] = min(most, max(4, round(LONG_ENOUGH / guess)))
    times: dict[str, list[float]] = {name: [] for name in fits}
    for _ in range(n_repeats):
        for name, fit in fits.items():
            times[name] += common.of_one_iteration({name: fit}, n_iterations[name], 1)[name]
    return {name: middle if (middle := median(each)) > 0 else nan for name, each in times.items()}


def slope(sizes: tuple[int, ...], seconds: list[float]) -> float:
    """Return the slope of the line through the larger half of the points, in logarithms."""
    import numpy as np

    pairs = [pair for pair in zip(sizes, seconds, strict=True) if not isnan(pair[1])][(len(sizes) - 1) // 2 :]
    return float(np.polyfit(*np.log(np.transpose(pairs)), 1)[0]) if len(pairs) > 1 else nan


def draw(curves: dict[str, dict[str, list[float]]], sweeps: tuple[Sweep, ...], path: str) -> None:
    """Draw one panel for each size that varies."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(sweeps), figsize=(4 * len(sweeps), 3.8), sharey=True, layout="constrained")
    for axes, sweep in zip(panels, sweeps, strict=True):
        for name, seconds in curves[sweep.letter].items():
            colour, marker = COLOURS[name], {"scikit-learn": "s", "mogul": "o"}[name]
            axes.loglog(sweep.sizes, [1e3 * each for each in seconds], marker + "-", color=colour, markersize=4)
            middle = len(sweep.sizes) // 2
            axes.annotate(
                f"{name}, slope {slope(sweep.sizes, seconds):.2f}",
                (sweep.sizes[middle], 1e3 * seconds[middle]),
                xytext=(-6, 7) if name == "scikit-learn" else (6, -7),
                textcoords="offset points",
                ha="right" if name == "scikit-learn" else "left",
                va="bottom" if name == "scikit-learn" else "top",
                color=colour,
                fontsize=9,
            )
        axes.set_xlabel(f"{sweep.label}  ({sweep.rest})")
        axes.grid(which="major", color="0.9", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.minorticks_off()
        if sweep.letter != "N":  # powers of two, few enough to be written out
            axes.set_xticks(sweep.sizes, [str(size) for size in sweep.sizes])
    panels[0].set_ylabel("one iteration, ms")
    figure.savefig(path, dpi=120, format="png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--points", type=int, help="the smallest sizes of each, so many: for a quick trial")
    parser.add_argument("--image", default=str(common.FOLDER / "images" / "scaling.png"), help="picture to write")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)

    curves: dict[str, dict[str, list[float]]] = {}
    lines, slopes, sweeps = [], [], []
    for whole in SWEEPS:
        sweep = replace(whole, sizes=whole.sizes[: options.points])
        sweeps.append(sweep)
        curves[sweep.letter] = {name: [] for name in COLOURS}
        for size in sweep.sizes:
            shape = {**sweep.fixed, sweep.letter: size}
            n_rows = max(shape["N"] // options.shrink, 40 * shape["K"])
            for name, seconds in timed(n_rows, shape["D"], shape["K"], options.repeats).items():
                curves[sweep.letter][name].append(seconds)
            theirs, ours = (curves[sweep.letter][name][-1] for name in COLOURS)
            lines.append(
                [
                    f"{sweep.letter} = {size:,} ({sweep.rest})",
                    common.milliseconds([theirs]),
                    common.milliseconds([ours]),
                    f"{theirs / ours:.1f}",
                ]
            )
        slopes.append(
            [f"{sweep.letter} ({sweep.rest})", *(f"{slope(sweep.sizes, curves[sweep.letter][n]):.2f}" for n in COLOURS)]
        )
    path = Path(options.image)
    path.parent.mkdir(exist_ok=True)
    draw(curves, tuple(sweeps), str(path))
    picture = f"![One iteration against rows, features and components](images/{path.name})"
    tables = [
        common.table(["slope", *COLOURS], slopes),
        common.table(["", "scikit-learn, ms", "mogul, ms", "ratio"], lines),
    ]
    common.publish(__doc__, "\n\n".join([picture, *tables]), options.output)


if __name__ == "__main__":
    main()
