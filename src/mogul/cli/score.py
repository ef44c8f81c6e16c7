"""mogul score."""

from __future__ import annotations

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


@click.command("score", short_help="Print how likely DATA are under MODEL.")
@model_argument
@data_argument
@columns_option
@click.option("--each", is_flag=True, help="Print the log-likelihood of every row, one a line.")
@json_option
@output_option("File to write")
def command(model: str, data: str, columns: str | None, each: bool, as_json: bool, output: str) -> None:
    """Print the mean log-likelihood of the rows of DATA under MODEL."""
    import json

    import numpy as np

    from mogul.cli.models import csv_lines, in_blocks, open_model, rows_for

    refuse_two_standard_inputs(model, data)
    mixture, metadata = open_model(model)
    rows = rows_for(data, columns, mixture, metadata)
    values = np.concatenate(list(in_blocks(rows, data, mixture.logpdf)))
    with results(output) as file:
        if as_json:
            found: dict[str, object] = {"mean_log_likelihood": _finite(values.mean()), "n_rows": len(values)}
            if each:
                found["log_likelihoods"] = [_finite(value) for value in values.tolist()]
            file.write(json.dumps(found, allow_nan=False).encode() + b"\n")
        else:
            file.write(csv_lines(values if each else values.mean(keepdims=True)))


def _finite(value: float) -> float | None:
    """Return the value, or None for minus infinity, which JSON does not have: a row too far out for any number."""
    return float(value) if value > float("-inf") else None
