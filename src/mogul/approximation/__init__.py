"""Any distribution by enough Gaussians."""

from mogul.approximation.approximate import Approximation, approximate
from mogul.approximation.errors import Errors

__all__ = ["Approximation", "Errors", "approximate"]
