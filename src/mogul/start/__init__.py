"""Starts: the first mixture of a fit."""

from mogul.start.agglomeration import CRITERIA, Criterion, agglomerated
from mogul.start.best import (
    Lead,
    Soundness,
    best_of_partitions,
    counted,
    distinct,
    mixture_of,
    mixtures_of,
    scouted,
    screened,
    screening_for,
)
from mogul.start.hierarchy import Hierarchy
from mogul.start.labels import statistics_of_labels, statistics_of_responsibilities
from mogul.start.many import MANY, quick_partition
from mogul.start.n_factors import chosen_n_factors
from mogul.start.proposals import PROPOSALS, tightest_kmeans, varied_kmeans, varied_partitions
from mogul.start.redivision import redivided, redivisions
from mogul.start.revival import Revival
from mogul.start.sample import StartSample

__all__ = [
    "CRITERIA",
    "MANY",
    "PROPOSALS",
    "Criterion",
    "Hierarchy",
    "Lead",
    "Revival",
    "Soundness",
    "StartSample",
    "agglomerated",
    "best_of_partitions",
    "chosen_n_factors",
    "counted",
    "distinct",
    "mixture_of",
    "mixtures_of",
    "quick_partition",
    "redivided",
    "redivisions",
    "scouted",
    "screened",
    "screening_for",
    "statistics_of_labels",
    "statistics_of_responsibilities",
    "tightest_kmeans",
    "varied_kmeans",
    "varied_partitions",
]
