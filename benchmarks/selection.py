"""All families and K = 1 to 9 on iris: `mogul.select` beside R's mclust, in turn, in one run.

mclust makes each fit from one agglomerative start and stops at a relative gain of 1e-5. `effort="quick"` does the same
amount of searching, from the starts of two hierarchies, to within 1e-7 nats a row of the end; the default searches as
described in decision record 24. "Gain" is the sum, over the cells in which mclust has a value, of what the
log-likelihood of ours lies above it; "below" counts the cells that end more than 1e-4 below. mclust's time is the one
that R measures of `mclustBIC` alone, its start not counted, ours that of `select`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
from statistics import median

import common

SCRIPT = """
suppressMessages(library(mclust))
rows <- iris[, 1:4]
invisible(mclustBIC(rows, G = 1:2, verbose = FALSE))
lines <- file("stdin", "r")
while (length(readLines(lines, 1)) > 0) {
  time <- system.time(table <- mclustBIC(rows, G = 1:9, verbose = FALSE))
  cat(sprintf("%.6f\\n", time[["elapsed"]]))
  flush(stdout())
}
for (family in colnames(table)) for (K in 1:9)
  cat(family, K, (table[K, family] + nMclustParams(family, 4, K) * log(150)) / 2, "\\n")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    common.set_threads(options.threads)

    from sklearn.datasets import load_iris

    import mogul

    rows = load_iris().data
    efforts = {"mogul, effort='quick'": "quick", "mogul, defaults": "thorough"}
    found = {name: mogul.select(rows, effort=effort) for name, effort in efforts.items()}
    times: dict[str, list[float]] = {"mclust": [], **{name: [] for name in efforts}}
    theirs: dict[tuple[str, int], float] = {}
    if shutil.which("Rscript") is None:
        print("R is not installed: mogul alone.")
    else:
        process = subprocess.Popen(
            ["Rscript", "-e", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
    for _ in range(options.repeats):
        if shutil.which("Rscript") is not None:
            process.stdin.write("go\n")
            times["mclust"].append(float(process.stdout.readline()))
        for name, effort in efforts.items():
            times[name].append(common.seconds(lambda effort=effort: mogul.select(rows, effort=effort)))
    if shutil.which("Rscript") is not None:
        rest, _ = process.communicate()
        for line in rest.splitlines():
            family, n_components, value = line.split()
            if value != "NA":
                theirs[family, int(n_components)] = float(value)

    lines = []
    for name, seconds in times.items():
        if not seconds:
            continue
        gains = [found[name][key].log_likelihood - value for key, value in theirs.items()] if name in found else []
        ratio = median(seconds) / median(times["mclust"]) if times["mclust"] else float("nan")
        below = str(sum(gain < -1e-4 for gain in gains)) if gains else ""
        gained = f"{sum(gains):.1f}" if gains else ""
        lines.append([name, common.milliseconds(seconds), f"{ratio:.2f}", below, gained])
    common.publish(__doc__, common.table(["", "ms", "of mclust's", "cells below", "gain, nats"], lines))


if __name__ == "__main__":
    main()
