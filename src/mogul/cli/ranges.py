"""Numbers of components as the command line takes them."""

from __future__ import annotations

import click


def components_of(ctx: click.Context, option: click.Parameter, value: str) -> tuple[int, ...]:
    """Return the different numbers, ascending, of one number, a range with both its ends, or several: 3, 1:9, 1:4,8."""
    numbers: set[int] = set()
    try:
        for part in value.split(","):
            first, _, last = part.partition(":")
            numbers |= set(range(int(first), int(last or first) + 1))
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not a number or a range. Use 3, 1:9 or 1,2,5.") from error
    if not numbers or min(numbers) < 1:
        raise click.BadParameter(f"{value!r} names no number of at least 1. Use 1:9, with the lesser end first.")
    return tuple(sorted(numbers))
