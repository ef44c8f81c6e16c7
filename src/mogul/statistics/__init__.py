"""Statistics: what one pass leaves, and which second moments it keeps."""

from mogul.statistics.floor import Floor
from mogul.statistics.moments import AbstractMoments, DiagonalMoments, FullMoments, PooledMoments, TraceMoments
from mogul.statistics.projected import ProjectedMoments
from mogul.statistics.spread import Spread
from mogul.statistics.statistics import Statistics

__all__ = [
    "AbstractMoments",
    "DiagonalMoments",
    "Floor",
    "FullMoments",
    "PooledMoments",
    "ProjectedMoments",
    "Spread",
    "Statistics",
    "TraceMoments",
]
