"""Help, and what it costs."""

import subprocess
import sys

import pytest

import mogul
from mogul.cli.commands import COMMANDS

HEAVY = {"numpy", "scipy", "sklearn", "matplotlib", "safetensors", "pyarrow", "pandas"}


@pytest.mark.parametrize("arguments", [["--help"], ["fit", "--help"], ["plot", "-h"], ["--version"], ["fit"], []])
def test_help_imports_nothing_heavy(arguments):
    program = f"import sys; from mogul.cli import main; main({arguments}); print('!', *({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "!"


def test_the_help_lists_every_command(run):
    ran = run("--help")
    assert ran.code == 0
    assert ran.err == ""
    assert all(f"  {name} " in ran.out for name in COMMANDS)
    assert "130 interrupted" in ran.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run, name):
    ran = run(name, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: mogul {name}")


def test_the_version_is_that_of_the_package(run):
    assert run("--version") == (0, f"mogul {mogul.__version__}\n", "")


def test_no_command_at_all_shows_the_help(run):
    ran = run()
    assert ran.code == 2
    assert ran.out == ""
    assert "Usage: mogul" in ran.err


def test_an_unknown_command_is_wrong_usage(run):
    assert run("fits") == (2, "", "error: No such command 'fits'.\nSee: mogul --help\n")


@pytest.mark.parametrize("module", ["mogul", "mogul.cli"])
def test_it_runs_as_a_module(module):
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"mogul {mogul.__version__}\n"
