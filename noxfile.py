"""The commands of CONTRIBUTING.md: ``nox -s tests``, ``nox -s lint`` and so on."""

from pathlib import Path

import nox

nox.options.sessions = ["tests-3.11", "lint", "layers"]
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True

PYTHONS = ["3.11", "3.12", "3.13"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests."""
    session.install(".[test]")
    session.run("pytest", "-n", "2", *session.posargs)


REFERENCE = ["tests/unit/" + name for name in ("covariance", "statistics", "family", "source", "engine", "mixture")]


@nox.session
def reference(session: nox.Session) -> None:
    """Run the tests with the NumPy reference in place of the compiled kernels."""
    session.install(".[test]")
    session.run("pytest", "-n", "2", *(session.posargs or REFERENCE), env={"MOGUL_KERNELS": "reference"})


@nox.session
def minimum(session: nox.Session) -> None:
    """Run the tests that meet other libraries, with the lowest supported releases of them."""
    session.install(".[test]", "--constraint", ".ci/minimum.txt")
    session.run("pytest", "-n", "2", *(session.posargs or ["tests/compare", "tests/unit"]))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and spelling."""
    session.install(".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("codespell")
    sources = sorted(str(path) for path in Path("cpp").rglob("*.[ch]pp"))
    session.run("clang-format", "--dry-run", "--Werror", *sources)


@nox.session
def layers(session: nox.Session) -> None:
    """Check that no layer imports a higher one."""
    session.install(".[dev]")
    session.run("lint-imports")


@nox.session
def sanitize(session: nox.Session) -> None:
    """Run the C++ tests under the address, undefined-behaviour and thread sanitizers."""
    session.run("bash", "cpp/tests/sanitize.sh", external=True)


@nox.session
def counts(session: nox.Session) -> None:
    """Count the instructions of the kernels under valgrind and compare with the record; ``--record`` rewrites it."""
    session.run("python", "cpp/counts/counts.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the pages in docs/ to docs/_build/html; every warning is an error."""
    session.install(".[docs]")
    session.run("sphinx-build", "-W", "--keep-going", "-b", "html", "docs", "docs/_build/html", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Run all benchmarks and rewrite benchmarks/RESULTS.md."""
    session.install(".[benchmarks]")
    session.run("python", "benchmarks/run.py", "--output", "benchmarks/RESULTS.md", *session.posargs)
