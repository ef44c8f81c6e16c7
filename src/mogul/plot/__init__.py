"""Pictures of mixtures: a mixture, its responsibilities, how a fit converged. Needs matplotlib."""

from mogul.plot.convergence_display import ConvergenceDisplay
from mogul.plot.mixture_display import MixtureDisplay
from mogul.plot.responsibility_display import ResponsibilityDisplay

__all__ = ["ConvergenceDisplay", "MixtureDisplay", "ResponsibilityDisplay"]
