"""Engines: loops that know neither rows nor mixtures."""

from mogul.engine.em import End, FitRecord, Leap, NoNextModelError, Path, StopRule, run_em

__all__ = ["End", "FitRecord", "Leap", "NoNextModelError", "Path", "StopRule", "run_em"]
