"""The scoring function as a query."""

import sqlite3

import numpy as np
import pytest

from mogul import Mixture, bridges
from mogul.errors import ParameterError, ShapeError


def _sqlite():
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("SELECT exp(1.0)")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite was built without mathematical functions")
    return connection


def _filled(connection, rows, columns):
    kinds = ", ".join(f'"{name}" DOUBLE' for name in ("id", *columns))
    connection.execute(f'CREATE TABLE "my rows" ({kinds})')
    marks = ", ".join("?" * (1 + len(columns)))
    connection.executemany(
        f'INSERT INTO "my rows" VALUES ({marks})', [[n, *row] for n, row in enumerate(rows.tolist())]
    )
    return connection


def _check(mixture, rows, found):
    found = np.array(found, dtype=float)
    found = found[np.argsort(found[:, 0])]
    np.testing.assert_allclose(found[:, 1], mixture.logpdf(rows), rtol=1e-9)
    np.testing.assert_allclose(found[:, 2:-1], mixture.responsibilities(rows), atol=1e-9)
    np.testing.assert_array_equal(found[:, -1], mixture.labels(rows))


def _columns(mixture):
    return [f'feature "{d}"'.replace('"', "'") for d in range(mixture.n_features)]


def test_sqlite_scores_as_we_do(mixture, rows):
    columns = _columns(mixture)
    query = bridges.to_sql(mixture, columns, "my rows", keep=["id"], dialect="sqlite")
    _check(mixture, rows, _filled(_sqlite(), rows, columns).execute(query).fetchall())


def test_duckdb_scores_as_we_do(mixture, rows):
    duckdb = pytest.importorskip("duckdb")
    columns = _columns(mixture)
    query = bridges.to_sql(mixture, columns, "my rows", keep=["id"])
    _check(mixture, rows, _filled(duckdb.connect(), rows, columns).execute(query).fetchall())


def test_one_component_and_one_without_weight():
    for weights, means in (([1.0], [0.5]), ([0.0, 1.0], [3.0, 0.5])):
        mixture = Mixture.univariate(weights, means, [2.0] * len(means))
        rows = np.array([[0.0], [7.0]])
        query = bridges.to_sql(mixture, ["x"], "my rows", keep=["id"], dialect="sqlite")
        _check(mixture, rows, _filled(_sqlite(), rows, ["x"]).execute(query).fetchall())


def test_wrong_arguments_are_refused():
    mixture = Mixture.univariate([1.0], [0.0], [1.0])
    with pytest.raises(ShapeError, match="2 columns"):
        bridges.to_sql(mixture, ["a", "b"], "t")
    with pytest.raises(ParameterError, match="duckdb, sqlite"):
        bridges.to_sql(mixture, ["a"], "t", dialect="oracle")
