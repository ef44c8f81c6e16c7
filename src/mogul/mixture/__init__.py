"""The mixture value."""

from mogul.mixture.mixture import Mixture

__all__ = ["Mixture"]
