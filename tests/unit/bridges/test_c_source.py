"""The scoring function as C source."""

import ctypes
import shutil
import subprocess

import numpy as np
import pytest

from mogul import Mixture, bridges
from mogul.errors import ParameterError


def _compiled(source, folder):
    compiler = shutil.which("gcc") or shutil.which("cc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler")
    (folder / "model.c").write_text(source)
    options = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "model.c", "-o", "m.so", "-lm"]
    subprocess.run([compiler, *options], cwd=folder, check=True, timeout=60)
    library = ctypes.CDLL(str(folder / "m.so"))
    library.model_score.restype = library.model_log_density.restype = ctypes.c_double
    return library


def _score(library, row, n_components):
    given, shares = (ctypes.c_double * len(row))(*row), (ctypes.c_double * n_components)()
    log_density = library.model_score(given, shares)
    assert library.model_log_density(given) == log_density
    return log_density, list(shares), library.model_label(given)


def test_the_compiled_source_scores_as_we_do(mixture, rows, tmp_path):
    library = _compiled(bridges.to_c(mixture, "model"), tmp_path)
    found = [_score(library, row, mixture.n_components) for row in rows]
    log_density, responsibilities, labels = (np.array(each) for each in zip(*found, strict=True))
    np.testing.assert_allclose(log_density, mixture.logpdf(rows), rtol=1e-9)
    np.testing.assert_allclose(responsibilities, mixture.responsibilities(rows), atol=1e-9)
    np.testing.assert_array_equal(labels, mixture.labels(rows))


def test_a_component_without_weight_has_no_share(tmp_path):
    mixture = Mixture.univariate([0.5, 0.0, 0.5], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    _, shares, _ = _score(_compiled(bridges.to_c(mixture, "model"), tmp_path), [1.0], 3)
    np.testing.assert_allclose(shares, [0.5, 0.0, 0.5], atol=1e-12)


def test_a_name_that_is_none_is_refused():
    with pytest.raises(ParameterError, match="identifier"):
        bridges.to_c(Mixture.univariate([1.0], [0.0], [1.0]), "my model")
