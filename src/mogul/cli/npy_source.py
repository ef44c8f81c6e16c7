"""Arrays of NumPy, mapped into memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import numpy as np

from mogul._kernels import Array
from mogul.cli.errors import DataFileError


@final
class NpySource:
    """A .npy file of shape (N, D), or (N,) for one column. Its columns have no names."""

    names: tuple[str, ...] | None = None

    def __init__(self, path: str) -> None:
        self.label = path
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError, SyntaxError) as error:
            raise DataFileError(f"{path} cannot be read as an array of numbers: {error}. Save it again.") from error
        if array.ndim not in (1, 2):
            raise DataFileError(f"{path} holds an array of shape {array.shape}; it must be (n_rows, n_columns).")
        if array.dtype.kind not in "biuf":
            raise DataFileError(f"{path} holds {array.dtype}, which is not real numbers. Convert it to float64 first.")
        self._rows: Array = array if array.ndim == 2 else array[:, None]
        self.n_columns = self._rows.shape[1]

    def read(self, columns: Sequence[int]) -> Array:
        """Return the given columns; all of them, in order, stay on the disk."""
        if list(columns) == list(range(self.n_columns)):
            return self._rows
        return self._rows[:, columns]
