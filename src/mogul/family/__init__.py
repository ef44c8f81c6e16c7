"""Families: the constraints on covariances, and their M-steps."""

from mogul.family.abstract import AbstractFamily, Averaging, Symmetry
from mogul.family.closed import EEE, VII, VVI, VVV
from mogul.family.floored import Bounded, Widened
from mogul.family.registry import FAMILIES, SYNONYMS, find_family

__all__ = [
    "EEE",
    "FAMILIES",
    "SYNONYMS",
    "VII",
    "VVI",
    "VVV",
    "AbstractFamily",
    "Averaging",
    "Bounded",
    "Symmetry",
    "Widened",
    "find_family",
]
