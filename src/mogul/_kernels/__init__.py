"""The kernels: compiled, or, with ``MOGUL_KERNELS=reference``, the NumPy that says what they mean."""

from __future__ import annotations

import os

from mogul._kernels.threads import thread_count
from mogul._kernels.types import Array, BoolArray, FloatArray

_WANTED = os.environ.get("MOGUL_KERNELS", "compiled")

if _WANTED == "reference":
    from mogul._kernels import reference as core
elif _WANTED == "compiled":
    try:
        from mogul._kernels import _core as core  # type: ignore[no-redef]
    except ImportError as error:
        error.add_note("The compiled kernels are missing: run `python -m pip install .` after a change in cpp/.")
        raise
else:
    raise ImportError(f"MOGUL_KERNELS={_WANTED!r} is unknown: use 'compiled' or 'reference'.")

__all__ = ["Array", "BoolArray", "FloatArray", "core", "thread_count"]
