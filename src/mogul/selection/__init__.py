"""How many components, and of which family: every candidate from shared starts, and what each is worth."""

from mogul.selection.assessment import Folds, selected
from mogul.selection.criteria import Criteria, criteria
from mogul.selection.search import Progress, Search
from mogul.selection.selection import CRITERIA, Candidate, Selection, checked_criterion

__all__ = [
    "CRITERIA",
    "Candidate",
    "Criteria",
    "Folds",
    "Progress",
    "Search",
    "Selection",
    "checked_criterion",
    "criteria",
    "selected",
]
