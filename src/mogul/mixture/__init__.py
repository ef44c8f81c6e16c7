"""The mixture value."""

from mogul.mixture.chart import displaced, displacement
from mogul.mixture.mixture import Mixture
from mogul.mixture.stack import Stack

__all__ = ["Mixture", "Stack", "displaced", "displacement"]
