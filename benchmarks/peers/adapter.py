"""What the adapters of Python programs share: a process that reads a problem and then fits it as often as it is asked.

    python run_NAME.py FOLDER N D K KIND OUTPUT

The folder holds files of float64 numbers: rows (N x D) and the start: weights (K), means (K x D), dense covariances
(K x D x D) and responsibilities (N x K). Each line of standard input is a number of iterations, to be made from the
start. Each line of standard output is an object of JSON: first {"program": ...} or {"refused": reason}, then, for each
line of input, {"seconds": of the fit alone, "log_likelihood": in nats a row as the program tells it, or null}; the
parameters that were reached are left in OUTPUT. Adapters in other languages do the same.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np


class RefusedError(Exception):
    """The program cannot do what is asked."""


@dataclass(frozen=True)
class Problem:
    """Rows and a start."""

    rows: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    """Dense, (K, D, D)."""
    kind: str

    @property
    def native(self) -> np.ndarray:
        """The covariances as scikit-learn stores those of this kind."""
        return {
            "full": lambda dense: dense,
            "tied": lambda dense: dense[0],
            "diag": lambda dense: np.einsum("kdd->kd", dense).copy(),
            "spherical": lambda dense: dense[:, 0, 0].copy(),
        }[self.kind](self.covariances)


@dataclass(frozen=True)
class Reached:
    """What a fit gives: covariances of any shape that says their kind; the likelihood, if it is told."""

    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray
    log_likelihood: float | None = None

    def write(self, folder: Path, kind: str) -> None:
        n_components, n_features = np.shape(self.means)
        eye = np.eye(n_features)
        dense = {
            "full": lambda values: values,
            "tied": lambda values: np.broadcast_to(values, (n_components, n_features, n_features)),
            "diag": lambda values: values[:, :, None] * eye,
            "spherical": lambda values: values[:, None, None] * eye,
        }[kind](np.asarray(self.covariances, dtype=np.float64))
        for name, values in (("weights", self.weights), ("means", self.means), ("covariances", dense)):
            np.ascontiguousarray(values, dtype=np.float64).tofile(folder / name)


Fit = Callable[[int], object]
Prepare = Callable[[Problem], tuple[str, Fit, Callable[[object], Reached]]]
"""A problem to the program's name and version, a fit of so many iterations, and what such a fit has reached."""


def read_problem(folder: Path, shape: list[int], kind: str) -> Problem:
    n_rows, n_features, n_components = shape

    def read(name: str, *sizes: int) -> np.ndarray:
        return np.fromfile(folder / name).reshape(sizes)

    return Problem(
        rows=read("rows", n_rows, n_features),
        weights=read("weights", n_components),
        means=read("means", n_components, n_features),
        covariances=read("covariances", n_components, n_features, n_features),
        kind=kind,
    )


def serve(prepare: Prepare) -> None:
    """Answer until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the program itself prints is no answer

    def answer(**fields: object) -> None:
        print(json.dumps(fields), file=answers, flush=True)

    folder, *shape, kind, output = sys.argv[1:]
    try:
        program, fit, reached = prepare(read_problem(Path(folder), [int(size) for size in shape], kind))
    except RefusedError as error:
        answer(refused=str(error))
        return
    answer(program=program)
    for line in sys.stdin:
        began = perf_counter()
        fitted = fit(int(line))
        seconds = perf_counter() - began
        end = reached(fitted)
        end.write(Path(output), kind)
        answer(seconds=seconds, log_likelihood=None if end.log_likelihood is None else float(end.log_likelihood))
