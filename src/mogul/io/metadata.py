"""What a model file says beside the numbers of the mixture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, final

from mogul._version import VERSION
from mogul.errors import ParameterError


def library_version() -> str:
    """Return the version of mogul that is running."""
    return VERSION


@final
@dataclass(frozen=True)
class Metadata:
    """Return what a model file shall say beside the numbers of the mixture.

    Parameters
    ----------
    feature_names : sequence of D different strings, optional
        The columns that the model was fitted to, in order.
    training : mapping, optional
        Any summary of how the model came to be, of what JSON can hold: numbers, strings, lists, mappings.
    mogul_version : str, optional
        The version that wrote the file; the running one unless given.

    Raises
    ------
    ParameterError
        If a name is not a string or stands twice, or JSON cannot hold the summary.

    Examples
    --------
    >>> from mogul.io import Metadata
    >>> Metadata(feature_names=["height", "weight"], training={"n_rows": 272}).feature_names
    ('height', 'weight')
    """

    feature_names: Sequence[str] | None = None
    training: Mapping[str, Any] = field(default_factory=dict)
    mogul_version: str = field(default_factory=library_version)

    def __post_init__(self) -> None:
        if self.feature_names is not None:
            object.__setattr__(self, "feature_names", _checked_names(self.feature_names))
        object.__setattr__(self, "training", _checked_summary(self.training))


def _checked_names(names: Sequence[str]) -> tuple[str, ...]:
    checked = tuple(names)
    for position, name in enumerate(checked):
        if isinstance(names, str) or not isinstance(name, str):
            raise ParameterError(f"feature_names must be a sequence of strings, got {names!r}.")
        if name in checked[:position]:
            raise ParameterError(f"feature_names contains {name!r} twice. Give every feature a name of its own.")
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise ParameterError(f"The feature name {name!r} is not valid text: {error.reason}.") from error
    return checked


def _checked_summary(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in JSON's own types, so that what is read back equals what was written."""
    try:
        copy = json.loads(json.dumps(dict(summary), allow_nan=False, default=lambda value: value.tolist()))
        json.dumps(copy, ensure_ascii=False).encode()
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise ParameterError(f"The training summary cannot be written as JSON: {error}.") from error
    return dict(copy)
