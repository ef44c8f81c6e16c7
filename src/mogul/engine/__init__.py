"""Engines: loops that know neither rows nor mixtures."""

from mogul.engine.em import End, FitRecord, NoNextModelError, StopRule, run_em

__all__ = ["End", "FitRecord", "NoNextModelError", "StopRule", "run_em"]
