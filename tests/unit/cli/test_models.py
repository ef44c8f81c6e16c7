"""show, score, predict, sample and plot: what is done with a model."""

import json

import numpy as np
import pytest

from mogul.io import from_json, load


@pytest.fixture
def rows(table):
    return np.genfromtxt(table, delimiter=",", skip_header=1, usecols=(0, 2))


# ---------------------------------------------------------------------------------------------- show


def test_show_prints_a_table(run, model):
    assert run("show", model).out.splitlines() == [
        "2 Gaussians in 2 features, full covariance; mean ± standard deviation",
        "",
        "component  weight  a             b",
        "0          0.3333  0.000 ± 1.00  0.000 ± 1.00",
        "1          0.6667  9.000 ± 1.00  5.000 ± 1.00",
        "",
        "n_rows: 60",
    ]


def test_show_json_is_the_model(run, model, pair):
    assert from_json(run("show", model, "--json").out).weights.tobytes() == pair.weights.tobytes()


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"x" * 100])
def test_a_file_that_is_no_model_is_bad_data(run, tmp_path, content):
    (tmp_path / "thing").write_bytes(content)
    ran = run("show", tmp_path / "thing")
    assert ran.code == 4
    assert ran.out == ""
    assert ran.err.startswith("error: thing is ")
    assert len(ran.err.splitlines()) == 1


def test_a_damaged_model_is_bad_data(run, model):
    data = bytearray(model.read_bytes())
    data[-1] ^= 1
    model.write_bytes(data)
    ran = run("score", model, model)
    assert ran.code == 4
    assert "pair.mogul is damaged" in ran.err


def test_a_missing_file_is_wrong_usage(run):
    ran = run("show", "nothing.mogul")
    assert ran.code == 2
    assert "File 'nothing.mogul' does not exist" in ran.err


# ---------------------------------------------------------------------------------------------- score, predict


def test_score_is_the_mean_of_each(run, model, table, rows, pair):
    expected = pair.logpdf(rows)
    assert float(run("score", model, table).out) == expected.mean()
    each = [float(line) for line in run("score", model, table, "--each").out.splitlines()]
    assert each == expected.tolist()
    found = json.loads(run("score", model, table, "--each", "--json").out)
    assert found == {"mean_log_likelihood": expected.mean(), "n_rows": 60, "log_likelihoods": expected.tolist()}


def test_json_has_no_infinity(run, model):
    ran = run("score", model, "-", "--json", given=b"a,b\n1e200,1\n")
    assert json.loads(ran.out) == {"mean_log_likelihood": None, "n_rows": 1}
    assert run("score", model, "-", given=b"a,b\n1e200,1\n").out == "-inf\n"


def test_predict_prints_a_label_a_row(run, model, table, rows, pair):
    labels = pair.labels(rows).tolist()
    assert run("predict", model, table).out == "".join(f"{label}\n" for label in labels)
    assert json.loads(run("predict", model, table, "--json").out) == {"labels": labels}


def test_predict_prints_probabilities_to_the_last_bit(run, model, table, rows, pair, tmp_path):
    ran = run("predict", model, table, "--probabilities", "-o", tmp_path / "p.csv")
    assert ran == (0, "", "")
    header, *lines = (tmp_path / "p.csv").read_text().splitlines()
    assert header == "component_0,component_1"
    assert [[float(x) for x in line.split(",")] for line in lines] == pair.responsibilities(rows).tolist()
    found = json.loads(run("predict", model, table, "--probabilities", "--json").out)
    assert found == {"probabilities": pair.responsibilities(rows).tolist()}


def test_columns_are_found_by_name_wherever_they_are(run, model, table, tmp_path, rows):
    moved = tmp_path / "moved.csv"
    moved.write_text("other;b;a\n" + "".join(f"x;{b!r};{a!r}\n" for a, b in rows.tolist()))
    assert run("score", model, moved).out == run("score", model, table).out


def test_a_column_that_is_not_there_is_named(run, model, tmp_path):
    (tmp_path / "data.csv").write_text("a,c\n1,2\n")
    ran = run("predict", model, tmp_path / "data.csv")
    assert ran.code == 4
    assert "data.csv has no column named 'b', which the model was fitted to. It has: a, c." in ran.err
    assert run("predict", model, tmp_path / "data.csv", "--columns", "a,c").code == 0


def test_columns_without_names_are_counted(run, model, nameless, tmp_path, rows):
    np.save(tmp_path / "two.npy", rows)
    np.save(tmp_path / "three.npy", np.column_stack([rows, rows[:, 0]]))
    for each in (model, nameless):
        assert run("score", each, tmp_path / "two.npy").code == 0
        ran = run("score", each, tmp_path / "three.npy")
        assert ran.code == 4
        assert "three.npy has 3 columns, but the model has 2 features" in ran.err
        assert run("score", each, tmp_path / "three.npy", "--columns", "1,2").code == 0
        ran = run("score", each, tmp_path / "three.npy", "--columns", "1")
        assert ran.code == 2
        assert "--columns chooses 1 columns, but the model has 2 features" in ran.err
    assert run("score", nameless, "-", given=b"a,b,c\n1,2,3\n").code == 4


