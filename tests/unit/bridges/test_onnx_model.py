"""The scoring function as an ONNX model."""

import numpy as np
import pytest

from mogul import Mixture, bridges
from mogul.errors import MissingDependencyError


def test_onnxruntime_scores_as_we_do(mixture, rows, tmp_path):
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    path = tmp_path / "model.onnx"
    bridges.to_onnx(mixture, path)
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    log_density, responsibilities, label = session.run(None, {"rows": rows})
    assert log_density.dtype == np.float64
    np.testing.assert_allclose(log_density, mixture.logpdf(rows), rtol=1e-9)
    np.testing.assert_allclose(responsibilities, mixture.responsibilities(rows), atol=1e-9)
    np.testing.assert_array_equal(label, mixture.labels(rows))


def test_a_component_without_weight_has_no_share():
    pytest.importorskip("onnx")
    runtime = pytest.importorskip("onnxruntime")
    mixture = Mixture.univariate([0.5, 0.0, 0.5], [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    session = runtime.InferenceSession(bridges.to_onnx(mixture).SerializeToString())
    log_density, responsibilities, _ = session.run(None, {"rows": np.array([[1.0]])})
    np.testing.assert_allclose(responsibilities, [[0.5, 0.0, 0.5]], atol=1e-12)
    np.testing.assert_allclose(log_density, mixture.logpdf([1.0]), rtol=1e-12)


def test_without_onnx_one_reads_how_to_get_it(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "mogul\[onnx\]"'):
        bridges.to_onnx(Mixture.univariate([1.0], [0.0], [1.0]))
