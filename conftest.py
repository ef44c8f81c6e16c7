"""What every test leaves behind it: nothing. Also for the examples of docstrings, which pytest runs from src."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
