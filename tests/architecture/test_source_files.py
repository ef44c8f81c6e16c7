"""What a reader of the source may rely on."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "mogul"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts)
NAMES = [str(path.relative_to(SOURCE)) for path in FILES]
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=NAMES)

LONGEST = 500
"""Lines of a file; most have about a hundred."""

HISTORY = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|fixed in #|/tmp/", re.IGNORECASE)
FORBIDDEN_IMPORTS = {"random", "pdb"}
WRAPPED_ONLY = re.compile(r"np\.random\.(seed|rand|randn|randint|normal|uniform|choice|shuffle|permutation)\(")


@EVERY_FILE
def test_a_file_is_short(path):
    # The one exception: what every compiled kernel means stands in one file, beside which the others are read.
    limit = 2 * LONGEST if path.name == "reference.py" else LONGEST
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@EVERY_FILE
def test_a_file_says_what_it_is(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if path.name == "_version.py" and docstring is None:
        return
    assert docstring
    assert docstring.splitlines()[0].endswith((".", ":"))


@EVERY_FILE
def test_a_file_tells_no_history_and_uses_no_global_randomness(path):
    text = path.read_text(encoding="utf-8")
    assert not HISTORY.search(text)
    assert not WRAPPED_ONLY.search(text)
    tree = ast.parse(text)
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & FORBIDDEN_IMPORTS


@EVERY_FILE
def test_a_class_is_abstract_or_final(path):
    """Nothing concrete is overridden. Edges that others derive from (errors, estimators, commands) are free."""
    if path.relative_to(SOURCE).parts[0] in ("errors.py", "estimators", "cli", "plot", "io"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ClassDef) or node.name.startswith(("Abstract", "_")):
            continue
        bases = {ast.unparse(base).split("[")[0] for base in node.bases}
        if bases & {"Protocol", "Enum", "NamedTuple", "TypedDict"} or any(base.endswith("Error") for base in bases):
            continue
        if bases & {"Exception"}:
            continue
        assert "final" in {ast.unparse(decorator) for decorator in node.decorator_list}, node.name


@EVERY_FILE
def test_no_branch_on_a_family_or_form(path):
    if path.relative_to(SOURCE).parts[0] in ("cli", "io", "plot", "estimators", "testing.py"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {"full", "tied", "diag", "spherical", "VVV", "EEE", "VVI", "VII"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            constants = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant) and isinstance(c.value, str)}
            assert not constants & names, ast.unparse(node)


@EVERY_FILE
def test_a_file_has_a_line_in_the_architecture(path):
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    folder = path.parent.relative_to(ROOT).as_posix()
    assert f"### `{folder}`" in text, f"{folder} has no section"
    section = text.split(f"### `{folder}`")[1].split("\n### ")[0].split("\n## ")[0]
    assert f"| `{path.name}` |" in section


def test_the_architecture_names_no_file_that_is_gone():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for section in text.split("\n### `src/")[1:]:
        folder = ROOT / "src" / section.split("`")[0]
        listed = re.findall(r"^\| `([\w.]+\.pyi?)` \|", section.split("\n##")[0], flags=re.MULTILINE)
        assert listed
        assert [name for name in listed if not (folder / name).exists()] == []
