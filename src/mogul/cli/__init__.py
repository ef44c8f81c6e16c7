"""The command `mogul`. Nothing heavy is imported before a command runs."""

from mogul.cli.ending import main

__all__ = ["main"]
