"""How sure one may be of a fitted mixture: standard errors, replicates, and which component is which."""

from mogul.uncertainty.abstract import AbstractUncertainty
from mogul.uncertainty.information import Estimator, Information, information
from mogul.uncertainty.matching import match, ordered
from mogul.uncertainty.parameters import Parameters

__all__ = [
    "AbstractUncertainty",
    "Estimator",
    "Information",
    "Parameters",
    "information",
    "match",
    "ordered",
]
