import json

import pytest

from mogul.io import load


@pytest.fixture
def data(tmp_path):
    from importlib.resources import files

    path = tmp_path / "faithful.csv"
    path.write_bytes((files("mogul.data") / "faithful.csv").read_bytes())
    return path


SMALL = ("-k", "1:3", "--families", "full,tied", "--starts", 1)


def test_the_ranked_table_is_printed(run, data):
    ran = run("select", data, *SMALL, "--top", 2)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[1].split()[:3] == ["tied", "3", "11"]
    assert lines[-1] == "6 candidates"
    assert len(lines) == 4
    assert "searching 272 rows x 2 columns" in ran.err


def test_json_holds_every_candidate(run, data):
    ran = run("select", data, *SMALL, "--json", "--criterion", "icl")
    found = json.loads(ran.out)
    assert (found["criterion"], found["n_rows"], len(found["candidates"])) == ("icl", 272, 6)
    assert found["candidates"][0]["rank"] == 1


def test_the_best_is_written_and_drawn(run, data, tmp_path):
    model, picture = tmp_path / "best.mogul", tmp_path / "bic.png"
    assert run("select", data, *SMALL, "-o", model, "--plot", picture, "-q").code == 0
    assert load(model).n_components == 3
    assert picture.read_bytes().startswith(b"\x89PNG")
    shown = json.loads(run("show", model, "--json").out)
    assert shown["training"]["covariance"] == "tied" if "training" in shown else "tied" in json.dumps(shown)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["-k", "x"], "'x' is not a number or a range"),
        (["-k", "0"], "names no number of at least 1"),
        (["-k", "5:2"], "names no number of at least 1"),
        (["--families", "fulll"], "Got 'fulll' instead"),
        (["--criterion", "p"], "'p' is not one of"),
    ],
)
def test_wrong_usage(run, data, wrong, message):
    ran = run("select", data, *wrong)
    assert ran.code == 2
    assert message in ran.err


def test_numbers_of_components(run, data):
    found = json.loads(run("select", data, "-k", "1,3:4", "--families", "tied", "--json", "-q").out or "null")
    assert found is None  # quiet prints nothing
    found = json.loads(run("select", data, "-k", "1,3:4", "--families", "tied", "--json").out)
    assert sorted(each["n_components"] for each in found["candidates"]) == [1, 3, 4]
