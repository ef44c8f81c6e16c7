"""mogul fit."""

import json

import numpy as np
import pytest

import mogul
from mogul.io import load, read_metadata


def test_a_model_is_printed_and_written(run, table, tmp_path):
    ran = run("fit", table, "-k", 2, "--columns", "a,b", "-o", tmp_path / "model")
    assert ran.code == 0
    assert ran.out.startswith("2 Gaussians in 2 features, full covariance; mean ± standard deviation\n")
    assert "corr(a, b)" in ran.out
    assert "converged after" in ran.out
    assert f"wrote {tmp_path / 'model'}" in ran.out
    assert ran.err == "fitting 2 components to 60 rows x 2 columns\n"
    mixture, metadata = load(tmp_path / "model"), read_metadata(tmp_path / "model")
    assert sorted(mixture.weights.round(2)) == [0.33, 0.67]
    assert metadata.feature_names == ("a", "b")
    assert metadata.training["n_rows"] == 60
    assert metadata.training["converged"] is True


def test_it_is_the_fit_of_the_library(run, table, tmp_path):
    run("fit", table, "-k", 2, "--columns", "3,1", "--covariance", "diag", "--seed", 5, "-o", tmp_path / "model")
    rows = np.genfromtxt(table, delimiter=",", skip_header=1, usecols=(2, 0))
    fitted = mogul.GaussianMixture(2, covariance_type="diag", random_state=5).fit(rows)
    assert load(tmp_path / "model").means.tobytes() == fitted.mixture_.means.tobytes()
    training = read_metadata(tmp_path / "model").training
    assert training["mean_log_likelihood"] == fitted.lower_bound_
    assert training["bic"] == fitted.bic(rows)
    assert training["aic"] == fitted.aic(rows)


def test_json_holds_the_whole_model(run, table, tmp_path):
    ran = run("fit", table, "-k", 2, "--columns", "a,b", "--json", "-o", tmp_path / "model")
    found = json.loads(ran.out)
    assert found["converged"] is True
    assert found["warnings"] == []
    assert found["n_rows"] == 60
    assert mogul.io.from_json(json.dumps(found["model"])).means.tolist() == load(tmp_path / "model").means.tolist()


def test_options_reach_the_fit(run, table, tmp_path):
    options = ["--starts", 2, "--tolerance", 0.01, "--max-iterations", 7, "--floor", 0.5]
    ran = run("fit", table, "-k", 2, "--columns", "a,b", *options, "-o", tmp_path / "model")
    assert ran.code == 0
    training = read_metadata(tmp_path / "model").training
    assert {"n_init": 2, "tol": 0.01, "max_iter": 7, "reg_covar": 0.5}.items() <= training.items()
    assert np.linalg.eigvalsh(load(tmp_path / "model").covariances.dense()).min() >= 0.5


def test_weights_count_rows(run, table, tmp_path):
    run("fit", table, "-k", 1, "--columns", "a,b", "--weights", "count", "-o", tmp_path / "model")
    columns = np.genfromtxt(table, delimiter=",", skip_header=1, usecols=(0, 2, 3))
    expected = np.average(columns[:, :2], axis=0, weights=columns[:, 2])
    np.testing.assert_allclose(load(tmp_path / "model").means[0], expected, rtol=1e-12)
    assert "bic" not in read_metadata(tmp_path / "model").training


def test_the_weights_are_no_feature(run, tmp_path):
    (tmp_path / "data.csv").write_text("x,w\n1,1\n2,3\n4,1\n")
    run("fit", tmp_path / "data.csv", "-k", 1, "--weights", "w", "-o", tmp_path / "model")
    assert read_metadata(tmp_path / "model").feature_names == ("x",)
    assert load(tmp_path / "model").means.tolist() == [[pytest.approx(11 / 5)]]


def test_standard_input_and_output(run, table, tmp_path):
    ran = run("fit", "-", "-k", 1, "--columns", 1, "--quiet", given=table.read_bytes())
    assert ran == (0, "", "")
    run("fit", table, "-k", 1, "--columns", "a", "-o", tmp_path / "model")
    assert run("show", "-", given=(tmp_path / "model").read_bytes()).out == run("show", tmp_path / "model").out


def test_arrays_are_fitted_by_position(run, tmp_path):
    rows = np.random.default_rng(0).standard_normal((50, 3))
    for name, array in {"c": rows, "f": np.asfortranarray(rows), "single": rows.astype(np.float32)}.items():
        np.save(tmp_path / f"{name}.npy", array)
        ran = run("fit", tmp_path / f"{name}.npy", "-k", 1, "--columns", "3,1", "-o", tmp_path / "model")
        assert ran.code == 0
        np.testing.assert_allclose(load(tmp_path / "model").means[0], rows.mean(axis=0)[[2, 0]], atol=1e-7)
        assert read_metadata(tmp_path / "model").feature_names is None


