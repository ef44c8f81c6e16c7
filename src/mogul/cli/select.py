"""mogul select."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mogul.cli.options import columns_option, data_argument, json_option, output_option
from mogul.cli.ranges import components_of
from mogul.cli.streams import STANDARD, counted, kept_warnings, say

if TYPE_CHECKING:
    from mogul.selection import Progress, Selection


@click.command("select", short_help="Find how many Gaussians DATA have, and of which family.")
@data_argument
@click.option(
    "-k",
    "--components",
    default="1:9",
    show_default=True,
    metavar="NUMBERS",
    callback=components_of,
    help="How many Gaussians: 3, 1:9 or 1,2,5.",
)
@click.option(
    "--families",
    default="all",
    show_default=True,
    metavar="NAMES",
    help="Which covariances to try: all, or names with commas, such as VVV,EEE or full,tied.",
)
@click.option(
    "--criterion",
    type=click.Choice(["bic", "icl", "aic", "cv"]),
    default="bic",
    show_default=True,
    help="What decides; less is better. cv is cross-validated.",
)
@columns_option
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the random starts.")
@click.option("--starts", type=click.IntRange(min=1), default=2, show_default=True, help="How many of each kind.")
@click.option("--time-limit", type=click.FloatRange(min=0), metavar="SECONDS", help="When to begin no more fits.")
@click.option("--top", type=click.IntRange(min=1), default=5, show_default=True, help="How many candidates to print.")
@click.option("--plot", "picture", type=click.Path(), help="File for a picture of the criterion against K.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@output_option("Model file for the best mixture, or - for standard output", default=None)
def command(
    data: str,
    components: tuple[int, ...],
    families: str,
    criterion: str,
    columns: str | None,
    seed: int,
    starts: int,
    time_limit: float | None,
    top: int,
    picture: str | None,
    as_json: bool,
    quiet: bool,
    output: str | None,
) -> None:
    """Try every family and every number of Gaussians on DATA, and rank them.

    \b
    mogul select faithful.csv
    mogul select faithful.csv -k 1:4 --families full,tied --plot bic.png -o best.mogul
    """
    import json

    from mogul.cli.columns import columns_to_fit
    from mogul.cli.sources import open_source

    source = open_source(data)
    features, _ = columns_to_fit(source, columns, None)
    names = None if source.names is None else [source.names[column] for column in features]
    rows = source.read(features)
    if not quiet:
        say(f"searching {counted(len(rows), 'row')} x {counted(len(features), 'column')}")
    with kept_warnings(quiet) as kept:
        selection = _selected(rows, components, families, criterion, seed, starts, time_limit, quiet)
    if output is not None:
        _write(selection, names, output)
    if picture is not None:
        selection.plot().figure_.savefig(picture)
    if quiet or output == STANDARD:
        return
    if as_json:
        found = {
            "n_rows": len(rows),
            "criterion": criterion,
            "seed": seed,
            "output": output,
            "warnings": [warning._asdict() for warning in kept],
            "candidates": selection.to_dicts(),
        }
        click.echo(json.dumps(found, allow_nan=False))
    else:
        click.echo(selection.as_text(top))
        if output is not None:
            click.echo(f"wrote {output}")


def _selected(
    rows: Any,
    components: tuple[int, ...],
    families: str,
    criterion: str,
    seed: int,
    starts: int,
    time_limit: float | None,
    quiet: bool,
) -> Selection:
    from mogul.estimators import select

    def tell(progress: Progress) -> None:
        if progress.is_last_of_row:
            say(str(progress))

    return select(
        rows,
        components,
        families if families == "all" else [name.strip() for name in families.split(",")],
        criterion,
        random_state=seed,
        time_limit=time_limit,
        progress=None if quiet else tell,
        n_starts=starts,
    )


def _write(selection: Selection, names: list[str] | None, output: str) -> None:
    from mogul.cli.streams import results
    from mogul.io import Metadata
    from mogul.io.container import encode

    best = selection.best
    assert best.mixture is not None
    training = {
        "n_rows": selection.n_rows,
        "covariance": best.family,
        "converged": best.converged,
        "selected_by": selection.criterion,
        **{name: value for name in ("bic", "aic", "icl", "cv") if (value := best.value(name)) is not None},
    }
    with results(output) as file:
        file.write(encode(best.mixture, Metadata(names, training)))
