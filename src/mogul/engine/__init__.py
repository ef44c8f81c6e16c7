"""Engines: loops that know neither rows nor mixtures."""

from mogul.engine.anderson import Anderson
from mogul.engine.em import (
    End,
    Extrapolation,
    FitRecord,
    Leap,
    Memory,
    NoNextModelError,
    Path,
    StopRule,
    run_em,
)

__all__ = [
    "Anderson",
    "End",
    "Extrapolation",
    "FitRecord",
    "Leap",
    "Memory",
    "NoNextModelError",
    "Path",
    "StopRule",
    "run_em",
]
