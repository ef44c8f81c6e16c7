"""A model and the rows that a command applies it to."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from mogul._kernels import Array, FloatArray
from mogul.cli.columns import columns_of_model
from mogul.cli.errors import DataFileError
from mogul.cli.sources import open_source
from mogul.cli.streams import STANDARD
from mogul.errors import EmptyDataError
from mogul.io import Metadata
from mogul.io.container import decode
from mogul.io.files import read_model
from mogul.mixture import Mixture

# Few enough to act on Ctrl-C at once and to need little memory, whatever the size of the file.
_BLOCK_ROWS = 65536


def open_model(path: str) -> tuple[Mixture, Metadata]:
    """Return the mixture and the metadata in a model file; "-" is standard input."""
    if path == STANDARD:
        return decode(sys.stdin.buffer.read(), "standard input")
    return read_model(path)


def display_names(mixture: Mixture, names: Sequence[str] | None) -> list[str]:
    """Return the names of the features, or x0, x1, ... (x for a single one), as plots call them."""
    if names is not None:
        return list(names)
    return ["x"] if mixture.n_features == 1 else [f"x{d}" for d in range(mixture.n_features)]


def rows_for(path: str, columns: str | None, mixture: Mixture, metadata: Metadata) -> Array:
    """Return the rows of a data file, in the columns that the model was fitted to."""
    source = open_source(path)
    rows = source.read(columns_of_model(source, columns, metadata.feature_names, mixture.n_features))
    if not len(rows):
        raise EmptyDataError(f"{path} has no rows.")
    return rows


def in_blocks(rows: Array, label: str, values: Callable[[Array], Array]) -> Iterator[Array]:
    """Yield ``values(block)`` of each block of rows; a row counts the same alone and in a block."""
    for first in range(0, len(rows), _BLOCK_ROWS):
        block = np.asarray(rows[first : first + _BLOCK_ROWS])
        finite = np.isfinite(block)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise DataFileError(
                f"{label}, row {first + row + 1}, column {column + 1}: {block[row, column]} is not finite. Mend or "
                f"remove the row."
            )
        yield values(block)


def csv_lines(values: FloatArray | Array) -> bytes:
    """Return rows of numbers as CSV; every float is written so that it reads back to the same bits."""
    columns = values.reshape(len(values), -1).tolist()
    return "".join([",".join(map(repr, row)) + "\n" for row in columns]).encode()


def csv_header(names: Sequence[str]) -> bytes:
    """Return names as the first line of a CSV file."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(names)
    return line.getvalue().encode()
