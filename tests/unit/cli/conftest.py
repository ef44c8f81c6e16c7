"""Ways to run the command line: inside the tests, and as a process of its own."""

import io
import os
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

import mogul
from mogul.cli import main
from mogul.io import Metadata, save


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys, monkeypatch):
    """Run mogul in this process: ``run("fit", path, "-k", 2, given=b"...")``."""

    def run_it(*arguments, given=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run_it


@pytest.fixture
def process():
    """Run mogul as a process of its own."""

    def run_it(*arguments, given=b"", **environment):
        command = [sys.executable, "-m", "mogul.cli", *map(str, arguments)]
        done = subprocess.run(
            command, input=given, capture_output=True, env={**os.environ, **environment}, timeout=120, check=False
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run_it


@pytest.fixture
def table(tmp_path):
    """A CSV file of 60 rows: two clouds in columns a and b, text, and counts."""
    rng = np.random.default_rng(0)
    rows = np.where(np.arange(60)[:, None] < 20, [0.0, 0.0], [9.0, 5.0]) + rng.standard_normal((60, 2))
    lines = ["a,name,b,count"] + [f"{x!r},no {i},{y!r},{1 + i % 3}" for i, (x, y) in enumerate(rows.tolist())]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def pair():
    return mogul.Mixture([1 / 3, 2 / 3], [[0.0, 0.0], [9.0, 5.0]], mogul.FullCovariance(np.array([np.eye(2)] * 2)))


@pytest.fixture
def model(tmp_path, pair):
    """A file with a model of columns a and b."""
    path = tmp_path / "pair.mogul"
    save(pair, path, metadata=Metadata(["a", "b"], {"n_rows": 60}))
    return path


@pytest.fixture
def nameless(tmp_path, pair):
    """The same model without names."""
    path = tmp_path / "nameless.mogul"
    save(pair, path)
    return path
