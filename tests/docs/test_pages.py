"""The pages say what is true: each block of Python runs and prints what stands below it, each command runs."""

import contextlib
import io
import re
import shlex
import shutil
import warnings
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
import sklearn

from mogul.cli import main

ROOT = Path(__file__).parents[2]
# The tutorials have their own tests.
PAGES = [ROOT / "README.md", *sorted(path for path in (ROOT / "docs").rglob("*.md") if "tutorials" not in path.parts)]
BLOCK = re.compile(r"^```(python|text|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def blocks_of(page):
    """Return triples (number, code, what is shown as printed) of the Python blocks of a page."""
    blocks = [*BLOCK.findall(page.read_text(encoding="utf-8")), ("", "")]
    return [
        (number, text, after if kind_after == "text" else None)
        for number, ((kind, text), (kind_after, after)) in enumerate(pairwise(blocks))
        if kind == "python"
    ]


def commands_of(page):
    """Return the `mogul` commands of a page, but for those that also install."""
    blocks = [text for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == "sh"]
    return [line for text in blocks for line in text.splitlines() if line.startswith("mogul ")]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a folder of its own, with the data that pages use."""
    pytest.importorskip("matplotlib.pyplot").switch_backend("agg")
    shutil.copy(str(files("mogul.data") / "faithful.csv"), tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    pytest.importorskip("matplotlib.pyplot").close("all")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_does_what_it_says(page, folder):
    names = {"__name__": "page"}
    for number, code, shown in blocks_of(page):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), warnings.catch_warnings():
            # scikit-learn may warn where a page shows what it does.
            warnings.filterwarnings("ignore", module=r"sklearn|numpy")
            exec(compile(code, f"{page.name}, block {number}", "exec"), names)
        # What scikit-learn prints is that of the release that the pages name.
        if shown is not None and ("sklearn" not in code or sklearn.__version__.startswith("1.9.")):
            assert output.getvalue() == shown, f"{page.name}, block {number}"
    for command in commands_of(page):
        assert main(shlex.split(command)[1:]) == 0, command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_page_lead_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_source_file_has_a_line_in_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    text = text.split("## Every file\n")[1].split("\n## ")[0]
    _, *sections = re.split(r"^### `(.+)`$", text, flags=re.MULTILINE)
    listed = {
        f"{folder}/{name}"
        for folder, section in zip(sections[::2], sections[1::2], strict=True)
        for line in section.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    kinds = {".py", ".pyi", ".hpp", ".cpp", ".sh"}
    paths = [path for folder in ("src/mogul", "cpp") for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    there = {str(path.relative_to(ROOT)) for path in paths}
    assert there - listed == set(), "files without a line in ARCHITECTURE.md"
    others = {name for name in listed - there if not (ROOT / name).exists()}
    assert others == set(), "lines in ARCHITECTURE.md without a file"
