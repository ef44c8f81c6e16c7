"""Arguments and options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mogul.cli.streams import STANDARD, check_output

Command = TypeVar("Command", bound=Callable[..., Any])

_EXISTING = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)

data_argument = click.argument("data", type=_EXISTING)
model_argument = click.argument("model", type=_EXISTING)

columns_option = click.option(
    "--columns",
    metavar="A,B,3",
    help="Columns to use, by name or by number from 1; all by default, or those that the model was fitted to.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def output_option(what: str, default: str | None = STANDARD) -> Callable[[Command], Command]:
    """Return the option -o; without `default` it may be left out."""
    shown = "; standard output by default" if default == STANDARD else ""
    return click.option(
        "-o", "--output", type=click.Path(), default=default, callback=check_output, help=f"{what}{shown}."
    )


def refuse_two_standard_inputs(model: str, data: str | None) -> None:
    """Raise if both MODEL and DATA are standard input."""
    if model == STANDARD and data == STANDARD:
        raise click.UsageError("MODEL and DATA cannot both be standard input. Name a file for one of them.")
