"""Whole fits from the default start: the time from the call until scikit-learn's final likelihood is reached.

scikit-learn fits with its defaults; where it ends is the mark. mogul's fit with its defaults tells, iteration by
iteration, the likelihood of all rows; the first iteration at the mark or above it (to 1e-9 nats a row) is where it is
there. "To the mark" is the time of a fit that ends after that iteration, from the call with default start to the fitted
estimator, whose likelihood is looked at again. "To the end" is the whole fit, which by mogul's own rule goes on until
1e-9 nats a row are left. Both libraries add the same reg_covar to every variance, so that likelihoods can be compared.

Fits are taken in turn, those of less than a second after one of each that is not counted. A ratio is the median over
seeds; a seed whose fit does not get to the mark counts as zero, and a problem with such a median is a miss.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log
from statistics import median
from typing import Any

import common
from problems import PROBLEMS, MissingDataError, Problem

SLACK = 1e-9
"""Likelihoods are equal if they differ by no more, in nats a row."""

LONG = 1.0
"""Seconds of scikit-learn's fit from which one timing of each is enough."""

TARGET_MEAN, TARGET_LEAST = 40, 5


@dataclass(frozen=True)
class Run:
    """One seed: seconds, and what was reached in nats a row."""

    theirs: float
    to_mark: float | None
    to_end: float
    n_iterations: int | None
    """At the mark."""
    mark: float
    end: float

    @property
    def ratio(self) -> float:
        return 0.0 if self.to_mark is None else self.theirs / self.to_mark


def quietly(work: Callable[[], Any]) -> Any:
    """Return what the work returns; that a fit has not converged or meets a floor is no news here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return work()


def iterations_to(bounds: list[float], mark: float) -> int | None:
    """Return after how many iterations the mark is reached."""
    return next((n for n, bound in enumerate(bounds, 1) if bound >= mark - SLACK), None)


def run_of(problem: Problem, rows: Any, seed: int) -> Run:
    """Return the times of one seed: the shortest of five, or where a fit takes long, of one."""
    from sklearn.mixture import GaussianMixture as Theirs

    from mogul import GaussianMixture as Ours

    same = {"covariance_type": problem.covariance_type, "reg_covar": problem.reg_covar, "random_state": seed}
    models = {}

    def fit(name: str, library: type, **more: Any) -> None:
        models[name] = quietly(lambda: library(problem.n_components, **same, **more).fit(rows))

    works = {"theirs": lambda: fit("theirs", Theirs), "to the end": lambda: fit("to the end", Ours)}
    times = common.interleaved(works, 1)
    mark = models["theirs"].score(rows)
    needed = iterations_to(models["to the end"].lower_bounds_, mark)
    if needed is not None:
        works["to the mark"] = lambda: fit("to the mark", Ours, max_iter=needed)
        times |= common.interleaved({"to the mark": works["to the mark"]}, 1)
        if models["to the mark"].lower_bound_ < mark - SLACK:
            raise RuntimeError(f"{problem.name}: a fit of {needed} iterations does not repeat what a longer one does.")
    if times["theirs"][0] < LONG:
        times = common.interleaved(works, 5)
    least = {name: min(each) for name, each in times.items()}
    end = models["to the end"].lower_bound_
    return Run(least["theirs"], least.get("to the mark"), least["to the end"], needed, mark, end)


def line_of(problem: Problem, rows: Any, runs: list[Run]) -> list[str]:
    """Return the line of the table for one problem."""
    reached = [run.to_mark for run in runs if run.to_mark is not None]
    ratio = median(run.ratio for run in runs)
    return [
        f"{problem.name}, {len(rows):,} x {rows.shape[1]}, K = {problem.n_components}, {problem.covariance_type}",
        common.milliseconds([run.theirs for run in runs]),
        common.milliseconds(reached) if reached else "never",
        common.milliseconds([run.to_end for run in runs]),
        f"{ratio:.1f}" if ratio else "missed",
        f"{median(run.theirs / run.to_end for run in runs):.1f}",
        f"{len(reached)} of {len(runs)}",
        f"{median(run.n_iterations or 0 for run in runs):g}",
        f"{median(run.mark for run in runs):.5f}",
        f"{median(run.end for run in runs):.5f}",
        f"{min(run.end - run.mark for run in runs):+.1e}",
    ]


def verdict(ratios: dict[str, float]) -> str:
    """Return the geometric mean, and who misses what."""
    reached = {name: ratio for name, ratio in ratios.items() if ratio}
    if not reached:
        return "The mark is never reached."
    mean = exp(sum(map(log, reached.values())) / len(reached))
    text = f"Geometric mean of the ratio over {len(reached)} problems: {mean:.1f} (asked: {TARGET_MEAN}"
    text += f", none below {TARGET_LEAST})."
    low = [f"{name} ({ratio:.1f})" for name, ratio in ratios.items() if 0 < ratio < TARGET_LEAST]
    missed = [name for name, ratio in ratios.items() if not ratio]
    if low:
        text += f" Below {TARGET_LEAST}: {', '.join(low)}."
    if missed:
        text += f" Mark not reached, and not in the mean: {', '.join(missed)}."
    return text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="names of problems, separated by commas")
    parser.add_argument("--seeds", type=int, help="of each problem")
    parser.add_argument("--shrink", type=int, default=1, help="take every so-manieth row: for a quick trial")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)

    import numpy as np

    chosen = options.only.split(",") if options.only else [problem.name for problem in PROBLEMS]
    unknown = set(chosen) - {problem.name for problem in PROBLEMS}
    if unknown:
        parser.error(f"no such problem: {', '.join(sorted(unknown))}")
    lines, ratios, skipped = [], {}, []
    for problem in PROBLEMS:
        if problem.name not in chosen:
            continue
        try:
            rows = np.ascontiguousarray(problem.make()[:: options.shrink], dtype=np.float64)
        except MissingDataError as error:
            skipped.append(f"Skipped: {problem.name}, {error}.")
            continue
        runs = [run_of(problem, rows, seed) for seed in range(options.seeds or problem.n_seeds)]
        ratios[problem.name] = median(run.ratio for run in runs)
        lines.append(line_of(problem, rows, runs))
    header = [
        "",
        "scikit-learn, ms",
        "mogul to the mark, ms",
        "to the end, ms",
        "ratio",
        "ratio to the end",
        "seeds at the mark",
        "iterations",
        "scikit-learn, nats a row",
        "mogul at the end",
        "least difference",
    ]
    common.publish(__doc__, "\n\n".join([common.table(header, lines), verdict(ratios), *skipped]), options.output)


if __name__ == "__main__":
    main()
