import json
from importlib.resources import files

import pytest

import mogul
from mogul.io import save


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "faithful.csv"
    path.write_bytes((files("mogul.data") / "faithful.csv").read_bytes())
    return path


@pytest.fixture
def models(run, data, tmp_path):
    two, three = tmp_path / "two.mogul", tmp_path / "three.mogul"
    assert run("fit", data, "-k", 2, "-o", two, "-q").code == 0
    assert run("fit", data, "-k", 3, "--covariance", "tied", "-o", three, "-q").code == 0
    return two, three


def test_models_are_ranked(run, models, data):
    ran = run("compare", *models, data)
    assert ran.code == 0
    lines = [line.split() for line in ran.out.splitlines()]
    assert [line[0] for line in lines[1:]] == [str(models[1]), str(models[0])]
    assert lines[1][1:4] == ["tied", "3", "11"]


def test_json_agrees_with_the_library(run, models, data):
    found = json.loads(run("compare", *models, data, "--json", "--criterion", "aic").out)["models"]
    assert [row["aic"] for row in found] == sorted(row["aic"] for row in found)
    rows = mogul.data.load_faithful().rows if hasattr(mogul, "data") else None
    from mogul.data import load_faithful

    rows = load_faithful().rows
    first = next(row for row in found if row["model"] == str(models[0]))
    assert first["bic"] == pytest.approx(mogul.criteria(mogul.load(models[0]), rows).bic, rel=1e-12)


def test_a_model_of_unknown_family_has_a_likelihood_only(run, models, data, tmp_path):
    path = tmp_path / "plain.mogul"
    save(mogul.load(models[0]), path)
    ran = run("compare", path, models[1], data, "--json", "--criterion", "log-likelihood")
    found = {row["model"]: row for row in json.loads(ran.out)["models"]}
    assert found[str(path)]["bic"] is None
    assert found[str(path)]["log_likelihood"] == pytest.approx(-1130.264, abs=1e-3)
    assert "does not say which family" in ran.err


def test_only_one_standard_input(run, models):
    ran = run("compare", models[0], "-", "-")
    assert ran.code == 2
    assert "Only one of" in ran.err
