"""mogul compare."""

from __future__ import annotations

from typing import Any

import click

from mogul.cli.options import columns_option, json_option
from mogul.cli.streams import STANDARD, say

_FILE = click.Path(exists=True, dir_okay=False, readable=True, allow_dash=True)


@click.command("compare", short_help="Rank MODELs by how well they describe DATA.")
@click.argument("models", metavar="MODEL...", type=_FILE, nargs=-1, required=True)
@click.argument("data", type=_FILE)
@click.option(
    "--criterion",
    type=click.Choice(["bic", "icl", "aic", "log-likelihood"]),
    default="bic",
    show_default=True,
    help="What to rank by. log-likelihood is for DATA that no model was fitted to.",
)
@columns_option
@json_option
def command(models: tuple[str, ...], data: str, criterion: str, columns: str | None, as_json: bool) -> None:
    """Print the criteria of each MODEL on DATA, the best first.

    BIC, AIC and ICL are for the rows that the models were fitted to; less is better. The number of parameters is that
    of the family that the model file names.

    \b
    mogul fit faithful.csv -k 2 -o two.mogul
    mogul fit faithful.csv -k 3 --covariance tied -o three.mogul
    mogul compare two.mogul three.mogul faithful.csv
    """
    import json

    if (data == STANDARD and STANDARD in models) or models.count(STANDARD) > 1:
        raise click.UsageError("Only one of MODEL... and DATA can be standard input. Name files for the others.")
    table = sorted((_row(model, data, columns) for model in models), key=lambda row: _rank(row, criterion))
    if as_json:
        click.echo(json.dumps({"criterion": criterion, "models": table}, allow_nan=False))
        return
    width = max(5, *(len(row["model"]) for row in table))
    click.echo(f"{'model':<{width}}  family    K  parameters  log-likelihood         BIC         AIC         ICL")
    for row in table:
        values = "".join(_cell(row[name], 12) for name in ("bic", "aic", "icl"))
        family = row["covariance"] or "?"
        count = "?" if row["n_parameters"] is None else str(row["n_parameters"])
        likelihood = _cell(row["log_likelihood"], 16)
        click.echo(f"{row['model']:<{width}}  {family:<8}{row['n_components']:>3}{count:>12}{likelihood}{values}")


def _cell(value: float | None, width: int) -> str:
    return f"{'?':>{width}}" if value is None else f"{value:>{width}.2f}"


def _rank(row: dict[str, Any], criterion: str) -> tuple[bool, float]:
    value = row[criterion.replace("-", "_")]
    if value is None:
        return True, 0.0
    return False, -value if criterion == "log-likelihood" else value


def _row(path: str, data: str, columns: str | None) -> dict[str, Any]:
    import math

    from mogul.cli.models import open_model, rows_for
    from mogul.selection import criteria

    mixture, metadata = open_model(path)
    rows = rows_for(data, columns, mixture, metadata)
    family = metadata.training.get("covariance")
    row: dict[str, Any] = {"model": path, "covariance": family, "n_components": mixture.n_components}
    found = criteria(mixture, rows, str(family) if family is not None else "full")
    row["log_likelihood"] = found.log_likelihood if math.isfinite(found.log_likelihood) else None
    if family is None:
        say(f"{path} does not say which family it was fitted by: its parameters cannot be counted.")
    knows = family is not None and row["log_likelihood"] is not None
    row["n_parameters"] = found.n_parameters if family is not None else None
    for name in ("bic", "aic", "icl"):
        row[name] = getattr(found, name) if knows else None
    return row
