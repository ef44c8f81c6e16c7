"""From what the user says of a model to the family that a fit obeys."""

from __future__ import annotations

from typing import Any

from mogul.errors import ParameterError, ShapeError
from mogul.estimators.inputs import require_integer
from mogul.family import FACTORS, AbstractFamily, Believing, ConjugatePrior, EqualWeights, find_family
from mogul.fitting import moments_of_data
from mogul.source import ArraySource
from mogul.start import chosen_n_factors


def constrained_family(estimator: Any, source: ArraySource) -> AbstractFamily:
    """Return the family of an estimator's parameters, with all its constraints."""
    family = _named_family(estimator, source)
    if require_flag("equal_weights", estimator.equal_weights):
        family = EqualWeights(family)
    return _believing(family, estimator.prior, source, estimator.n_components)


def _named_family(estimator: Any, source: ArraySource) -> AbstractFamily:
    """Return the family of `covariance_type`, with the number of factors that the user or the data want."""
    kind, n_factors = FACTORS.get(estimator.covariance_type), estimator.n_factors
    if kind is None:
        if n_factors is not None:
            raise ParameterError(
                f"n_factors is {n_factors!r}, but the covariance_type {estimator.covariance_type!r} has no factors. "
                "Use n_factors=None, or the covariance_type 'factor' or 'ppca'."
            )
        return find_family(estimator.covariance_type)
    if estimator.truncation is not None:
        raise ParameterError(
            f"truncation does not go with the covariance_type {estimator.covariance_type!r}. Use truncation=None, or "
            "'diag'."
        )
    if estimator.precisions_init is not None:
        raise ParameterError(
            f"precisions_init does not go with the covariance_type {estimator.covariance_type!r}: inverses have no "
            "factors. Use means_init or responsibilities_init."
        )
    if n_factors is None:
        return kind(chosen_n_factors(source, kind, estimator.n_components))
    if require_integer("n_factors", n_factors, 1) > source.n_features:
        raise ParameterError(
            f"n_factors is {n_factors}, but X has {source.n_features} features. Use fewer factors than features."
        )
    return kind(int(n_factors))


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
