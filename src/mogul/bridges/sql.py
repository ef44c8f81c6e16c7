"""The scoring function as a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from mogul.bridges.formula import Formula
from mogul.errors import ParameterError, ShapeError
from mogul.mixture import Mixture

_GREATEST = {"duckdb": "greatest", "sqlite": "max"}
"""The function that returns the largest of several numbers in a row."""

_NEVER = "-1e300"
"""The logarithm of no weight: a number, as minus infinity has no name that all databases know."""


def to_sql(
    mixture: Mixture,
    columns: Sequence[str],
    table: str,
    *,
    keep: Sequence[str] = (),
    dialect: Literal["duckdb", "sqlite"] = "duckdb",
) -> str:
    """Return a query that scores the rows of a table.

    Parameters
    ----------
    mixture : Mixture
    columns : sequence of D names
        The columns that hold the features, in the order of the mixture.
    table : str
        The table's name.
    keep : sequence of names, optional
        More columns to select, an identifier say.
    dialect : {'duckdb', 'sqlite'}, default 'duckdb'
        They differ in the name of one function. SQLite needs its mathematical functions, which builds since 3.35 have.

    Returns
    -------
    str
        A SELECT of the columns in `keep`, then `log_density`, `responsibility_0`, ... and `label`.

    Raises
    ------
    ShapeError
        If there are not as many columns as features.
    ParameterError
        If the dialect is unknown.

    Examples
    --------
    >>> import mogul
    >>> from mogul import bridges
    >>> one = mogul.Mixture.univariate([1.0], [2.0], [0.5])
    >>> print(bridges.to_sql(one, ["x"], "t").splitlines()[-1])
    FROM scored
    """
    if len(columns) != mixture.n_features:
        raise ShapeError(f"There are {len(columns)} columns, but the mixture has {mixture.n_features} features.")
    if dialect not in _GREATEST:
        raise ParameterError(f"dialect {dialect!r} is unknown; use one of: {', '.join(_GREATEST)}.")
    formula, numbers = Formula.of(mixture), range(mixture.n_components)
    axes = range(mixture.n_features)
    names = [_quoted(name) for name in columns]
    away = ",\n    ".join(
        " + ".join(
            f"{_number(formula.whitening[k, i, j])} * ({names[j]} - {_number(formula.means[k, j])})"
            for j in range(i + 1)
        )
        + f" AS mogul_z{k}_{i}"
        for k in numbers
        for i in axes
    )
    joints = ",\n    ".join(
        f"{_number(formula.constants[k])} - 5e-1 * ({' + '.join(f'mogul_z{k}_{i} * mogul_z{k}_{i}' for i in axes)}) "
        f"AS mogul_j{k}"
        for k in numbers
    )
    all_joints = ", ".join(f"mogul_j{k}" for k in numbers)
    largest = f"{_GREATEST[dialect]}({all_joints})" if mixture.n_components > 1 else all_joints
    total = " + ".join(f"exp(mogul_j{k} - mogul_top)" for k in numbers)
    shares = ",\n    ".join(f"exp(mogul_j{k} - log_density) AS responsibility_{k}" for k in numbers)
    label = " ".join(f"WHEN mogul_j{k} THEN {k}" for k in numbers)
    kept = "".join(f"{_quoted(name)},\n    " for name in keep)
    return (
        f"WITH whitened AS (\n  SELECT *,\n    {away}\n  FROM {_quoted(table)}\n),\n"
        f"joined AS (\n  SELECT *,\n    {joints}\n  FROM whitened\n),\n"
        f"topped AS (\n  SELECT *, {largest} AS mogul_top\n  FROM joined\n),\n"
        f"scored AS (\n  SELECT *, mogul_top + ln({total}) AS log_density\n  FROM topped\n)\n"
        f"SELECT\n    {kept}log_density,\n    {shares},\n    CASE mogul_top {label} END AS label\nFROM scored"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _number(value: float) -> str:
    """Return a number so that it is read as a double, to the last bit, in brackets if it is negative."""
    text = f"{value:.17e}" if value > float(_NEVER) else _NEVER
    return text if value >= 0 else f"({text})"
