"""mogul show."""

from __future__ import annotations

import click

from mogul.cli.options import json_option, model_argument


@click.command("show", short_help="Print what is in MODEL.")
@model_argument
@json_option
def command(model: str, as_json: bool) -> None:
    """Print the weights, means and spreads in MODEL, or with --json everything, to the last digit."""
    from mogul.cli.models import display_names, open_model
    from mogul.cli.summary import summary
    from mogul.io import to_json
    from mogul.io.fields import form_name

    mixture, metadata = open_model(model)
    if as_json:
        click.echo(to_json(mixture, metadata=metadata))
        return
    click.echo(summary(mixture, display_names(mixture, metadata.feature_names), form_name(mixture.covariances)))
    if metadata.training:
        click.echo("\n" + "\n".join(f"{name}: {value}" for name, value in metadata.training.items()))
