"""Data files of any kind, told apart by their first bytes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from mogul._kernels import Array


class Source(Protocol):
    """A data file that was opened: its columns are known, its rows are read on demand."""

    label: str
    """What messages call it."""
    names: tuple[str, ...] | None
    """The names of its columns, if it has any."""
    n_columns: int

    def read(self, columns: Sequence[int]) -> Array:
        """Return the given columns as rows (N, len(columns)) of float32 or float64, or of what the file holds."""
        ...


def open_source(path: str) -> Source:
    """Return the source at a path; "-" is CSV on standard input."""
    from mogul.cli.csv_source import CsvSource
    from mogul.cli.npy_source import NpySource
    from mogul.cli.parquet_source import ParquetSource

    if path == "-":
        return CsvSource.from_bytes(sys.stdin.buffer.read(), "standard input")
    if not Path(path).is_file():  # a pipe can be read once only
        return CsvSource.from_bytes(Path(path).read_bytes(), path)
    with open(path, "rb") as file:
        beginning = file.read(8)
    if beginning.startswith(b"\x93NUMPY"):
        return NpySource(path)
    if beginning.startswith(b"PAR1"):
        return ParquetSource(path)
    return CsvSource.from_file(path)
