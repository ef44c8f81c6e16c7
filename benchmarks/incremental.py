"""Passes over all rows that plain, extrapolated and incremental EM need to come near the end, from the same start.

Incremental EM (Neal and Hinton, 1998) makes an M-step after each of B blocks of the rows, whose old statistics it takes
out of the sum and whose new ones it puts in. A pass is one look at every row: the first, which fills the sum, counts
too. "Default" starts are those of `GaussianMixture`, polished on a sample; "random rows" are K rows with the covariance
of their nearest ones. The end is the highest that any of them reaches, if they end in one place; passes are counted,
not timed, so that nothing else on the machine matters. "-": not reached within the passes that are made.
"""

from __future__ import annotations

import argparse
import warnings
from itertools import count

import common
from extrapolation import overlapping
from problems import PROBLEMS, made

MOST = 400
"""Passes, unless asked for fewer."""
DISTANCES = (1e-3, 1e-5, 1e-7)
"""From the end, in nats a row."""

BLOCKS = (10, 40)


def first_within(trace: list[float], end: float, distance: float) -> str:
    """Return after how many passes the objective stays within a distance of the end."""
    return next((str(n) for n, value in enumerate(trace) if value >= end - distance), "-")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="names of problems, separated by commas")
    parser.add_argument("--passes", type=int, default=MOST, help="at most")
    options = parser.parse_args()
    most = options.passes
    common.set_threads(options.threads)

    import numpy as np

    from mogul import GaussianMixture
    from mogul.engine import StopRule
    from mogul.family import Bounded, find_family
    from mogul.fitting import fit_mixture, in_nats, maximised, mean_log_likelihood, total_statistics
    from mogul.source import ArraySource
    from mogul.statistics import Floor
    from mogul.training import examined

    warnings.simplefilter("ignore")
    kept = {problem.name: problem for problem in PROBLEMS}
    problems = {
        "plane": (made(200_000, 2, 8), 8),
        "many": (made(100_000, 16, 32), 32),
        "high": (made(50_000, 30, 30), 30),
        "overlapping": (lambda: overlapping(20_000, 2, 8), 8),
        "diamonds": (kept["diamonds"].make, 5),
        "shuttle": (kept["shuttle"].make, 7),
    }

    def incremental(rows, start, family, n_blocks: int) -> list[float]:
        """Return the objective after each pass."""
        source, blocks = ArraySource(rows), [ArraySource(rows[b::n_blocks]) for b in range(n_blocks)]
        statistics = [total_statistics(block, start, family.moments) for block in blocks]
        model, trace = maximised(sum(statistics[1:], statistics[0]), start, family), []
        for n_passes in count(1):
            trace.append(mean_log_likelihood(source, model, family.moments))
            if n_passes == most or (n_passes > 3 and trace[-1] - trace[-2] < 1e-11):
                return trace
            for b, block in enumerate(blocks):
                statistics[b] = total_statistics(block, model, family.moments)
                here = [each.moved_to(model.means) for each in statistics]
                model = maximised(sum(here[1:], here[0]), model, family)
        raise AssertionError("never here")

    def fitted(rows, start, family, is_allowed) -> list[float]:
        source, stop = ArraySource(rows), StopRule(most, tolerance=1e-10 * len(rows))
        fit = fit_mixture(source, family, start, stop, is_allowed=is_allowed)
        exponent = fit.exponent - fit.mixture.exponent
        shift = in_nats(0.0, 1.0, fit.mixture) + exponent * np.log(2)
        return [value / len(rows) + shift for value in fit.record.trace[1:]]

    lines = []
    for name in options.only.split(",") if options.only else problems:
        make, n_components = problems[name]
        rows = np.ascontiguousarray(make())
        plain = find_family("full")
        floor = Floor(examined(ArraySource(rows), correlations=True).spread)
        family = Bounded(plain, floor)

        def is_allowed(mixture, floor=floor, plain=plain) -> bool:
            return not plain.moments.at_floor(mixture.covariances.array, floor).any()

        for label, init in (("default", "kmeans"), ("random rows", "random_from_data")):
            start = GaussianMixture(n_components, init_params=init, random_state=0, max_iter=0).fit(rows).mixture_
            traces = {
                "plain": fitted(rows, start, family, None),
                "extrapolated": fitted(rows, start, family, is_allowed),
            }
            traces |= {f"{n} blocks": incremental(rows, start, family, n) for n in BLOCKS}
            for method, trace in traces.items():
                end = max(each[-1] for each in traces.values() if abs(each[-1] - trace[-1]) < 1e-3)
                lines.append(
                    [f"{name}, {label}", method]
                    + [first_within([-np.inf, *trace], end, distance) for distance in DISTANCES]
                    + [f"{trace[-1]:.7f}"]
                )
    header = ["", "", *(f"passes to {distance:g}" for distance in DISTANCES), "end, nats a row"]
    common.publish(__doc__, common.table(header, lines))


if __name__ == "__main__":
    main()
