"""How sure one may be of a fitted mixture: standard errors, replicates, and which component is which."""

from mogul.uncertainty.abstract import AbstractUncertainty
from mogul.uncertainty.bootstrap import RESAMPLINGS, Bootstrap, bootstrapped, generators
from mogul.uncertainty.information import Estimator, Information, information
from mogul.uncertainty.matching import match
from mogul.uncertainty.parameters import Parameters
from mogul.uncertainty.replicates import Refit, batch_size, refitted

__all__ = [
    "RESAMPLINGS",
    "AbstractUncertainty",
    "Bootstrap",
    "Estimator",
    "Information",
    "Parameters",
    "Refit",
    "batch_size",
    "bootstrapped",
    "generators",
    "information",
    "match",
    "refitted",
]
