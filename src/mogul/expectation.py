"""The E-step: rows and a mixture in, statistics or scores out.

`expect` and the scoring functions are the only way from a mixture to the kernels. The table says which kernel
serves which form of covariance and kind of moments; where none does, the covariances are taken as full ones and the
moments cut from full ones, so that every form works with every family.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from mogul._kernels import Array, FloatArray, core, thread_count
from mogul._numerics import LOG_2PI, canonical_order, part_rows
from mogul.covariance import (
    AbstractCovariance,
    DiagonalCovariance,
    FullCovariance,
    SphericalCovariance,
    TiedCovariance,
)
from mogul.mixture import Mixture
from mogul.statistics import (
    AbstractMoments,
    DiagonalMoments,
    FullMoments,
    PooledMoments,
    Statistics,
    TraceMoments,
)
