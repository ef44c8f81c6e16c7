"""The mixture value."""

from mogul.mixture.chart import displaced, displacement
from mogul.mixture.combination import convolve, mix, product
from mogul.mixture.conditionals import Conditionals
from mogul.mixture.mixture import Mixture
from mogul.mixture.reduction import Reduction
from mogul.mixture.stack import Stack

__all__ = ["Conditionals", "Mixture", "Reduction", "Stack", "convolve", "displaced", "displacement", "mix", "product"]
