"""Fits with very many components: each row knows the few components that matter to it, and no others."""

from mogul.truncated.expectation import TruncatedExpectation
from mogul.truncated.fit import fit_truncated
from mogul.truncated.settings import Truncation

__all__ = ["TruncatedExpectation", "Truncation", "fit_truncated"]
