"""Names to families."""

from __future__ import annotations

from mogul.errors import ParameterError
from mogul.family.abstract import AbstractFamily
from mogul.family.axis_parallel import EEI, EII, EVI, VEI
from mogul.family.closed import EEE, VII, VVI, VVV
from mogul.family.common_axes import EVE, VVE
from mogul.family.factors import AbstractFactors, Factors, PrincipalFactors
from mogul.family.own_axes import EEV, EVV, VEV
from mogul.family.proportional import VEE

_BALLS = EII(), VII()
_AXIS_PARALLEL = EEI(), VEI(), EVI(), VVI()
_ONE_ORIENTATION = EEE(), VEE(), EVE(), VVE()
_ANY_ORIENTATION = EEV(), VEV(), EVV(), VVV()

FAMILIES: dict[str, AbstractFamily] = {
    family.name: family for family in _BALLS + _AXIS_PARALLEL + _ONE_ORIENTATION + _ANY_ORIENTATION
}

SYNONYMS = {"spherical": "VII", "diag": "VVI", "tied": "EEE", "full": "VVV"}

UNIVARIATE = {"E": "EII", "V": "VII"}
"""Names for one feature, where families differ by their volumes alone."""


FACTORS: dict[str, type[AbstractFactors]] = {"factor": Factors, "ppca": PrincipalFactors}
"""Families of so many factors as they are made with, by their names."""


def find_family(name: str) -> AbstractFamily:
    """Return the family of a name, in Celeux and Govaert's letters or in scikit-learn's words."""
    family = FAMILIES.get((SYNONYMS | UNIVARIATE).get(name, name))
    if family is None:
        known = ", ".join([*SYNONYMS, *FAMILIES, *UNIVARIATE])
        raise ParameterError(f"covariance family {name!r} is unknown; use one of: {known}.")
    return family
