"""Which programs are compared, and how each is started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


class MissingProgramError(Exception):
    """The program, or what it takes to build its driver, is not there; the text says what."""


@dataclass(frozen=True)
class Place:
    """Where peers are: an environment of Python, or None for the one that runs, and a folder for compiled drivers."""

    environment: Path | None
    drivers: Path

    @property
    def python(self) -> str:
        return str(self.environment / "bin" / "python") if self.environment else sys.executable

    def package(self, name: str) -> Path:
        """Return the folder of an installed package."""
        program = f"import importlib.util as u; print((u.find_spec({name!r}).submodule_search_locations or [''])[0])"
        run = subprocess.run([self.python, "-c", program], capture_output=True, text=True, check=False)
        if run.returncode:
            raise MissingProgramError(f"the package {name} is not installed in the environment of the peers")
        return Path(run.stdout.strip())


@dataclass(frozen=True)
class Program:
    name: str
    command: Callable[[Place], list[str]]
    is_ours: bool = False
    """Runs in the environment of the benchmarks, with their settings."""


def _ours(script: str) -> Callable[[Place], list[str]]:
    return lambda place: [sys.executable, str(HERE / script)]


def _python(script: str) -> Callable[[Place], list[str]]:
    return lambda place: [place.python, str(HERE / script)]


def _mclust(place: Place) -> list[str]:
    program = shutil.which("Rscript")
    if program is None:
        raise MissingProgramError("R is not installed (Rscript is not on the path)")
    return [program, "--vanilla", str(HERE / "run_mclust.R")]


def _armadillo(place: Place) -> list[str]:
    return [str(_compiled("armadillo", place))]


def _mlpack(place: Place) -> list[str]:
    return [str(_compiled("mlpack", place, "-I", str(place.package("mlpack") / "include")))]


def _compiled(name: str, place: Place, *more: str) -> Path:
    """Return the driver of a C++ library, built for this very processor."""
    source, driver = HERE / f"{name}.cpp", place.drivers / name
    newest = max(each.stat().st_mtime for each in (source, HERE / "driver.hpp"))
    if driver.exists() and driver.stat().st_mtime > newest:
        return driver
    compiler = os.environ.get("CXX") or shutil.which("c++")
    if compiler is None:
        raise MissingProgramError("there is no C++ compiler")
    flags = ["-std=c++17", "-O3", "-march=native", "-fopenmp", "-DARMA_NO_DEBUG", *more]
    place.drivers.mkdir(parents=True, exist_ok=True)
    run = subprocess.run(
        [compiler, *flags, str(source), "-o", str(driver), "-larmadillo"], capture_output=True, text=True, check=False
    )
    if run.returncode:
        errors = [line.split("error: ")[-1] for line in run.stderr.splitlines() if "error" in line]
        raise MissingProgramError(f"its driver does not compile: {errors[0] if errors else 'no reason given'}")
    return driver


PROGRAMS = (
    Program("mogul", _ours("run_mogul.py"), is_ours=True),
    Program("scikit-learn", _ours("run_scikit_learn.py"), is_ours=True),
    Program("Armadillo", _armadillo),
    Program("mclust", _mclust),
    Program("pomegranate", _python("run_pomegranate.py")),
    Program("tgmm", _python("run_tgmm.py")),
    Program("gmmx", _python("run_gmmx.py")),
    Program("mlpack", _mlpack),
    Program("Spark MLlib", _python("run_spark.py")),
)
