"""mogul plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from mogul.cli.options import columns_option, model_argument, output_option, refuse_two_standard_inputs
from mogul.cli.streams import STANDARD, results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mogul._kernels import Array
    from mogul.mixture import Mixture

_DOTS_PER_INCH = 150


@click.command("plot", short_help="Draw MODEL, over DATA if given.")
@model_argument
@click.argument("data", type=click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True), required=False)
@columns_option
@click.option("--features", metavar="A,B,3", help="Features of the model to draw, by name or by number from 1.")
@output_option("Picture to write: .png, .svg or .pdf; - is PNG on standard output", default=None)
def command(model: str, data: str | None, columns: str | None, features: str | None, output: str | None) -> None:
    """Draw MODEL: each weighted Gaussian and their sum, over DATA if given.

    \b
    mogul plot faithful.mogul faithful.csv -o faithful.png
    """
    from mogul.cli.columns import column_number, parse_columns
    from mogul.cli.models import display_names, open_model, rows_for

    if output is None:
        raise click.UsageError("Say where the picture goes, e.g. -o figure.png")
    refuse_two_standard_inputs(model, data)
    mixture, metadata = open_model(model)
    rows = None if data is None else rows_for(data, columns, mixture, metadata)
    names = display_names(mixture, metadata.feature_names)
    chosen = None
    if features is not None:
        chosen = [column_number(entry, names, len(names), "The model") for entry in parse_columns(features)]
    figure = picture(mixture, rows, names, chosen)
    format_ = "png" if output == STANDARD else (Path(output).suffix[1:].lower() or "png")
    if format_ not in figure.canvas.get_supported_filetypes():
        raise click.UsageError(f"{output}: pictures of kind .{format_} cannot be drawn. Use .png, .svg or .pdf.")
    with results(output) as file:
        write_picture(figure, file, format_)


def picture(
    mixture: Mixture, rows: Array | None, names: Sequence[str], features: Sequence[int] | None = None
) -> Figure:
    """Return the figure of a mixture, drawn without a screen."""
    from mogul.plot.backend import pyplot

    pyplot().switch_backend("Agg")
    from mogul.plot import MixtureDisplay

    return MixtureDisplay.from_mixture(mixture, rows, feature_names=names, features=features).figure_


def write_picture(figure: Figure, file: BinaryIO, format_: str) -> None:
    """Write a figure, and let it go."""
    from mogul.plot.backend import pyplot

    figure.savefig(file, format=format_, dpi=_DOTS_PER_INCH)
    pyplot().close(figure)
