"""What follows from features along a line, a line for each component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from mogul._kernels import Array, FloatArray


@final
@dataclass(frozen=True, eq=False)
class Lines:
    """K linear functions from O features to M outputs: ``centres[k] + slopes[k] (x - centre)``."""

    slopes: FloatArray
    """(K, M, O), C order."""
    centres: FloatArray
    """The outputs where the features are at `centre`, (K, M), C order."""
    centre: FloatArray
    """(O,): differences are taken from there, so that nothing cancels far from zero."""

    @property
    def n_outputs(self) -> int:
        """M."""
        return int(self.slopes.shape[1])

    def at(self, rows: Array) -> FloatArray:
        """Return the outputs of each function at each row, (N, M, K)."""
        n_components, n_outputs, n_features = self.slopes.shape
        maps = self.slopes.transpose(2, 1, 0).reshape(n_features, n_outputs * n_components)
        values: FloatArray = (rows - self.centre) @ maps
        values += self.centres.T.ravel()
        return values.reshape(-1, n_outputs, n_components)
