"""The fields of a model file, version 1: what both formats write, and the checks of what they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np

from mogul._kernels import FloatArray
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FactorCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.errors import FileFormatError, MogulError, ParameterError, ShapeError
from mogul.io.metadata import Metadata
from mogul.mixture import Mixture

FORMAT = "mogul.mixture"
FORMAT_VERSION = 1
ARRAYS = ("weights", "means", "covariances")

# These names stand in files for ever; they do not follow the names of the classes.
FORMS: dict[str, type[AbstractCovariance]] = {
    "full": FullCovariance,
    "tied": TiedCovariance,
    "diagonal": DiagonalCovariance,
    "spherical": SphericalCovariance,
    "factor": FactorCovariance,
}

_MAKERS: dict[str, Callable[[FloatArray], AbstractCovariance]] = {**FORMS, "factor": FactorCovariance.of_packed}

_TYPES: dict[str, tuple[type, ...]] = {
    "format": (str,),
    "format_version": (int,),
    "mogul_version": (str,),
    "form": (str,),
    "n_components": (int,),
    "n_features": (int,),
    "feature_names": (list, type(None)),
    "training": (dict,),
}
_NEEDED = ("format", "format_version", "form")


def form_name(covariances: AbstractCovariance) -> str:
    """Return the name that a form has in files."""
    for name, form in FORMS.items():
        if type(covariances) is form:
            return name
    raise ParameterError(
        f"{type(covariances).__name__} has no place in model files of version {FORMAT_VERSION}. "
        f"Save mogul.FullCovariance(covariances.dense()) instead."
    )


def arrays_of(mixture: Mixture) -> dict[str, FloatArray]:
    """Return the numbers that define a mixture, by name."""
    return {"weights": mixture.weights, "means": mixture.means, "covariances": mixture.covariances.array}


def fields_of(mixture: Mixture, metadata: Metadata | None) -> dict[str, Any]:
    """Return everything that a file says beside the arrays, in the order in which it is written."""
    metadata = metadata or Metadata()
    names = metadata.feature_names
    if names is not None and len(names) != mixture.n_features:
        raise ShapeError(f"feature_names has {len(names)} names, but the mixture has {mixture.n_features} features.")
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "mogul_version": metadata.mogul_version,
        "form": form_name(mixture.covariances),
        "n_components": mixture.n_components,
        "n_features": mixture.n_features,
        "feature_names": None if names is None else list(names),
        "training": dict(metadata.training),
    }


def refuse(where: str, what: str) -> NoReturn:
    """Raise FileFormatError: `where` names the file, `what` says what is wrong and what to do."""
    raise FileFormatError(f"{where} {what}")


def check_format(fields: Any, where: str) -> None:
    """Raise unless the fields are those of a mixture in a version that this library knows."""
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        refuse(where, f'is not a mogul model: its field "format" is not "{FORMAT}".')
    version = fields.get("format_version")
    if type(version) is not int or version < 1:
        refuse(where, f'is damaged: its field "format_version" is {version!r}, not a positive whole number.')
    if version > FORMAT_VERSION:
        refuse(
            where,
            f"was written by a newer mogul ({fields.get('mogul_version')}): its format version is {version}, and this "
            f"mogul reads up to {FORMAT_VERSION}. Upgrade with: python -m pip install --upgrade mogul",
        )


def model_of(fields: dict[str, Any], arrays: Mapping[str, FloatArray], where: str) -> tuple[Mixture, Metadata]:
    """Return the mixture and the metadata of checked fields and arrays, or say what is wrong with them."""
    _check_types(fields, where)
    form = _MAKERS.get(fields["form"])
    if form is None:
        refuse(where, f'has the unknown form {fields["form"]!r}; "form" must be one of: {", ".join(FORMS)}.')
    _check_arrays(arrays, where)
    try:
        mixture = Mixture(arrays["weights"], arrays["means"], form(arrays["covariances"]))
        metadata = Metadata(
            fields.get("feature_names"), fields.get("training", {}), fields.get("mogul_version", "unknown")
        )
        sizes = {"n_components": mixture.n_components, "n_features": mixture.n_features}
        for name, size in sizes.items():
            if fields.get(name, size) != size:
                refuse(where, f'does not fit together: "{name}" is {fields[name]}, but the arrays are for {size}.')
        fields_of(mixture, metadata)  # complains if the names are not as many as the features
    except FileFormatError:
        raise
    except MogulError as error:
        raise FileFormatError(f"{where} does not hold a mixture: {error}") from error
    return mixture, metadata


def _check_types(fields: dict[str, Any], where: str) -> None:
    for name in _NEEDED:
        if name not in fields:
            refuse(where, f'lacks the field "{name}".')
    for name, value in fields.items():
        if name not in _TYPES:
            refuse(where, f'has the unknown field "{name}"; version {FORMAT_VERSION} knows: {", ".join(_TYPES)}.')
        if type(value) not in _TYPES[name]:
            refuse(where, f'has {value!r} in the field "{name}", which must be {_TYPES[name][0].__name__}.')


def _check_arrays(arrays: Mapping[str, FloatArray], where: str) -> None:
    for name in ARRAYS:
        if name not in arrays:
            refuse(where, f'lacks the array "{name}".')
    for name, array in arrays.items():
        if name not in ARRAYS:
            refuse(where, f'has the unknown array "{name}"; a mixture has {", ".join(ARRAYS)}.')
        if array.dtype != np.float64:
            refuse(where, f'holds "{name}" as {array.dtype}, but version {FORMAT_VERSION} holds float64 only.')
        if not np.isfinite(array).all():
            refuse(where, f'has NaN or infinity in the array "{name}".')
