"""Old Faithful, the geyser that every book on mixtures begins with."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import numpy as np

from mogul._kernels import FloatArray


class DataSet(NamedTuple):
    """Rows of numbers and the names of their columns."""

    rows: FloatArray
    """Shape (N, D)."""
    feature_names: tuple[str, ...]
    """D names."""


def load_faithful() -> DataSet:
    """Return 272 eruptions of the Old Faithful geyser: how long each lasted, and the wait for the next.

    Returns
    -------
    DataSet
        ``rows`` of shape (272, 2) and their names: ``eruptions`` and ``waiting``, both in minutes.

    References
    ----------
    Azzalini and Bowman (1990), A look at some data on the Old Faithful geyser, Applied Statistics 39, 357-365.
    Haerdle (1991), Smoothing Techniques with Implementation in S, Springer.

    Examples
    --------
    >>> from mogul.data import load_faithful
    >>> rows, names = load_faithful()
    >>> rows.shape, names
    ((272, 2), ('eruptions', 'waiting'))
    >>> rows.mean(axis=0).round(3)
    array([ 3.488, 70.897])
    """
    lines = (files("mogul.data") / "faithful.csv").read_text(encoding="utf-8").splitlines()
    return DataSet(np.loadtxt(lines[1:], delimiter=",", ndmin=2), tuple(lines[0].split(",")))
