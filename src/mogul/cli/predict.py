"""mogul predict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import click

from mogul.cli.options import (
    columns_option,
    data_argument,
    json_option,
    model_argument,
    output_option,
    refuse_two_standard_inputs,
)
from mogul.cli.streams import results

if TYPE_CHECKING:
    from mogul._kernels import Array


@click.command("predict", short_help="Print which component each row of DATA belongs to.")
@model_argument
@data_argument
@columns_option
@click.option("--probabilities", is_flag=True, help="Print the probability of every component instead.")
@json_option
@output_option("File to write")
def command(model: str, data: str, columns: str | None, probabilities: bool, as_json: bool, output: str) -> None:
    """Print the most probable component of each row of DATA, one number a line, counted from 0 as "show" does.

    With --probabilities, print a CSV table with a column for each component instead.
    """
    from mogul.cli.models import csv_header, csv_lines, in_blocks, open_model, rows_for

    refuse_two_standard_inputs(model, data)
    mixture, metadata = open_model(model)
    rows = rows_for(data, columns, mixture, metadata)
    blocks = in_blocks(rows, data, mixture.responsibilities if probabilities else mixture.labels)
    with results(output) as file:
        if as_json:
            _write_json("probabilities" if probabilities else "labels", blocks, file)
            return
        if probabilities:
            file.write(csv_header([f"component_{k}" for k in range(mixture.n_components)]))
        for block in blocks:
            file.write(csv_lines(block))


def _write_json(name: str, blocks: Iterator[Array], file: BinaryIO) -> None:
    values = [value for block in blocks for value in block.tolist()]
    file.write(json.dumps({name: values}, allow_nan=False).encode() + b"\n")
