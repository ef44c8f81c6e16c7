"""The mixture value."""

from mogul.mixture.chart import displaced, displacement
from mogul.mixture.combination import convolve, mix, product
from mogul.mixture.conditionals import Conditionals
from mogul.mixture.estimate import Estimate
from mogul.mixture.law import AbstractDensityLaw
from mogul.mixture.mixture import Mixture
from mogul.mixture.modes import Modes
from mogul.mixture.reduction import Reduction
from mogul.mixture.regions import Region
from mogul.mixture.stack import Stack
from mogul.mixture.surprise import Explanation

__all__ = [
    "AbstractDensityLaw",
    "Conditionals",
    "Estimate",
    "Explanation",
    "Mixture",
    "Modes",
    "Reduction",
    "Region",
    "Stack",
    "convolve",
    "displaced",
    "displacement",
    "mix",
    "product",
]
