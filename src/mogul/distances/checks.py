"""What two mixtures must have in common before they are compared."""

from __future__ import annotations

from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture


def require_same_features(first: Mixture, second: Mixture) -> None:
    """Raise unless both mixtures are of the same number of features."""
    if first.n_features != second.n_features:
        raise ShapeError(
            f"The mixtures have {first.n_features} and {second.n_features} features. Compare marginals of the "
            f"features that they share: first.marginal([...])."
        )


def require_positive(name: str, value: int) -> None:
    """Raise unless a number of draws or of rows is positive."""
    if value < 1:
        raise ParameterError(f"{name} is {value}; it must be 1 or more.")
