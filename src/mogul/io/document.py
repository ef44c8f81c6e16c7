"""A mixture as JSON, for people, version control and other languages."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import numpy as np

from mogul._kernels import FloatArray
from mogul.io.fields import ARRAYS, arrays_of, check_format, fields_of, model_of, refuse
from mogul.io.metadata import Metadata
from mogul.mixture import Mixture

_WHERE = "The JSON text"


def to_json(mixture: Mixture, *, metadata: Metadata | None = None) -> str:
    """Return a mixture as JSON text that `from_json` turns back into the same mixture, to the last bit.

    Parameters
    ----------
    mixture : Mixture
    metadata : Metadata, optional
        The names of the features and a training summary.

    Raises
    ------
    ShapeError
        If there are not as many names as features.

    Examples
    --------
    >>> import mogul
    >>> from mogul.io import to_json
    >>> print(to_json(mogul.Mixture.univariate([0.25, 0.75], [0.0, 4.0], [1.0, 2.0])))  # doctest: +ELLIPSIS
    {
      "format": "mogul.mixture",
      "format_version": 1,
      "mogul_version": "...",
      "form": "diagonal",
      "n_components": 2,
      "n_features": 1,
      "feature_names": null,
      "training": {},
      "weights": [0.25, 0.75],
      "means": [
        [0.0],
        [4.0]
      ],
      "covariances": [
        [1.0],
        [4.0]
      ]
    }
    """
    lines = {
        name: json.dumps(value, ensure_ascii=False, allow_nan=False)
        for name, value in fields_of(mixture, metadata).items()
    }
    lines |= {name: _laid_out(array.tolist(), "  ") for name, array in arrays_of(mixture).items()}
    return "{\n" + ",\n".join(f'  "{name}": {line}' for name, line in lines.items()) + "\n}"


def from_json(text: str) -> Mixture:
    """Return the mixture that a JSON text describes.

    Parameters
    ----------
    text : str
        As `to_json` writes it. Only "format", "format_version", "form" and the three arrays are needed.

    Raises
    ------
    FileFormatError
        Naming the field that is wrong, or the version that is newer than this library.

    Examples
    --------
    >>> import mogul
    >>> from mogul.io import from_json
    >>> from_json('''{"format": "mogul.mixture", "format_version": 1, "form": "spherical",
    ...               "weights": [0.5, 0.5], "means": [[0, 0], [3, 4]], "covariances": [1, 2]}''').mean()
    array([1.5, 2. ])
    """
    return decode_json(text, _WHERE)[0]


def decode_json(text: str, where: str) -> tuple[Mixture, Metadata]:
    """Return the mixture and the metadata in a JSON text, or say what is wrong with it."""
    try:
        fields = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, where), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        if type(error).__module__ == "mogul.errors":
            raise
        refuse(where, f"is not valid JSON: {error}. Perhaps it was cut short.")
    check_format(fields, where)
    arrays = {name: _array(fields.pop(name), name, where) for name in ARRAYS if name in fields}
    return model_of(fields, arrays, where)


def _laid_out(values: list[Any], indent: str) -> str:
    """Return nested lists with every innermost list on one line."""
    if not isinstance(values[0], list):
        return json.dumps(values, allow_nan=False)
    inner = indent + "  "
    return "[\n" + ",\n".join(inner + _laid_out(value, inner) for value in values) + f"\n{indent}]"


def _object(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    # Of two fields of one name JSON readers keep either; no choice would be right.
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            refuse(where, f'has the field "{name}" twice.')
    return dict(pairs)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _array(value: Any, name: str, where: str) -> FloatArray:
    if not _only_numbers(value):
        refuse(where, f'has something else than nested lists of numbers in the array "{name}".')
    try:
        return np.array(value, dtype=np.float64)
    except (ValueError, OverflowError) as error:
        refuse(where, f'has lists of different lengths or too large a number in the array "{name}": {error}.')


def _only_numbers(value: Any) -> bool:
    if isinstance(value, list):
        return all(_only_numbers(entry) for entry in value)
    return type(value) in (int, float)
