"""mogul sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from mogul.cli.options import model_argument, output_option
from mogul.cli.streams import results

if TYPE_CHECKING:
    from mogul._kernels import FloatArray

_BLOCK_ROWS = 65536


@click.command("sample", short_help="Draw new rows from MODEL.")
@model_argument
@click.option("-n", "--rows", "n_rows", type=click.IntRange(min=1), required=True, help="How many rows to draw.")
@click.option("--seed", type=click.IntRange(min=0), help="Draw the same rows each time; other rows by default.")
@output_option("File to write: .npy for NumPy, anything else for CSV")
def command(model: str, n_rows: int, seed: int | None, output: str) -> None:
    """Draw -n new rows from MODEL, as CSV with the names of the features.

    The head of a longer sample of the same seed is the shorter one.
    """
    from mogul.cli.models import display_names, open_model

    mixture, metadata = open_model(model)
    draws = mixture.sample(n_rows, rng=seed)
    with results(output) as file:
        if Path(output).suffix == ".npy":
            _write_npy(draws, file)
        else:
            write_csv(draws, display_names(mixture, metadata.feature_names), file)


def write_csv(draws: FloatArray, names: list[str], file: BinaryIO) -> None:
    """Write rows as CSV with a header, a block at a time."""
    from mogul.cli.models import csv_header, csv_lines

    file.write(csv_header(names))
    file.writelines(csv_lines(draws[first : first + _BLOCK_ROWS]) for first in range(0, len(draws), _BLOCK_ROWS))


def _write_npy(draws: FloatArray, file: BinaryIO) -> None:
    import numpy as np

    np.save(file, draws, allow_pickle=False)
