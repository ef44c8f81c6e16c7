"""Families: the constraints on covariances, and their M-steps.

With Sigma_k = lambda_k D_k A_k D_k', where lambda_k is the volume, A_k the shape (diagonal, of determinant one) and
D_k the orientation (orthogonal), three letters say of each of these whether it is equal for all components (E), varies
(V) or is the identity (I): Celeux and Govaert (1995), Gaussian parsimonious clustering models, Pattern Recognition 28,
781-793.
"""

from mogul.family.abstract import AbstractFamily, Averaging, Conjugacy, Constraint, Symmetry
from mogul.family.axis_parallel import EEI, EII, EVI, VEI
from mogul.family.closed import EEE, VII, VVI, VVV
from mogul.family.common_axes import EVE, VVE
from mogul.family.conditioned import Conditioned
from mogul.family.factors import AbstractFactors, Factors, PrincipalFactors
from mogul.family.fixed import FixedCovariances, FixedMeans, FixedWeights
from mogul.family.floored import Bounded, Widened
from mogul.family.own_axes import EEV, EVV, VEV
from mogul.family.prior import Believing, ConjugatePrior
from mogul.family.proportional import VEE
from mogul.family.registry import FACTORS, FAMILIES, SYNONYMS, UNIVARIATE, find_family
from mogul.family.shared import SharedCovariances, SharedMeans
from mogul.family.weights import EqualWeights
from mogul.family.wrapper import AbstractWrapper

__all__ = [
    "EEE",
    "EEI",
    "EEV",
    "EII",
    "EVE",
    "EVI",
    "EVV",
    "FACTORS",
    "FAMILIES",
    "SYNONYMS",
    "UNIVARIATE",
    "VEE",
    "VEI",
    "VEV",
    "VII",
    "VVE",
    "VVI",
    "VVV",
    "AbstractFactors",
    "AbstractFamily",
    "AbstractWrapper",
    "Averaging",
    "Believing",
    "Bounded",
    "Conditioned",
    "Conjugacy",
    "ConjugatePrior",
    "Constraint",
    "EqualWeights",
    "Factors",
    "FixedCovariances",
    "FixedMeans",
    "FixedWeights",
    "PrincipalFactors",
    "SharedCovariances",
    "SharedMeans",
    "Symmetry",
    "Widened",
    "find_family",
]
