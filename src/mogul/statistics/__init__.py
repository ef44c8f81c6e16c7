"""Statistics: what one pass leaves, and which second moments it keeps."""

from mogul.statistics.moments import AbstractMoments, DiagonalMoments, FullMoments, PooledMoments, TraceMoments
from mogul.statistics.statistics import Statistics

__all__ = ["AbstractMoments", "DiagonalMoments", "FullMoments", "PooledMoments", "Statistics", "TraceMoments"]
