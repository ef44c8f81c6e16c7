"""Run the benchmarks, one after the other, and write the page of results.

With --sections, those sections alone are run and replaced in the page; the others stay. With --quick, each script is
run on so little work that it takes seconds, to see that it works: the numbers mean nothing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Section:
    """A script, its title on the page, and what it is given on a quick trial."""

    title: str
    quick: tuple[str, ...] = ()
    takes_peers: bool = False


QUICK_PEERS = ("--only", "mogul,scikit-learn", "--shrink", "100", "--shapes", "0", "--repeats", "1")
SECTIONS = {
    "versus_sklearn": Section(
        "One iteration, beside scikit-learn", ("--shrink", "50", "--shapes", "0,3", "--repeats", "1")
    ),
    "versus_peers": Section("One iteration, beside other programs", QUICK_PEERS, takes_peers=True),
    "scaling": Section(
        "Cost against rows, features and components",
        ("--shrink", "20", "--points", "2", "--repeats", "1", "--image", os.devnull),
    ),
    "threads": Section("Threads", ("--shrink", "200", "--shapes", "0,3", "--repeats", "1")),
    "float32": Section("Rows of float32", ("--shrink", "20", "--shapes", "0,5", "--repeats", "1")),
    "small": Section("A small fit, from call to convergence", ("--repeats", "1")),
    "whole_fit": Section(
        "Whole fits, to scikit-learn's likelihood",
        ("--only", "faithful,diamonds", "--shrink", "20", "--seeds", "1"),
    ),
    "starts": Section("Starts that find the optimum", ("--only", "iris", "--seeds", "2")),
    "selection": Section("All families and numbers of components, beside mclust", ("--repeats", "1")),
    "regression": Section("Conditional means, beside gmr", ("--shrink", "50", "--repeats", "1")),
    "many_components": Section(
        "Very many components",
        ("--only", "passes", "--shapes", "0", "--shrink", "50", "--repeats", "1", "--exact-seconds", "0.1"),
    ),
    "extrapolation": Section("Fewer passes", ("--only", "iris, K = 3, diag")),
    "incremental": Section("Incremental EM", ("--only", "overlapping", "--passes", "3")),
    "negligible": Section("Pairs that could be left out", ("--rows", "2048")),
    "memory": Section("Memory", ("--rows", "20000", "--components", "3", "--iterations", "2")),
    "import_time": Section("Start of a process", ("--repeats", "1")),
}
HEAD = """# Results

Written by `python benchmarks/run.py --output benchmarks/RESULTS.md`. Each section names its command, the machine and
the versions. Absolute times of a machine that others use too say little; ratios are taken in turn, in one run. Numbers
that got worse stay, with the reason.
"""


def sections_of(page: str) -> dict[str, str]:
    """Return the body of each section of a page, by its title."""
    parts = ("\n" + page).split("\n## ")[1:]
    return {title: body.strip("\n") for title, _, body in (part.partition("\n") for part in parts)}


def page_of(bodies: dict[str, str]) -> str:
    """Return the page: sections in the order above, then what was written by hand."""
    titles = [section.title for section in SECTIONS.values() if section.title in bodies]
    titles += [title for title in bodies if title not in titles]
    return "\n".join([HEAD, *(f"## {title}\n\n{bodies[title]}\n" for title in titles)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", help="page to write, or to put the sections into; standard output by default")
    parser.add_argument("--sections", default=",".join(SECTIONS), help="of " + ", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="see that every script works, in seconds")
    parser.add_argument("--peers", help="environment of Python with the programs to compare with, for versus_peers")
    options = parser.parse_args()
    chosen = options.sections.split(",")
    if unknown := [name for name in chosen if name not in SECTIONS]:
        parser.error(f"no such section: {', '.join(unknown)}")
    output = Path(options.output) if options.output else None
    bodies = sections_of(output.read_text(encoding="utf-8")) if output and output.exists() else {}
    for name in chosen:
        section, began = SECTIONS[name], perf_counter()
        command = [sys.executable, str(FOLDER / f"{name}.py"), *(section.quick if options.quick else ())]
        if section.takes_peers and options.peers:
            command += ["--peers", options.peers]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        bodies[section.title] = run.stdout.strip()
        print(f"{name}: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        if output:  # after each: what was measured is kept if a later one fails
            output.write_text(page_of(bodies), encoding="utf-8")
    if not output and not options.quick:
        print(page_of(bodies), end="")


if __name__ == "__main__":
    main()
