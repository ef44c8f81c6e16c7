"""From what the user says of a model to the family that a fit obeys."""

from __future__ import annotations

from typing import Any

from mogul.errors import ParameterError, ShapeError
from mogul.family import AbstractFamily, Believing, ConjugatePrior, EqualWeights, find_family
from mogul.fitting import moments_of_data
from mogul.source import ArraySource


def constrained_family(estimator: Any, source: ArraySource) -> AbstractFamily:
    """Return the family of an estimator's parameters, with all its constraints."""
    family = find_family(estimator.covariance_type)
    if require_flag("equal_weights", estimator.equal_weights):
        family = EqualWeights(family)
    return _believing(family, estimator.prior, source, estimator.n_components)


def _believing(family: AbstractFamily, prior: Any, source: ArraySource, n_components: int) -> AbstractFamily:
    """Return the family with its prior, if the user wants one."""
    if prior is None:
        return family
    if isinstance(prior, str) and prior == "default":
        return Believing(family, default_prior(family, source, n_components))
    if not isinstance(prior, ConjugatePrior):
        raise ParameterError(
            f"The 'prior' parameter of GaussianMixture must be None, 'default' or a ConjugatePrior. Got {prior!r} "
            "instead. Use one of these."
        )
    if len(prior.mean) != source.n_features:
        raise ShapeError(
            f"The prior's mean has {len(prior.mean)} features, but X has {source.n_features}. Give one for each column."
        )
    return Believing(family, prior)


def default_prior(family: AbstractFamily, source: ArraySource, n_components: int) -> ConjugatePrior:
    """Return the prior that Fraley and Raftery (2007) propose for the data; the variances are those of a sample."""
    conjugacy = family.conjugacy
    if conjugacy is None:
        return Believing(family, ConjugatePrior([0.0], 0.0, 1.0, 1.0)).prior  # says which families have one
    data = moments_of_data(source, correlations=conjugacy.has_axes)
    total = source.total_weight
    spread = data.averages()[0] * (total / (total - 1) if total > 1 else 1.0)
    return ConjugatePrior.default(conjugacy, data.means()[0], spread, n_components)


def require_flag(name: str, value: Any) -> bool:
    """Return a parameter that is either true or false, or say what it must be."""
    if value in (True, False) and not hasattr(value, "shape"):
        return bool(value)
    raise ParameterError(
        f"The {name!r} parameter of GaussianMixture must be True or False. Got {value!r} instead. Use one of these."
    )
