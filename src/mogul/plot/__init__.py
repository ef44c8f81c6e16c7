"""Pictures of mixtures, of rows under them, of how a fit converged and what it shows. Needs matplotlib."""

from mogul.plot.classification_display import ClassificationDisplay, UncertaintyDisplay
from mogul.plot.convergence_display import ConvergenceDisplay
from mogul.plot.density_display import DensityDisplay
from mogul.plot.entropy_display import EntropyDisplay
from mogul.plot.mixture_display import MixtureDisplay
from mogul.plot.projection_display import ProjectionDisplay
from mogul.plot.responsibility_display import ResponsibilityDisplay
from mogul.plot.selection_display import SelectionDisplay

__all__ = [
    "ClassificationDisplay",
    "ConvergenceDisplay",
    "DensityDisplay",
    "EntropyDisplay",
    "MixtureDisplay",
    "ProjectionDisplay",
    "ResponsibilityDisplay",
    "SelectionDisplay",
    "UncertaintyDisplay",
]
