"""Tables of text: read fast if all is well, read again carefully to say what is not."""

from __future__ import annotations

import csv
import io
import warnings
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from typing import Self, final

import numpy as np

from mogul._kernels import FloatArray
from mogul.cli.csv_text import Layout, Record, complaint_about, numbered_lines, records, sniff
from mogul.cli.errors import DataFileError
from mogul.errors import EmptyDataError

Opener = Callable[[], AbstractContextManager[Iterable[str]]]


@final
class CsvSource:
    """A table of text. Blank lines and lines that begin with # are skipped."""

    def __init__(self, label: str, opened: Opener) -> None:
        self.label = label
        self._opened = opened
        with self._lines() as lines:
            layout = sniff(numbered_lines(lines))
        if layout is None:
            raise EmptyDataError(f"{label} is empty: it has no line of data.")
        self.layout: Layout = layout
        self.names = layout.names
        self.n_columns = layout.n_columns

    @classmethod
    def from_file(cls, path: str) -> Self:
        """Return the table in a file."""
        return cls(path, lambda: open(path, encoding="utf-8-sig", newline=""))

    @classmethod
    def from_bytes(cls, data: bytes, label: str) -> Self:
        """Return the table in bytes that were read already."""
        return cls(label, lambda: io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline=""))

    def read(self, columns: Sequence[int]) -> FloatArray:
        """Return the given columns as rows (N, len(columns)), or name the line and the column that is no number."""
        try:
            rows = self._read_fast(columns)
            well = bool(np.isfinite(rows).all())
        except (ValueError, OverflowError):
            well = False
        if not well:
            rows = self._read_carefully(columns)
        if not len(rows):
            raise EmptyDataError(f"{self.label} has a header but no rows.")
        return rows

    @contextmanager
    def _lines(self) -> Iterator[Iterable[str]]:
        with self._opened() as lines:
            try:
                yield lines
            except UnicodeDecodeError as error:
                raise DataFileError(
                    f"{self.label} is not UTF-8 text (byte 0x{error.object[error.start]:02x}). "
                    f"Unpack it if it is packed, or convert it to UTF-8 first."
                ) from error
            except csv.Error as error:
                raise DataFileError(f"{self.label} cannot be split into columns: {error}. Is it a table?") from error

    def _read_fast(self, columns: Sequence[int]) -> FloatArray:
        with self._lines() as lines, warnings.catch_warnings():
            body = islice(lines, self.layout.header_line, None)
            # Columns that nobody wants are read as one letter each, not left out, because only then is a line with
            # too many or too few fields noticed.
            kinds = [(str(column), "f8" if column in columns else "U1") for column in range(self.n_columns)]
            warnings.simplefilter("ignore")  # about a header without rows, which is an error here
            table = np.loadtxt(
                (line for line in body if line[0] != "#"),
                dtype=kinds,
                delimiter=self.layout.delimiter,
                comments=None,
                quotechar='"',
                ndmin=1,
            )
        rows = np.empty((len(table), len(columns)))
        for position, column in enumerate(columns):
            rows[:, position] = table[str(column)]
        return rows

    def _read_carefully(self, columns: Sequence[int]) -> FloatArray:
        values = array("d")
        with self._lines() as lines:
            for record in records(numbered_lines(lines), self.layout):
                values.extend(self._number(record, column) for column in columns)
        return np.frombuffer(values, dtype=np.float64).reshape(-1, len(columns))

    def _number(self, record: Record, column: int) -> float:
        if len(record.fields) != self.n_columns:
            raise DataFileError(
                f"{self.label}, line {record.line} has {len(record.fields)} fields, but line {self.layout.first_line} "
                f"has {self.n_columns}, separated by {self.layout.separator}. Mend or remove that line."
            )
        text = record.fields[column].strip()
        wrong = complaint_about(text)
        if wrong is None:
            return float(text)
        name = f"column {column + 1}" if self.names is None else f"column {column + 1} ({self.names[column]!r})"
        raise DataFileError(f"{self.label}, line {record.line}, {name}: {wrong}")
