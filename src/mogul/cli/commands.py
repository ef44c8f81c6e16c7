"""The group of commands. Each is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import final

import click

COMMANDS = ("demo", "fit", "select", "compare", "show", "score", "predict", "sample", "plot")


@final
class _LazyGroup(click.Group):
    """A group whose commands live in modules of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"mogul.cli.{cmd_name}").command
        return command


def _print_version(ctx: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from mogul import __version__

        click.echo(f"mogul {__version__}")
        ctx.exit()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: mogul demo",
    invoke_without_command=True,
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Say which.")
@click.pass_context
def group(ctx: click.Context) -> None:
    """Gaussian mixtures: fit them to data, look at them, sample them.

    DATA is a CSV file (comma, semicolon, tab or spaces; with or without a header), a NumPy .npy file, a Parquet
    file, or - for CSV on standard input. MODEL is a file that "mogul fit -o MODEL" wrote, or - for standard input.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not converged (fit --strict), 4 bad data or model file,
    130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)
