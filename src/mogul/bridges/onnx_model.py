"""The scoring function as an ONNX model."""

from __future__ import annotations

from os import PathLike
from typing import Any

import numpy as np

from mogul.bridges.formula import Formula, needed
from mogul.mixture import Mixture

_OPSET = 18


def to_onnx(mixture: Mixture, path: str | PathLike[str] | None = None) -> Any:
    """Return the scoring function of a mixture as an ONNX model in float64, and write it to a file if one is named.

    Parameters
    ----------
    mixture : Mixture
    path : str or path, optional
        Where to write it.

    Returns
    -------
    onnx.ModelProto
        Input `rows`, float64 (N, D); outputs `log_density`, float64 (N,), `responsibilities`, float64 (N, K), and
        `label`, int64 (N,).

    Raises
    ------
    MissingDependencyError
        Without onnx, which comes with ``pip install "mogul[onnx]"``.

    Notes
    -----
    ``joint = constants - |(rows - means) P'|^2 / 2``, differences first, so that nothing cancels for rows far from
    zero. All of it is in operators of opset 18 that onnxruntime has for float64.
    """
    onnx = needed("onnx", '"mogul[onnx]"')
    helper, kinds = onnx.helper, onnx.TensorProto
    formula = Formula.of(mixture)
    arrays = {
        "means": formula.means[:, None, :],
        "whitening": formula.whitening.swapaxes(1, 2),
        "constants": formula.constants,
        "minus_half": np.array(-0.5),
        "first_axis": np.array([0]),
        "second_axis": np.array([1]),
        "last_axis": np.array([2]),
    }
    steps: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Unsqueeze", ["rows", "first_axis"], "raised", {}),  # (1, N, D)
        ("Sub", ["raised", "means"], "away", {}),  # (K, N, D)
        ("MatMul", ["away", "whitening"], "z", {}),
        ("Mul", ["z", "z"], "squares", {}),
        ("ReduceSum", ["squares", "last_axis"], "distances", {"keepdims": 0}),  # (K, N)
        ("Transpose", ["distances"], "turned", {"perm": [1, 0]}),
        ("Mul", ["turned", "minus_half"], "exponents", {}),
        ("Add", ["exponents", "constants"], "joint", {}),  # (N, K)
        ("ReduceMax", ["joint", "second_axis"], "largest", {"keepdims": 1}),
        ("Sub", ["joint", "largest"], "relative", {}),
        ("Exp", ["relative"], "shares", {}),
        ("ReduceSum", ["shares", "second_axis"], "total", {"keepdims": 1}),
        ("Div", ["shares", "total"], "responsibilities", {}),
        ("Log", ["total"], "log_total", {}),
        ("Add", ["log_total", "largest"], "log_column", {}),
        ("Squeeze", ["log_column", "second_axis"], "log_density", {}),
        ("ArgMax", ["joint"], "label", {"axis": 1, "keepdims": 0}),
    ]
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [output], **options) for kind, inputs, output, options in steps],
        "mogul_mixture",
        [helper.make_tensor_value_info("rows", kinds.DOUBLE, ["N", mixture.n_features])],
        [
            helper.make_tensor_value_info("log_density", kinds.DOUBLE, ["N"]),
            helper.make_tensor_value_info("responsibilities", kinds.DOUBLE, ["N", mixture.n_components]),
            helper.make_tensor_value_info("label", kinds.INT64, ["N"]),
        ],
        [onnx.numpy_helper.from_array(np.ascontiguousarray(array), name) for name, array in arrays.items()],
    )
    # An older format of the file, which every onnxruntime that knows the opset reads.
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8, producer_name="mogul"
    )
    onnx.checker.check_model(model)
    if path is not None:
        onnx.save(model, path)
    return model
