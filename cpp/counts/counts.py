"""Instruction counts of the kernels on small fixed problems, against those on record: a gate that does not depend on
how busy the machine is.

    python cpp/counts/counts.py             compare; fails if a kernel takes clearly more than is on record
    python cpp/counts/counts.py --record    rewrite instructions.json

valgrind runs no AVX-512, so the level counted is v3; what changes a kernel's work changes it at every level. Counts
depend on the compiler: with another than that on record they are shown, and nothing fails.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
RECORD = FOLDER / "instructions.json"
ALLOWANCE = 0.03
"""A kernel may take this much more than is on record: small changes of the code around it move counts by 1 or 2 %."""


def missing() -> str | None:
    """Return what the counts need and this machine lacks."""
    for tool in ("valgrind", "cmake"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    try:
        flags = set(Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split())
    except OSError:
        return "there is no /proc/cpuinfo"
    return None if {"avx2", "fma", "bmi2"} <= flags else "the processor does not run the level v3"


def run(*command: str, **more: object) -> str:
    """Return the standard output of a command that must succeed."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout  # type: ignore[call-overload,no-any-return]
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(command)} failed:\n{error.stdout}{error.stderr}")


def built(folder: Path) -> tuple[Path, str]:
    """Return (program, compiler), built at level v3 alone."""
    switches = ["-DCMAKE_BUILD_TYPE=Release", "-DMOGUL_PYTHON=OFF", "-DMOGUL_COUNTS=ON", "-DMOGUL_ALONE=v3"]
    run("cmake", "-S", str(FOLDER.parents[1]), "-B", str(folder), *switches)
    run("cmake", "--build", str(folder), "--parallel", str(os.cpu_count()))
    cache = (folder / "CMakeCache.txt").read_text(encoding="utf-8")
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.+)$", cache, re.MULTILINE)
    assert compiler is not None, "CMake names no compiler"
    return folder / "cpp/counts/kernel_counts", run(compiler[1], "--version").splitlines()[0]


def counted(program: Path) -> dict[str, int]:
    """Return the instructions that each case takes."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "counts"
        run(
            *("valgrind", "-q", "--tool=callgrind", "--collect-atstart=no", f"--callgrind-out-file={output}"),
            str(program),
            env={name: value for name, value in os.environ.items() if name != "MOGUL_SIMD"},
        )
        # One file for each case, counts.1, counts.2 and so on.
        parts = sorted(Path(folder).glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        texts = [path.read_text(encoding="utf-8") for path in parts]
    found = [
        (re.search(r"^desc: Trigger: Client Request: (.+)$", t, re.M), re.search(r"^totals: (\d+)$", t, re.M))
        for t in texts
    ]
    return {name[1]: int(total[1]) for name, total in found if name and total}


def compared(counts: dict[str, int], record: dict[str, int]) -> list[str]:
    """Print every count beside that on record and return what is wrong."""
    faults = []
    for name in [*record, *(name for name in counts if name not in record)]:
        now, before = counts.get(name), record.get(name)
        if now is None or before is None:
            faults.append(f"{name}: {'is not counted any more' if now is None else 'is not on record'}")
            continue
        change = now / before - 1
        print(f"{name:42} {before:12,} {now:12,} {100 * change:+7.2f} %")
        if change > ALLOWANCE:
            faults.append(f"{name}: {now:,} instructions, {100 * change:.1f} % more than on record")
    return faults


def main() -> int:
    """Count, and compare or record; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="rewrite what is on record")
    parser.add_argument("--build", type=Path, default=FOLDER.parents[1] / "build" / "counts", help="folder to build in")
    options = parser.parse_args()
    if lacking := missing():
        print(f"Instructions are not counted: {lacking}.")
        return 1 if options.record else 0
    program, compiler = built(options.build)
    counts = counted(program)
    if options.record:
        RECORD.write_text(json.dumps({"compiler": compiler, "counts": counts}, indent=1) + "\n", encoding="utf-8")
        print(f"{len(counts)} counts written to {RECORD}")
        return 0
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    faults = compared(counts, record["counts"])
    if faults:
        print("\n".join(["", *faults]))
    if compiler != record["compiler"]:
        print(f"\nNot judged: the record is of {record['compiler']}, this is {compiler}.")
        return 0
    if faults:
        print("\nIf that is meant, say why and run: python cpp/counts/counts.py --record")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
