"""One EM iteration of mogul and of other programs: same rows, same start, same number of iterations, same threads.

Each program runs in a process of its own, which reads rows and start from files and is asked in turn with the others; a
process stands still while it is not its turn. The time of an iteration is that of a fit of b iterations less that of a
fit of a iterations, over b - a, so that a program's own validation and last pass cancel; "times mogul's" is the median
over the turns of the ratios within a turn. A program that is slow takes part in fewer turns. No program adds a floor to
the variances; all compute in float64, but for gmmx, which takes float32 only.

"Nats a row" is the likelihood of the parameters that b iterations reach, each evaluated by mogul; "less" is how far it
lies below mogul's own. Peak memory is what the process, and those it starts, take at most beyond what they held when
the rows had been read, over a first fit (with compilation, where a program does that) and a second one. Useful GF/s
count the fewest operations of a pass, as in versus_sklearn.py, and "share" is their share in the rate at which NumPy's
BLAS multiplies matrices with as many threads.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import sleep

import common
from peers.process import NoAnswerError, Process
from peers.programs import PROGRAMS, MissingProgramError, Place, Program
from versus_sklearn import FLOPS, problem

SHAPES = (
    (200_000, 10, 16, "full"),
    (500_000, 2, 8, "full"),
    (500_000, 2, 8, "diag"),
    (100_000, 10, 16, "full"),
    (100_000, 10, 16, "tied"),
    (100_000, 10, 16, "diag"),
    (100_000, 10, 16, "spherical"),
    (50_000, 32, 16, "full"),
    (5_000, 4, 5, "full"),
)


@dataclass
class Entry:
    """What is learned of one program on one shape."""

    process: Process
    log_likelihood: float
    added_mib: float | None
    estimate: float
    """Seconds of a turn."""
    times: dict[int, list[float]] = field(default_factory=dict)

    def take(self, n_iterations: int) -> None:
        """Fit once more, and note the time."""
        self.times.setdefault(n_iterations, []).append(self.process.fit(n_iterations).seconds)

    def of_one(self, n_iterations: int) -> list[float]:
        """Return the seconds of an iteration in each turn."""
        pairs = zip(self.times[common.FEW], self.times[common.FEW + n_iterations], strict=True)
        return [(longer - shorter) / n_iterations for shorter, longer in pairs]


def write_problem(folder: Path, rows, start: dict) -> None:
    """Write the files that adapters read."""
    import numpy as np

    from mogul import FullCovariance, Mixture

    precisions, (n_components, n_features) = np.asarray(start["precisions_init"]), start["means_init"].shape
    # The start of versus_sklearn.problem: unit covariances, however their kind stores them.
    assert np.all((precisions == 0) | (precisions == 1))
    dense = np.tile(np.eye(n_features), (n_components, 1, 1))
    mixture = Mixture(start["weights_init"], start["means_init"], FullCovariance(dense))
    files = {
        "rows": rows,
        "weights": mixture.weights,
        "means": mixture.means,
        "covariances": dense,
        "responsibilities": mixture.responsibilities(rows),
    }
    for name, values in files.items():
        np.ascontiguousarray(values, dtype=np.float64).tofile(folder / name)


def score(folder: Path, rows, n_components: int) -> float:
    """Return the likelihood of the parameters that a program left, by mogul's scorer, in nats a row."""
    import numpy as np

    from mogul import FullCovariance, Mixture

    n_features = rows.shape[1]
    weights, means = np.fromfile(folder / "weights"), np.fromfile(folder / "means").reshape(n_components, n_features)
    covariances = np.fromfile(folder / "covariances").reshape(n_components, n_features, n_features)
    # Programs round differently: weights sum to one and matrices are symmetric to the last bits only.
    symmetric = (covariances + covariances.transpose(0, 2, 1)) / 2
    mixture = Mixture(weights / weights.sum(), means, FullCovariance(symmetric))
    return float(mixture.logpdf(rows).mean())


def entered(program: Program, place: Place, folder: Path, shape: tuple, n_many: int, stack: ExitStack, rows) -> Entry:
    """Return a program that has read the problem and been warm, or raise with the reason why not."""
    n_rows, n_features, n_components, kind = shape
    output = folder / program.name.replace(" ", "-")
    environment = dict(os.environ)
    if not program.is_ours and place.environment:
        environment.pop("PYTHONPATH", None)
    command = [*program.command(place), str(folder), str(n_rows), str(n_features), str(n_components), kind, str(output)]
    process = stack.enter_context(Process(command, output, environment))
    process.begin_to_watch_memory()
    process.fit(common.FEW)
    sleep(common.PAUSE)
    answer = process.fit(n_many)
    try:
        reached = score(output, rows, n_components)
    except ValueError as error:  # a component has collapsed, or numbers are missing
        raise NoAnswerError(f"what it reaches is no mixture: {str(error).splitlines()[0]}") from error
    return Entry(process, reached, process.added_mib, 1.5 * answer.seconds)