def test_parquet(run, tmp_path, table):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import csv, parquet

    parquet.write_table(csv.read_csv(table), tmp_path / "table.parquet")
    run("fit", table, "-k", 2, "--columns", "a,b", "-o", tmp_path / "one")
    run("fit", tmp_path / "table.parquet", "-k", 2, "--columns", "a,b", "-o", tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    ran = run("fit", tmp_path / "table.parquet", "-k", 2)
    assert ran.code == 4
    assert "column 'name' holds string, which is not real numbers" in ran.err
    parquet.write_table(pyarrow.table({"x": [1.0, None, 2.0]}), tmp_path / "holes.parquet")
    ran = run("fit", tmp_path / "holes.parquet", "-k", 1)
    assert ran.code == 4
    assert "row 2, column 'x': the value is missing" in ran.err


def test_parquet_without_pyarrow_says_how_to_get_it(run, tmp_path, monkeypatch):
    (tmp_path / "table.parquet").write_bytes(b"PAR1 and so on")
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    ran = run("fit", tmp_path / "table.parquet", "-k", 1)
    assert ran.code == 1
    assert 'python -m pip install "mogul[data]"' in ran.err


def test_strict_fits_that_do_not_converge_fail_and_write_nothing(run, table, tmp_path):
    arguments = ["fit", table, "-k", 3, "--columns", "a,b", "--max-iterations", 1, "-o", tmp_path / "model"]
    ran = run(*arguments, "--strict")
    assert ran.code == 3
    assert ran.out == ""
    assert "warning NOTCONV: " in ran.err
    assert "error: The fit had not converged after 1 iteration, and --strict was given" in ran.err
    assert not (tmp_path / "model").exists()
    ran = run(*arguments, "--json")
    assert ran.code == 0
    assert (tmp_path / "model").exists()
    assert json.loads(ran.out)["converged"] is False
    assert [warning["code"] for warning in json.loads(ran.out)["warnings"]] == ["NOTCONV"]


def test_warnings_are_one_line_each(run, tmp_path):
    (tmp_path / "data.csv").write_text("x,y\n" + "".join(f"{i % 7},5\n" for i in range(40)))
    ran = run("fit", tmp_path / "data.csv", "-k", 1)
    assert ran.code == 0
    assert [line.split(":")[0] for line in ran.err.splitlines()[1:]] == ["warning CONSTANT"]
    assert run("fit", tmp_path / "data.csv", "-k", 1, "--quiet") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["-k", 0], 2, "Invalid value for '-k'"),
        ([], 2, "Missing option '-k'"),
        (["-k", 2, "--columns", "a,c"], 2, "no column 'c'. It has: a, name, b, count."),
        (["-k", 2, "--columns", "a,9"], 2, "no column 9: it has 4 columns. Choose by number, 1 to 4"),
        (["-k", 2, "--columns", "a,1"], 2, "--columns chooses column 1 twice"),
        (["-k", 2, "--columns", "a,"], 2, "has an empty entry"),
        (["-k", 2, "--columns", "a,b", "--weights", "b"], 2, "cannot be both a feature and the weight"),
        (["-k", 2, "--columns", "a,b", "--covariance", "fulll"], 2, "'fulll' is unknown; use one of: "),
        (["-k", 2, "-o", "/no/such/folder/model"], 2, "there is no folder /no/such/folder"),
        (["-k", 2, "-o", "/"], 2, "is a folder"),
        (["-k", 2], 4, "line 2, column 2 ('name'): 'no 0' is not a number"),
        (["-k", 61, "--columns", "a,b"], 4, "Use fewer components or more rows"),
    ],
)
def test_what_is_wrong_is_said_on_one_line(run, table, arguments, code, complaint):
    ran = run("fit", table, *arguments)
    assert ran.code == code
    assert ran.out == ""
    errors = [line for line in ran.err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert complaint in errors[0]
    assert "Traceback" not in ran.err


def test_negative_weights_are_bad_data(run, tmp_path):
    (tmp_path / "data.csv").write_text("x,w\n1,1\n2,-3\n")
    assert run("fit", tmp_path / "data.csv", "-k", 1, "--weights", "w").code == 4


def test_a_failure_while_writing_is_told_and_leaves_the_old_model(run, table, tmp_path, monkeypatch):
    (tmp_path / "model").write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    ran = run("fit", table, "-k", 1, "--columns", "a", "-o", tmp_path / "model")
    assert ran.code == 1
    assert "error: No space left on device" in ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "table.csv"]
    assert (tmp_path / "model").read_bytes() == b"old"


def test_columns_of_one_name_are_chosen_by_number(run, tmp_path):
    (tmp_path / "data.csv").write_text("x,x,y\n1,2,0\n3,4,1\n5,7,1\n")
    assert "several columns of one name" in run("fit", tmp_path / "data.csv", "-k", 1).err
    assert "several columns named 'x'" in run("fit", tmp_path / "data.csv", "-k", 1, "--columns", "x").err
    assert run("fit", tmp_path / "data.csv", "-k", 1, "--columns", "2,y").code == 0


def test_a_table_without_header_has_columns_by_number(run, tmp_path):
    (tmp_path / "data.csv").write_text("1,2\n3,4\n5,7\n")
    ran = run("fit", tmp_path / "data.csv", "-k", 1, "--columns", "x")
    assert ran.code == 2
    assert "it has 2 columns and no header. Choose by number, 1 to 2" in ran.err
