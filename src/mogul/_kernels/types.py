"""Names of the array types that kernels take and give."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
FloatArray = npt.NDArray[np.float64]
Expected = tuple[float, FloatArray, FloatArray, FloatArray]
Climbed = tuple[FloatArray, FloatArray, FloatArray, Array, FloatArray, Array, Array]
Partitioned = tuple[FloatArray, FloatArray, FloatArray, Array]
BoolArray = npt.NDArray[np.bool_]
