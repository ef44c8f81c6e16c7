"""Parquet files, read with pyarrow."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, final

import numpy as np

from mogul._kernels import Array
from mogul.cli.errors import DataFileError
from mogul.errors import EmptyDataError, MissingDependencyError


@final
class ParquetSource:
    """A Parquet file with columns of numbers."""

    def __init__(self, path: str) -> None:
        self.label = path
        arrow = _arrow()
        try:
            self._file = arrow.ParquetFile(path)
        except (ValueError, OSError) as error:
            raise DataFileError(f"{path} cannot be read as Parquet: {error}. Copy or write it again.") from error
        self.names: tuple[str, ...] | None = tuple(self._file.schema_arrow.names)
        self.n_columns = len(self.names)

    def read(self, columns: Sequence[int]) -> Array:
        """Return the given columns, float32 if all of them are, else float64."""
        names = self.names or ()
        if not self._file.metadata.num_rows:
            raise EmptyDataError(f"{self.label} has no rows.")
        table = self._file.read(columns=[names[column] for column in columns])
        arrays = [self._numbers(table.column(names[column]), names[column]) for column in columns]
        dtype = np.float32 if all(array.dtype == np.float32 for array in arrays) else np.float64
        return np.column_stack([array.astype(dtype, copy=False) for array in arrays])

    def _numbers(self, column: Any, name: str) -> Array:
        if column.null_count:
            row = column.is_null().to_numpy().argmax() + 1
            raise DataFileError(
                f"{self.label}, row {row}, column {name!r}: the value is missing. Fill it in, remove the row, or leave "
                f"the column out with --columns."
            )
        values: Array = column.to_numpy()
        if values.dtype.kind not in "biuf":
            raise DataFileError(
                f"{self.label}, column {name!r} holds {column.type}, which is not real numbers. Choose columns of "
                f"numbers with --columns."
            )
        return values


def _arrow() -> ModuleType:
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingDependencyError(
            'Parquet files need pyarrow, which could not be imported. Run: python -m pip install "mogul[data]"'
        ) from error
    module: ModuleType = parquet
    return module
