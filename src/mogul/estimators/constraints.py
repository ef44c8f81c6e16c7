"""From what the user says of a model to the family that a fit obeys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.covariance import FullCovariance
from mogul.errors import NotPositiveDefiniteError, ParameterError, ShapeError
from mogul.estimators.inputs import require_integer, require_real
from mogul.family import (
    FACTORS,
    AbstractFamily,
    Believing,
    Conditioned,
    ConjugatePrior,
    EqualWeights,
    FixedCovariances,
    FixedMeans,
    FixedWeights,
    SharedCovariances,
    SharedMeans,
    find_family,
)
from mogul.fitting import moments_of_data
from mogul.source import ArraySource
from mogul.start import chosen_n_factors


def constrained_family(estimator: Any, source: ArraySource) -> AbstractFamily:
    """Return the family of an estimator's parameters, with all its constraints."""
    family = _named_family(estimator, source)
    shape = estimator.n_components, source.n_features
    fixed = _entries("fixed", estimator.fixed, ("weights", "means", "covariances"))
    shared = _entries("shared", estimator.shared, ("means", "covariances"))
    is_equal = require_flag("equal_weights", estimator.equal_weights)
    _refuse_together(estimator, fixed, shared, is_equal)
    if estimator.max_eigenvalue_ratio is not None:
        family = Conditioned(family, require_real("max_eigenvalue_ratio", estimator.max_eigenvalue_ratio))
    if "covariances" in shared:
        family = SharedCovariances(family, _groups("covariances", shared["covariances"], shape[0]))
    if "covariances" in fixed:
        family = FixedCovariances(family, fixed_covariances(fixed["covariances"], family, *shape))
    if "means" in shared:
        family = SharedMeans(family, _groups("means", shared["means"], shape[0]))
    if "means" in fixed:
        family = FixedMeans(family, fixed_values("means", fixed["means"], shape))
    if "weights" in fixed:
        family = FixedWeights(family, fixed_weights(fixed["weights"], shape[0]))
    if is_equal:
        family = EqualWeights(family)
    return _believing(family, estimator.prior, source, estimator.n_components)


def _refuse_together(estimator: Any, fixed: dict[str, Any], shared: dict[str, Any], is_equal: bool) -> None:
    """Raise if two constraints are on the same parameters, or one is on parameters that the family does not have."""
    both = fixed.keys() & shared.keys()
    if both:
        raise ParameterError(f"{min(both)} are both in 'fixed' and in 'shared'. Use one of the two.")
    if is_equal and "weights" in fixed:
        raise ParameterError("equal_weights=True leaves no weights to be fixed. Use one of the two.")
    on_covariances = {
        "max_eigenvalue_ratio": estimator.max_eigenvalue_ratio is not None,
        "fixed covariances": "covariances" in fixed,
        "shared covariances": "covariances" in shared,
    }
    wanted = [name for name, is_wanted in on_covariances.items() if is_wanted]
    if wanted and estimator.prior is not None:
        raise ParameterError(f"A prior does not go with {wanted[0]}. Use prior=None, or let covariances be.")
    if "means" in shared:
        wanted.append("shared means")
    if wanted and estimator.covariance_type in FACTORS:
        raise ParameterError(
            f"{wanted[0]} do not go with the covariance_type {estimator.covariance_type!r}. Use fixed means, fixed or "
            "equal weights, or another family."
        )
    constrained = [name for name in wanted if name != "max_eigenvalue_ratio"] + sorted(fixed)
    if constrained and estimator.truncation is not None:
        raise ParameterError(f"truncation does not go with {constrained[0]} held. Use truncation=None.")


def _entries(name: str, value: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Return a parameter that is None or a dictionary with some of these keys, or say what it must be."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not set(value) <= set(allowed):
        raise ParameterError(
            f"The {name!r} parameter of GaussianMixture must be None or a dictionary with some of the keys "
            f"{', '.join(map(repr, allowed))}. Got {value!r} instead. Use one of these."
        )
    return {key: each for key, each in value.items() if each is not None}


def _numbers(name: str, value: Any) -> FloatArray:
    try:
        return np.array(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"fixed[{name!r}] could not be converted to numbers: {error}. Use an array.") from error


def fixed_values(name: str, value: Any, shape: tuple[int, ...]) -> FloatArray:
    """Return given values of each component, or NaN where they are free, or say what is wrong with them."""
    values = _numbers(name, value)
    if values.shape != shape:
        raise ShapeError(
            f"fixed[{name!r}] should have the shape {shape}, but has {values.shape}. Use one row for each component, "
            "of NaN where it is free."
        )
    n_free = np.isnan(values).reshape(len(values), -1).sum(axis=1)
    partly = np.flatnonzero((n_free > 0) & (n_free < values.size / len(values)))
    if len(partly) or np.isinf(values).any():
        k = int(partly[0]) if len(partly) else int(np.argwhere(np.isinf(values))[0][0])
        raise ParameterError(f"fixed[{name!r}] of component {k} has NaN or infinity among numbers. Use all or none.")
    return values


def fixed_weights(value: Any, n_components: int) -> FloatArray:
    """Return given weights, NaN where they are free."""
    values = fixed_values("weights", value, (n_components,))
    held = values[~np.isnan(values)]
    total, is_all = float(held.sum()), len(held) == n_components
    if (held <= 0).any() or (abs(total - 1) > 1e-9 if is_all else total >= 1):
        raise ParameterError(
            f"fixed['weights'] are {values.tolist()}; they must be positive, and "
            + ("sum to 1." if is_all else "leave something for the free ones.")
        )
    return values / total if is_all else values


def fixed_covariances(value: Any, family: AbstractFamily, n_components: int, n_features: int) -> FloatArray:
    """Return given covariances as matrices (K, D, D), NaN where they are free.

    They may be given as matrices, as variances (K, D) or (K,), and for 'tied' as one matrix (D, D).
    """
    values, eye = _numbers("covariances", value), np.eye(n_features)
    if family.moments.pooled and values.shape == (n_features, n_features):
        values = np.tile(values, (n_components, 1, 1))
    elif values.shape == (n_components,):
        values = values[:, None, None] * np.where(np.isnan(values)[:, None, None], 1.0, eye)
    elif values.shape == (n_components, n_features):
        spread = np.where(np.isnan(values[:, :1, None]), 1.0, eye)
        values = values[:, :, None] * spread
    values = fixed_values("covariances", values, (n_components, n_features, n_features))
    held = np.flatnonzero(~np.isnan(values[:, 0, 0]))
    if len(held):
        try:
            values[held] = FullCovariance(values[held]).dense()
        except NotPositiveDefiniteError as error:
            error.add_note(
                f"It is number {held.tolist()} of fixed['covariances'], in this order. Use variances above 0."
            )
            raise
    return values


def _groups(name: str, value: Any, n_components: int) -> Array:
    """Return the group of each component, numbered from 0 in the order of appearance."""
    labels = np.asarray(value)
    if labels.shape != (n_components,) or labels.dtype.kind not in "iuUSO":
        raise ParameterError(
            f"shared[{name!r}] must name the group of each of the {n_components} components, by a number or a word. "
            f"Got {value!r} instead. Use e.g. {[0] * min(n_components, 2) + [1] * max(n_components - 2, 0)}."
        )
    found: dict[Any, int] = {}
    return np.array([found.setdefault(label, len(found)) for label in labels.tolist()])


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
