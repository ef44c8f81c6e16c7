"""Mixtures of other programs, and mixtures for other programs: models to and from, and scoring functions as source."""

from mogul.bridges.c_source import to_c
from mogul.bridges.mclust import from_mclust, to_mclust
from mogul.bridges.onnx_model import to_onnx
from mogul.bridges.python_models import from_gmr, from_scipy, from_sklearn, to_gmr, to_scipy, to_sklearn
from mogul.bridges.sql import to_sql

__all__ = [
    "from_gmr",
    "from_mclust",
    "from_scipy",
    "from_sklearn",
    "to_c",
    "to_gmr",
    "to_mclust",
    "to_onnx",
    "to_scipy",
    "to_sklearn",
    "to_sql",
]
