"""Run every benchmark, one after the other, and write the page of results."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SCRIPTS = {
    "versus_sklearn.py": "One iteration, beside scikit-learn",
    "small.py": "A small fit, from call to convergence",
    "whole_fit.py": "Whole fits",
    "extrapolation.py": "Fewer passes",
    "memory.py": "Memory",
    "import_time.py": "Start of a process",
}
HEAD = """# Results

Written by `python benchmarks/run.py --output benchmarks/RESULTS.md`. Each section names its command, the machine and
the versions. Absolute times of a machine that others use too say little; ratios are taken in turn, in one run. Numbers
that got worse stay, with the reason.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", help="file to write; standard output by default")
    output = parser.parse_args().output
    sections = [HEAD]
    for script, title in SCRIPTS.items():
        print(f"running {script}", file=sys.stderr, flush=True)
        run = subprocess.run([sys.executable, str(FOLDER / script)], stdout=subprocess.PIPE, text=True, check=True)
        sections.append(f"## {title}\n\n{run.stdout.strip()}\n")
    text = "\n".join(sections)
    if output is None:
        print(text, end="")
    else:
        Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
