"""Which columns of a data file a command uses."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import click

from mogul.cli.errors import DataFileError
from mogul.cli.sources import Source


def parse_columns(text: str) -> list[str]:
    """Return the entries of a --columns option; a name that holds a comma is put in double quotes."""
    chosen = [entry.strip() for entry in next(csv.reader([text], skipinitialspace=True), [])]
    if not all(chosen) or not chosen:
        raise click.UsageError(f"--columns {text!r} has an empty entry. Write names or numbers, e.g. --columns a,b,3")
    return chosen


def column_number(entry: str, names: Sequence[str] | None, n_columns: int, label: str) -> int:
    """Return the position from 0 of a column given by name or, if no column has that name, by number from 1."""
    if names is not None and entry in names:
        if list(names).count(entry) > 1:
            raise click.UsageError(f"{label} has several columns named {entry!r}. Choose by number, 1 to {n_columns}.")
        return list(names).index(entry)
    if entry.isdecimal() and 1 <= int(entry) <= n_columns:
        return int(entry) - 1
    if entry.isdecimal() or names is None:
        header = "" if names is not None else " and no header"
        raise click.UsageError(
            f"{label} has no column {entry}: it has {n_columns} columns{header}. Choose by number, 1 to {n_columns}."
        )
    raise click.UsageError(f"{label} has no column {entry!r}. It has: {_listed(names)}.")


def columns_to_fit(source: Source, columns: str | None, weights: str | None) -> tuple[list[int], int | None]:
    """Return the columns of the features and the column of row weights, if there is one."""
    weight = None if weights is None else column_number(weights, source.names, source.n_columns, source.label)
    if columns is None:
        chosen = [column for column in range(source.n_columns) if column != weight]
    else:
        chosen = _chosen(source, columns)
        if weight in chosen:
            raise click.UsageError(f"Column {weights} cannot be both a feature and the weight of the rows.")
    if not chosen:
        raise click.UsageError(f"{source.label} has no column beside the weights. Nothing is left to fit.")
    return chosen, weight


def columns_of_model(source: Source, columns: str | None, names: Sequence[str] | None, n_features: int) -> list[int]:
    """Return the columns that a model of given feature names needs, in its order."""
    if columns is not None:
        chosen = _chosen(source, columns)
        if len(chosen) != n_features:
            raise click.UsageError(f"--columns chooses {len(chosen)} columns, but the model has {n_features} features.")
        return chosen
    if names is not None and source.names is not None:
        return [_position(name, source) for name in names]
    if source.n_columns != n_features:
        wanted = f" ({_listed(names)})" if names else ""
        raise DataFileError(
            f"{source.label} has {source.n_columns} columns, but the model has {n_features} features{wanted}. "
            f"Choose the columns with --columns, in the order of the features."
        )
    return list(range(n_features))


def _chosen(source: Source, columns: str) -> list[int]:
    entries = parse_columns(columns)
    chosen = [column_number(entry, source.names, source.n_columns, source.label) for entry in entries]
    for position, column in enumerate(chosen):
        if column in chosen[:position]:
            raise click.UsageError(f"--columns chooses column {entries[position]} twice.")
    return chosen


def _position(name: str, source: Source) -> int:
    names = list(source.names or ())
    if names.count(name) != 1:
        how_many = "no column" if name not in names else "several columns"
        raise DataFileError(
            f"{source.label} has {how_many} named {name!r}, which the model was fitted to. It has: {_listed(names)}. "
            f"If a column has another name there, choose the columns with --columns, in the order of the features."
        )
    return names.index(name)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:12])
    return shown if len(names) <= 12 else f"{shown}, ... ({len(names)} in all)"
