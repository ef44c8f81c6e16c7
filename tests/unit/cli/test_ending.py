"""Exit codes and streams, through real processes, and errors that no command expects."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from mogul.cli import ending


def test_results_and_errors_go_to_different_streams(process, table, model):
    ran = process("score", model, table)
    assert ran.code == 0
    assert ran.err == ""
    assert float(ran.out) < 0
    ran = process("fit", table, "-k", 2)
    assert ran.code == 4
    assert ran.out == ""
    assert ran.err.startswith(f"error: {table}, line 2, column 2 ('name')")
    assert len(ran.err.splitlines()) == 1


def test_pipes_from_end_to_end(process, table):
    fitted = subprocess.run(
        [sys.executable, "-m", "mogul.cli", "fit", "-", "-k", "2", "--columns", "a,b", "-o", "-"],
        input=table.read_bytes(),
        capture_output=True,
        check=True,
    )
    assert process("show", "-", given=fitted.stdout).out.startswith("2 Gaussians in 2 features")
    assert fitted.stderr == b"fitting 2 components to 60 rows x 2 columns\n"


def test_a_closed_pipe_is_silent(model):
    command = [sys.executable, "-m", "mogul.cli", "sample", str(model), "-n", "200000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"a,b\n"
        running.stdout.close()
        assert running.stderr.read() == b""
        running.wait(timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="needs SIGINT")
def test_ctrl_c_ends_a_long_fit_and_leaves_nothing_behind(tmp_path):
    np.save(tmp_path / "rows.npy", np.random.default_rng(0).standard_normal((200_000, 4)))
    (tmp_path / "model").write_bytes(b"the old model")
    options = ["-k", "20", "--tolerance", "0", "--max-iterations", "1000000", "-o", str(tmp_path / "model")]
    command = [sys.executable, "-m", "mogul.cli", "fit", str(tmp_path / "rows.npy"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr.readline() == "fitting 20 components to 200000 rows x 4 columns\n"
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=2)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=60) == 130
        assert running.stdout.read() == ""
        assert running.stderr.read().strip() == "interrupted"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "rows.npy"]
    assert (tmp_path / "model").read_bytes() == b"the old model"


def test_a_terminal_that_knows_ascii_only_is_no_reason_to_fail(process, model):
    ran = process("show", model, PYTHONIOENCODING="ascii")
    assert ran.code == 0
    assert ran.err == ""


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (MemoryError("Unable to allocate 8 TiB"), 1, "error: There is not enough memory. Unable to allocate 8 TiB"),
        (PermissionError(13, "Permission denied", "model"), 1, "error: model: Permission denied"),
        (OSError("no number"), 1, "error: unexpected OSError: no number (this is likely a fault of mogul"),
        (RuntimeError("two\nlines"), 1, "error: unexpected RuntimeError: two lines (this is likely a fault of mogul"),
    ],
)
def test_every_error_is_one_line(run, monkeypatch, error, code, line):
    def fail(**_):
        raise error

    monkeypatch.setattr(ending.group, "main", fail)
    ran = run("show", "x")
    assert ran.code == code
    assert ran.err.startswith(line)
    assert len(ran.err.splitlines()) == 1
    monkeypatch.setenv("MOGUL_TRACEBACK", "1")
    with pytest.raises(type(error)):
        run("show", "x")


def test_notes_follow_their_error(run, monkeypatch):
    error = ValueError("wrong")
    error.add_note("Do it right.")

    def fail(**_):
        raise error

    monkeypatch.setattr(ending.group, "main", fail)
    assert run("show", "x").err.splitlines()[1:] == ["Do it right."]


def test_ctrl_c_anywhere_is_told_in_a_word(run, monkeypatch):
    def fail(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ending.group, "main", fail)
    assert run("show", "x") == (130, "", "interrupted\n")
