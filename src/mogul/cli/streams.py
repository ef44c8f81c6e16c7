"""What goes where: results to standard output or a file, everything else to standard error."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

import click

STANDARD = "-"


def say(text: str) -> None:
    """Print a line about the run, on standard error."""
    click.echo(text, err=True)


class KeptWarning(NamedTuple):
    """A warning as `--json` tells it."""

    code: str
    message: str


def counted(number: int, what: str) -> str:
    """Return "1 row", "2 rows"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def warning_of(message: Warning | str, category: type[Warning]) -> KeptWarning:
    """Return the code and the text, on one line, of a warning."""
    code = getattr(category, "code", None)
    if code is None:
        code = "NOTCONV" if category.__name__ == "ConvergenceWarning" else ""
    return KeptWarning(str(code), " ".join(str(message).split()))


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning as one line; takes the place of warnings.showwarning."""
    kept = warning_of(message, category)
    say(f"warning {kept.code}: {kept.message}" if kept.code else f"warning: {kept.message}")


@contextmanager
def kept_warnings(quiet: bool) -> Iterator[list[KeptWarning]]:
    """Collect the warnings of the block while they are shown as they come, or not, if `quiet`."""
    kept: list[KeptWarning] = []
    show = warnings.showwarning

    def keep(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
        kept.append(warning_of(message, category))
        if not quiet:
            show(message, category, *where, **more)

    warnings.showwarning = keep
    try:
        yield kept
    finally:
        warnings.showwarning = show


@contextmanager
def results(path: str) -> Iterator[BinaryIO]:
    """Give the binary stream that results go to: standard output for "-", else a file that appears whole."""
    if path == STANDARD:
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    from mogul.io.replace import replacing

    with replacing(path) as file:
        yield file


def check_output(ctx: click.Context, option: click.Parameter, path: str | None) -> str | None:
    """Return the path if a file can be written there, so that nobody computes for an hour and then cannot save."""
    if path is None or path == STANDARD:
        return path
    folder = Path(path).resolve().parent
    if Path(path).is_dir():
        raise click.BadParameter(f"{path} is a folder. Name a file in it.")
    if not folder.is_dir():
        raise click.BadParameter(f"there is no folder {folder}. Make it first.")
    if not os.access(path if Path(path).exists() else folder, os.W_OK):
        raise click.BadParameter(f"{path} may not be written. Choose another place or change its permissions.")
    return path
