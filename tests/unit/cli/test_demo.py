"""mogul demo."""

import sys

import numpy as np
import pytest

from mogul.io import load

OUTPUTS = ["faithful-samples.csv", "faithful.mogul", "faithful.png"]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_it_shows_what_a_mixture_is(run, tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    ran = run("demo")
    assert ran.code == 0
    assert ran.err == ""
    assert "272 eruptions" in ran.out
    assert "0.6441" in ran.out
    assert "0.3559" in ran.out
    assert all(f"wrote {name}" in ran.out for name in OUTPUTS)
    assert names_in(tmp_path) == OUTPUTS
    np.testing.assert_allclose(np.sort(load("faithful.mogul").weights), [0.3559, 0.6441], atol=1e-4)
    samples = (tmp_path / "faithful-samples.csv").read_text().splitlines()
    assert samples[0] == "eruptions,waiting"
    assert len(samples) == 1001
    assert (tmp_path / "faithful.png").read_bytes().startswith(b"\x89PNG")


def test_it_replaces_what_it_wrote_and_nothing_else(run, tmp_path):
    folder = tmp_path / "some" / "where"
    assert run("demo", "--into", folder).code == 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert run("demo", "--into", folder).code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (folder / "faithful.mogul").write_bytes(b"mine")
    ran = run("demo", "--into", folder)
    assert ran.code == 2
    assert "faithful.mogul already, and not from this demo" in ran.err
    assert "--force" in ran.err
    assert (folder / "faithful.mogul").read_bytes() == b"mine"
    assert run("demo", "--into", folder, "--force").code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_without_matplotlib_it_says_how_to_get_it_and_goes_on(run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    ran = run("demo", "--into", tmp_path)
    assert ran.code == 0
    assert ran.err.startswith("no picture: ")
    assert 'python -m pip install "mogul[plot]"' in ran.err
    assert names_in(tmp_path) == OUTPUTS[:2]
