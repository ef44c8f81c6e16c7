"""The binary model file: a safetensors file, so that any language can read it, with a checksum.

    8 bytes   length of the header, little-endian
    header    JSON: {"__metadata__": {"mogul": TEXT}, "weights": {...}, "means": {...}, "covariances": {...}}
    arrays    float64, little-endian, C order

TEXT is JSON again: the fields of `mogul.io.fields`, and first of all ``"checksum": "sha256:..."``, the SHA-256 of the
whole file with these 64 digits set to 0. So no byte can change without being noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from safetensors import SafetensorError
from safetensors.numpy import load as load_arrays
from safetensors.numpy import save as save_arrays

from mogul.io.fields import arrays_of, check_format, fields_of, model_of, refuse
from mogul.io.metadata import Metadata
from mogul.mixture import Mixture

# All fields share one entry of safetensors' metadata, because it writes several in random order, and the same model
# should be the same file.
_ENTRY = "mogul"
_NO_DIGITS = b"0" * 64
_CHECKSUM = re.compile(rb'\{\\"checksum\\": \\"sha256:([0-9a-f]{64})\\"')
_LONGEST_HEADER = 100_000_000
_AGAIN = "Copy it again from where it came, or save the model again."

# First bytes of what people have at hand instead of a model.
_FOREIGN = {
    b"\x93NUMPY": "an array of NumPy (.npy)",
    b"PK": "a zip archive, perhaps of NumPy (.npz)",
    b"\x80": "a pickle, which mogul never opens",
    b"PAR1": "Parquet data",
    b"\x89PNG": "a picture",
    b"{": "JSON text: if it is a model, read it with mogul.io.from_json",
}


def encode(mixture: Mixture, metadata: Metadata | None) -> bytes:
    """Return the file that holds a mixture: the same bytes for the same mixture and metadata."""
    fields = {"checksum": f"sha256:{_NO_DIGITS.decode()}", **fields_of(mixture, metadata)}
    blank = save_arrays(arrays_of(mixture), {_ENTRY: json.dumps(fields, allow_nan=False)})
    result: bytes = blank.replace(_NO_DIGITS, _digest(blank).encode(), 1)
    return result


def decode(data: bytes, where: str) -> tuple[Mixture, Metadata]:
    """Return the mixture and the metadata in a file's bytes, or say what is wrong with it."""
    check_beginning(data, where)
    header = _header(data, where)
    fields = _fields(header, where)
    check_format(fields, where)
    _check_length(header, len(data) - 8 - _header_length(data), where)
    _check_sum(data, where)
    # Whatever is wrong from here on was written so.
    try:
        arrays = load_arrays(data)
    except (SafetensorError, KeyError, ValueError) as error:
        refuse(where, f"is not a valid safetensors file: {error}.")
    return model_of({name: value for name, value in fields.items() if name != "checksum"}, arrays, where)


def check_beginning(data: bytes, where: str) -> None:
    """Raise if the first bytes, 16 or more if there are so many, cannot begin a model."""
    if not data:
        refuse(where, "is empty. Perhaps writing it was cut short; save the model again.")
    for start, what in _FOREIGN.items():
        if data.startswith(start) and data[8:9] != b"{":
            refuse(where, f"is not a mogul model but {what}.")
    if len(data) < 9:
        refuse(where, f"is truncated: it has {len(data)} bytes only. {_AGAIN}")
    if data[8:9] != b"{" or _header_length(data) > _LONGEST_HEADER:
        refuse(where, "is not a mogul model, or its first bytes are damaged.")


def _header_length(data: bytes) -> int:
    return int.from_bytes(data[:8], "little")


def _header(data: bytes, where: str) -> dict[str, Any]:
    length = _header_length(data)
    if len(data) < 8 + length:
        refuse(where, f"is truncated: it has {len(data)} bytes, and its header alone needs {8 + length}. {_AGAIN}")
    try:
        header = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        refuse(where, f"is damaged: its header cannot be read ({error}). {_AGAIN}")
    if not isinstance(header, dict):
        refuse(where, f"is damaged: its header is no JSON object. {_AGAIN}")
    return header


def _fields(header: dict[str, Any], where: str) -> dict[str, Any]:
    entries = header.get("__metadata__")
    text = entries.get(_ENTRY) if isinstance(entries, dict) else None
    if not isinstance(text, str):
        refuse(where, f'is not a mogul model: its safetensors header has no entry "{_ENTRY}".')
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        refuse(where, f'is damaged: the entry "{_ENTRY}" of its header cannot be read ({error}). {_AGAIN}')
    if not isinstance(fields, dict):
        refuse(where, f'is damaged: the entry "{_ENTRY}" of its header is no JSON object. {_AGAIN}')
    return fields


def _check_length(header: dict[str, Any], length: int, where: str) -> None:
    """Raise if the arrays need another number of bytes than there are; a checksum could not say which."""
    ends = [entry.get("data_offsets") for entry in header.values() if isinstance(entry, dict)]
    needed = max((end[1] for end in ends if isinstance(end, list) and len(end) == 2 and type(end[1]) is int), default=0)
    if length < needed:
        refuse(where, f"is truncated: {needed - length} bytes are missing at its end. {_AGAIN}")
    if length > needed:
        refuse(where, f"is damaged: {length - needed} bytes follow its end. {_AGAIN}")


def _digest(*parts: bytes | memoryview) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _check_sum(data: bytes, where: str) -> None:
    found = _CHECKSUM.search(data)
    if found is None:
        refuse(where, f'is damaged: its field "checksum" is not readable. {_AGAIN}')
    first, end = found.span(1)
    view = memoryview(data)
    if _digest(view[:first], _NO_DIGITS, view[end:]) != found[1].decode():
        refuse(where, f'is damaged: its bytes do not agree with its field "checksum". {_AGAIN}')
