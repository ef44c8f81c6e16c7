"""Every public name can be imported, and says what it gives and takes."""

import inspect

import pytest

import mogul
from mogul import (
    approximation,
    bridges,
    clusters,
    covariance,
    data,
    distances,
    engine,
    errors,
    estimators,
    family,
    io,
    mixture,
    selection,
    source,
    start,
    statistics,
    testing,
    training,
    uncertainty,
)

MODULES = [
    clusters,
    approximation,
    bridges,
    covariance,
    data,
    distances,
    engine,
    estimators,
    family,
    io,
    mixture,
    mogul,
    selection,
    source,
    start,
    statistics,
    testing,
    training,
    uncertainty,
]
PUBLIC = [(module, name) for module in MODULES for name in module.__all__]

# Those that users of the package, rather than its developers, call.
FACE = [
    (module, name) for module, name in PUBLIC if module in (mogul, approximation, bridges, data, distances, io, testing)
]

ORDER = (
    "Return",
    "Raise",
    "Write",
    "Fit",
    "Draw",
    "Read",
)


def _ids(pairs):
    return [f"{module.__name__}.{name}" for module, name in pairs]


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=_ids(PUBLIC))
def test_a_public_name_exists_and_is_documented(module, name):
    value = getattr(module, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value), name


def test_public_names_are_sorted_and_listed():
    for module in MODULES:
        assert len(set(module.__all__)) == len(module.__all__)
    assert set(mogul.__all__) <= set(dir(mogul))


def _members(kind):
    """Return (name, member) of what a class and those of its bases that are ours define."""
    ours = [base for base in kind.__mro__ if base.__module__.startswith("mogul")]
    return {name: member for base in reversed(ours) for name, member in vars(base).items()}.items()


def _functions():
    for module, name in FACE:
        value = getattr(module, name)
        if inspect.isfunction(value):
            yield f"{module.__name__}.{name}", value
        elif inspect.isclass(value):
            for method, member in _members(value):
                function = member.__func__ if isinstance(member, classmethod | staticmethod) else member
                if inspect.isfunction(function) and not method.startswith("_") and function.__doc__:
                    yield f"{value.__module__}.{value.__qualname__}.{method}", function


FUNCTIONS = dict(_functions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_first_line_says_as_an_order_what_comes_back(name):
    first = inspect.getdoc(FUNCTIONS[name]).splitlines()[0]
    assert first.startswith(ORDER), first
    assert first.endswith((".", ":")), first


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_that_are_explained_exist(name):
    doc = inspect.getdoc(FUNCTIONS[name])
    if "Parameters\n----------" not in doc:
        return
    section = doc.split("Parameters\n----------")[1]
    for title in ("Returns", "Raises", "Notes", "References", "Examples"):
        section = section.split(f"\n{title}\n---")[0]
    explained = {
        part.strip().lstrip("*")
        for line in section.splitlines()
        if line and not line.startswith(" ")
        for part in line.split(":")[0].split(",")
    }
    assert explained <= set(inspect.signature(FUNCTIONS[name]).parameters), explained


@pytest.mark.parametrize("name", ["GaussianMixture", "Mixture", "FullCovariance"])
def test_classes_explain_every_parameter_of_their_construction(name):
    kind = getattr(mogul, name)
    doc = inspect.getdoc(kind)
    for parameter in inspect.signature(kind).parameters:
        assert parameter in doc, parameter
    for title in ("Parameters", "Raises", "Examples"):
        assert f"{title}\n{'-' * len(title)}" in doc, title


def test_every_error_and_warning_has_a_code():
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert all(isinstance(kind.code, str) for kind in kinds if kind.__module__ == errors.__name__)


def test_the_version_is_a_version():
    parts = mogul.__version__.split(".")
    assert len(parts) >= 3
    assert parts[0].isdigit()
