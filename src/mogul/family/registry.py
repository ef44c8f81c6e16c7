"""Names to families."""

from __future__ import annotations

from mogul.errors import ParameterError
from mogul.family.abstract import AbstractFamily
from mogul.family.closed import EEE, VII, VVI, VVV

FAMILIES: dict[str, AbstractFamily] = {family.name: family for family in (VII(), VVI(), EEE(), VVV())}

SYNONYMS = {"spherical": "VII", "diag": "VVI", "tied": "EEE", "full": "VVV"}


def find_family(name: str) -> AbstractFamily:
    """Return the family of a name, in Celeux and Govaert's letters or in scikit-learn's words."""
    family = FAMILIES.get(SYNONYMS.get(name, name))
    if family is None:
        known = ", ".join([*SYNONYMS, *FAMILIES])
        raise ParameterError(f"covariance family {name!r} is unknown; use one of: {known}.")
    return family
