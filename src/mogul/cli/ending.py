"""How a run of the command line ends: what is printed about errors, and the exit code."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence

import click

from mogul.cli.commands import group
from mogul.cli.errors import DataFileError, NotConvergedError
from mogul.cli.streams import say, show_warning
from mogul.errors import (
    DataTypeError,
    EmptyDataError,
    FileFormatError,
    MogulError,
    NonFiniteError,
    NotPositiveDefiniteError,
    ParameterError,
    RangeError,
    RowWeightsError,
    ShapeError,
    SparseDataError,
    TooFewRowsError,
)

DONE, FAILED, USAGE, NOT_CONVERGED, BAD_DATA, INTERRUPTED = 0, 1, 2, 3, 4, 130

# The first class that fits decides.
_CODES: tuple[tuple[type[MogulError] | tuple[type[MogulError], ...], int], ...] = (
    (NotConvergedError, NOT_CONVERGED),
    (NotPositiveDefiniteError, FAILED),
    (ParameterError, USAGE),
    ((DataFileError, FileFormatError, EmptyDataError, TooFewRowsError, ShapeError, DataTypeError), BAD_DATA),
    ((SparseDataError, NonFiniteError, RangeError, RowWeightsError), BAD_DATA),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        By default those of the process.

    Examples
    --------
    >>> from mogul.cli import main
    >>> main(["--version"])  # doctest: +ELLIPSIS
    mogul ...
    0
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show_warning
        try:
            return _run(arguments)
        except Exception as error:
            if os.environ.get("MOGUL_TRACEBACK", "0") not in ("", "0"):
                raise
            return _explain(error)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        # In this mode click returns the code of --help and the like, and lets errors through.
        code = group.main(args=arguments, prog_name="mogul", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except SystemExit as stop:  # a closed pipe: whoever read our output has seen enough
        return stop.code if isinstance(stop.code, int) else FAILED
    except (click.Abort, KeyboardInterrupt):
        say("interrupted")
        return INTERRUPTED
    except click.ClickException as error:
        say(f"error: {error.format_message()}")
        if isinstance(error, click.UsageError) and error.ctx is not None:
            say(f"See: {error.ctx.command_path} --help")
        return error.exit_code


def _explain(error: Exception) -> int:
    """Print an error as one line, followed by what was noted on it, and return the exit code."""
    say(f"error: {_message(error)}")
    for note in getattr(error, "__notes__", ()):
        say(str(note))
    return next((code for kind, code in _CODES if isinstance(error, kind)), FAILED)


def _message(error: Exception) -> str:
    if isinstance(error, MogulError):
        return " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, MemoryError):
        return f"There is not enough memory. {error}".strip()
    return (
        f"unexpected {type(error).__name__}: {' '.join(str(error).split())} (this is likely a fault of mogul; "
        f"MOGUL_TRACEBACK=1 shows where it happened)"
    )
