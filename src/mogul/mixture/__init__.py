"""The mixture value."""

from mogul.mixture.mixture import Mixture
from mogul.mixture.stack import Stack

__all__ = ["Mixture", "Stack"]
