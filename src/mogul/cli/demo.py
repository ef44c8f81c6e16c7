"""mogul demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mogul.cli.streams import counted, results, say

if TYPE_CHECKING:
    from mogul._kernels import FloatArray
    from mogul.io import Metadata
    from mogul.mixture import Mixture

PICTURE, SAMPLES, MODEL = "faithful.png", "faithful-samples.csv", "faithful.mogul"
_N_DRAWS = 1000
_MADE_BY = "mogul demo"


@click.command("demo", short_help="Fit, draw and sample the Old Faithful geyser.")
@click.option(
    "--into",
    type=click.Path(file_okay=False),
    default=".",
    show_default="the current folder",
    help="Folder to write to; it is made if need be.",
)
@click.option("--force", is_flag=True, help="Replace files of these names that something else wrote.")
def command(into: str, force: bool) -> None:
    """Fit two Gaussians to 272 eruptions of the Old Faithful geyser, and show what a mixture is.

    Prints the mixture, and writes its picture (faithful.png), new draws from it (faithful-samples.csv) and the model
    (faithful.mogul).
    """
    from mogul.cli.summary import summary
    from mogul.data import load_faithful
    from mogul.estimators import GaussianMixture
    from mogul.io import Metadata

    folder = Path(into)
    folder.mkdir(parents=True, exist_ok=True)
    if not force:
        _spare_files_of_others(folder)
    rows, names = load_faithful()
    fitted = GaussianMixture(n_components=2, random_state=0).fit(rows)
    mixture = fitted.mixture_
    click.echo(f"The Old Faithful geyser: {len(rows)} eruptions, how long each lasted and the wait for the next (min)")
    click.echo(summary(mixture, names, "full"))
    click.echo(f"\nmean log-likelihood {fitted.lower_bound_:.6g} after {counted(fitted.n_iter_, 'iteration')}\n")
    # The model comes first: it marks the other files as ours, whatever happens in between.
    _write_model(mixture, Metadata(names, {"made_by": _MADE_BY, "n_rows": len(rows)}), folder / MODEL)
    click.echo(f"wrote {folder / MODEL}: the model. Look at it again with: mogul show {folder / MODEL}")
    _write_draws(mixture, names, folder / SAMPLES)
    click.echo(f"wrote {folder / SAMPLES}: {_N_DRAWS} new draws from it")
    if _write_picture(mixture, rows, names, folder / PICTURE):
        click.echo(f"wrote {folder / PICTURE}: the data and the mixture")


def _spare_files_of_others(folder: Path) -> None:
    """Raise if a file that would be replaced was not written by an earlier demo."""
    from mogul.errors import FileFormatError
    from mogul.io import read_metadata

    present = [name for name in (PICTURE, SAMPLES, MODEL) if (folder / name).exists()]
    try:
        ours = read_metadata(folder / MODEL).training.get("made_by") == _MADE_BY
    except (OSError, FileFormatError):
        ours = False
    if present and not ours:
        raise click.UsageError(
            f"{folder.resolve()} has {', '.join(present)} already, and not from this demo. Choose another folder with "
            f"--into, or replace with --force."
        )


def _write_model(mixture: Mixture, metadata: Metadata, path: Path) -> None:
    from mogul.io import save

    save(mixture, path, metadata=metadata)


def _write_draws(mixture: Mixture, names: tuple[str, ...], path: Path) -> None:
    from mogul.cli.sample import write_csv

    with results(str(path)) as file:
        write_csv(mixture.sample(_N_DRAWS, rng=0), list(names), file)


def _write_picture(mixture: Mixture, rows: FloatArray, names: tuple[str, ...], path: Path) -> bool:
    """Return whether the picture was written: it needs matplotlib, the rest of the demo does not."""
    from mogul.cli.plot import picture, write_picture
    from mogul.errors import MissingDependencyError

    try:
        figure = picture(mixture, rows, [f"{name} (min)" for name in names])
    except MissingDependencyError as error:
        say(f"no picture: {error}")
        return False
    with results(str(path)) as file:
        write_picture(figure, file, "png")
    return True