def compared(shape: tuple, programs: list[Program], place: Place, options: argparse.Namespace) -> tuple[str, dict]:
    """Return the table of one shape, and the versions of the programs in it by their names."""
    n_rows, n_features, n_components, kind = shape
    rows, start = problem(*shape)
    rate, n_many = common.dgemm_rate(), common.FEW + options.iterations
    entries: dict[str, Entry] = {}
    absent: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        write_problem(folder, rows, start)
        for program in programs:
            try:
                entries[program.name] = entered(program, place, folder, shape, n_many, stack, rows)
            except (MissingProgramError, NoAnswerError) as error:
                absent[program.name] = str(error)
        if "mogul" in absent:
            raise RuntimeError(f"{shape}: mogul, with which all are compared, says: {absent['mogul']}")
        if "scikit-learn" in entries:
            apart = abs(entries["scikit-learn"].log_likelihood - entries["mogul"].log_likelihood)
            assert apart <= 1e-9, f"{shape}: mogul and scikit-learn differ by {apart:.3g} nats a row"
        for turn in range(options.repeats):
            turns = [each for each in entries if turn == 0 or (turn + 1) * entries[each].estimate <= options.budget]
            for n_iterations in (common.FEW, n_many):
                for each in turns:
                    sleep(common.PAUSE)
                    entries[each].take(n_iterations)
    lines = [line_of(name, each, entries["mogul"], shape, rate, options.iterations) for name, each in entries.items()]
    header = [
        "",
        "ms an iteration",
        "times mogul's",
        "turns",
        "useful GF/s",
        f"share of {rate:.0f} GF/s",
        "peak memory, MiB",
        f"nats a row after {n_many}",
        "less",
    ]
    title = f"### {n_rows:,} x {n_features}, K = {n_components}, {kind}"
    parts = [title, common.table(header, lines)]
    if absent:
        parts.append("\n".join(f"- without {name}: {reason}" for name, reason in absent.items()))
    return "\n\n".join(parts), {name: each.process.program for name, each in entries.items()}


def digits(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def line_of(name: str, entry: Entry, ours: Entry, shape: tuple, rate: float, n_iterations: int) -> list[str]:
    """Return one program's line of the table."""
    n_rows, n_features, n_components, kind = shape
    times, our_times = entry.of_one(n_iterations), ours.of_one(n_iterations)
    is_timed = median(times) > 0 and median(our_times) > 0
    # A program that is slow has fewer turns: the first of ours.
    ratio = median(theirs / our for theirs, our in zip(times, our_times, strict=False))
    useful = 1e-9 * n_rows * FLOPS[kind](n_features, n_components) / median(times)
    return [
        name,
        common.milliseconds(times) if is_timed else "too short: raise --iterations",
        f"{ratio:.1f}" if is_timed else "",
        str(len(times)),
        digits(useful) if is_timed else "",
        f"{digits(100 * useful / rate)} %" if is_timed else "",
        "not told" if entry.added_mib is None else f"{entry.added_mib:,.0f}",
        f"{entry.log_likelihood:.6f}",
        f"{ours.log_likelihood - entry.log_likelihood:.0e}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", help="environment of Python that holds the peers; compiled drivers go there too")
    parser.add_argument("--only", help="names of programs, separated by commas: " + ", ".join(p.name for p in PROGRAMS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7, help="turns, at most")
    parser.add_argument("--iterations", type=int, default=6, help="b - a")
    parser.add_argument(
        "--budget", type=float, default=10.0, help="seconds a program and shape: who is slow has fewer turns"
    )
    parser.add_argument("--shapes", default="", help="numbers from 0 of the shapes to run, as 0,2; all by default")
    parser.add_argument("--shrink", type=int, default=1, help="divide every number of rows: for a quick trial")
    parser.add_argument("--output", help="file to write; standard output by default")
    options = parser.parse_args()
    common.set_threads(options.threads)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # the processes are ended then, too
    if hasattr(os, "sched_setaffinity"):  # children inherit it: no program can use more than it should
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])
    names = {program.name: program for program in PROGRAMS}
    chosen = options.only.split(",") if options.only else list(names)
    if options.peers and not (Path(options.peers) / "bin" / "python").exists():
        parser.error(f"{options.peers} is no environment of Python: it has no bin/python")
    if unknown := set(chosen) - set(names):
        parser.error(f"no such program: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    programs = [program for name, program in names.items() if name in chosen or name == "mogul"]
    shapes = [SHAPES[int(i)] for i in options.shapes.split(",")] if options.shapes else SHAPES
    tables, versions = [], {}
    with tempfile.TemporaryDirectory() as workshop:
        environment = Path(options.peers).absolute() if options.peers else None
        place = Place(environment, (environment or Path(workshop)) / "drivers")
        for n_rows, *others in shapes:
            table, programs_seen = compared((n_rows // options.shrink, *others), programs, place, options)
            tables.append(table)
            versions |= programs_seen
    told = "Programs: " + "; ".join(versions.values()) + "."
    common.publish(__doc__, "\n\n".join([told, *tables]), options.output)


if __name__ == "__main__":
    main()