def test_many_rows_score_as_few_do(run, nameless, tmp_path, pair):
    rows = np.random.default_rng(0).standard_normal((70_000, 2))
    np.save(tmp_path / "rows.npy", rows)
    run("score", nameless, tmp_path / "rows.npy", "--each", "-o", tmp_path / "each")
    assert np.loadtxt(tmp_path / "each").tobytes() == pair.logpdf(rows).tobytes()


def test_numbers_that_are_none_are_located_in_arrays(run, nameless, tmp_path):
    rows = np.zeros((70_000, 2))
    rows[69_999, 1] = np.nan
    np.save(tmp_path / "rows.npy", rows)
    ran = run("predict", nameless, tmp_path / "rows.npy", "-o", tmp_path / "labels")
    assert ran.code == 4
    assert "rows.npy, row 70000, column 2: nan is not finite" in ran.err
    assert not (tmp_path / "labels").exists()


@pytest.mark.parametrize(
    ("array", "complaint"),
    [
        (np.zeros((2, 2, 2)), r"an array of shape (2, 2, 2)"),
        (np.array(3.0), "an array of shape ()"),
        (np.array([["a", "b"]]), "holds <U1, which is not real numbers"),
        (np.zeros((0, 2)), "has no rows"),
        (np.array([[1j, 2]]), "holds complex128"),
    ],
)
def test_arrays_that_are_no_rows_are_refused(run, nameless, tmp_path, array, complaint):
    np.save(tmp_path / "rows.npy", array)
    ran = run("score", nameless, tmp_path / "rows.npy")
    assert ran.code == 4
    assert complaint in ran.err


def test_objects_are_never_unpickled(run, nameless, tmp_path):
    np.save(tmp_path / "rows.npy", np.array([[object()]], dtype=object), allow_pickle=True)
    ran = run("score", nameless, tmp_path / "rows.npy")
    assert ran.code == 4
    assert "cannot be read as an array of numbers" in ran.err


def test_a_truncated_array_is_refused(run, nameless, tmp_path):
    np.save(tmp_path / "rows.npy", np.zeros((10, 2)))
    data = (tmp_path / "rows.npy").read_bytes()
    for length in (9, 40, len(data) - 3):
        (tmp_path / "rows.npy").write_bytes(data[:length])
        assert run("score", nameless, tmp_path / "rows.npy").code == 4


def test_only_one_file_can_be_standard_input(run):
    ran = run("score", "-", "-")
    assert ran.code == 2
    assert "cannot both be standard input" in ran.err


# ---------------------------------------------------------------------------------------------- sample


def test_samples_have_the_names_of_the_features(run, model, pair):
    header, *lines = run("sample", model, "-n", 5, "--seed", 3).out.splitlines()
    assert header == "a,b"
    assert [[float(x) for x in line.split(",")] for line in lines] == pair.sample(5, rng=3).tolist()


def test_samples_differ_unless_seeded(run, nameless, tmp_path, pair):
    assert run("sample", nameless, "-n", 5).out != run("sample", nameless, "-n", 5).out
    assert run("sample", nameless, "-n", 1).out.startswith("x0,x1\n")
    run("sample", nameless, "-n", 5, "--seed", 1, "-o", tmp_path / "draws.npy")
    assert np.load(tmp_path / "draws.npy").tolist() == pair.sample(5, rng=1).tolist()


def test_samples_are_data(run, model, tmp_path):
    run("sample", model, "-n", 300, "--seed", 0, "-o", tmp_path / "draws.csv")
    assert run("fit", tmp_path / "draws.csv", "-k", 2, "-o", tmp_path / "again", "--quiet").code == 0
    np.testing.assert_allclose(np.sort(load(tmp_path / "again").means, axis=0), [[0, 0], [9, 5]], atol=0.3)


def test_names_with_commas_are_quoted(run, tmp_path, pair):
    from mogul.io import Metadata, save

    save(pair, tmp_path / "model", metadata=Metadata(["a, b", 'c "d"']))
    text = run("sample", tmp_path / "model", "-n", 4).out
    assert text.splitlines()[0] == '"a, b","c ""d"""'
    assert run("predict", tmp_path / "model", "-", given=text.encode()).code == 0


# ---------------------------------------------------------------------------------------------- plot


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_picture_is_written(run, model, table, tmp_path, suffix, start):
    pytest.importorskip("matplotlib")
    assert run("plot", model, table, "-o", tmp_path / f"figure.{suffix}") == (0, "", "")
    assert (tmp_path / f"figure.{suffix}").read_bytes().startswith(start)


def test_pictures_of_some_features_and_without_data(run, model, tmp_path):
    pytest.importorskip("matplotlib")
    assert run("plot", model, "--features", "b", "-o", tmp_path / "figure").code == 0
    assert (tmp_path / "figure").read_bytes().startswith(b"\x89PNG")
    ran = run("plot", model, "--features", "c", "-o", tmp_path / "figure")
    assert ran.code == 2
    assert "The model has no column 'c'" in ran.err


def test_pictures_of_unknown_kind_are_refused(run, model, tmp_path):
    pytest.importorskip("matplotlib")
    ran = run("plot", model, "-o", tmp_path / "figure.doc")
    assert ran.code == 2
    assert "Use .png, .svg or .pdf" in ran.err
    assert run("plot", model).code == 2


def test_pictures_need_matplotlib(run, model, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.pyplot", None)
    ran = run("plot", model, "-o", tmp_path / "figure.png")
    assert ran.code == 1
    assert 'python -m pip install "mogul[plot]"' in ran.err
