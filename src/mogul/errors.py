"""Every exception and warning of mogul, one line of meaning each.

Each carries a `code`, the stable name of its cause, for programs; its text, for people, states the fact with its
values and what to do. Errors are also the built-in ones that users of scikit-learn expect.
"""

from __future__ import annotations


class MogulError(Exception):
    """Anything that mogul refuses to do."""

    code = "ERROR"


class EmptyDataError(MogulError, ValueError):
    """There are no rows or no columns."""

    code = "EMPTY"


class TooFewRowsError(MogulError, ValueError):
    """There are fewer rows than the model needs."""

    code = "TOO_FEW"


class ShapeError(MogulError, ValueError):
    """An array has the wrong number of axes or disagrees with another."""

    code = "NDIM"


class DataTypeError(MogulError, TypeError, ValueError):
    """The entries are not real numbers."""

    code = "DTYPE"


class SparseDataError(MogulError, TypeError):
    """The data are a sparse matrix."""

    code = "SPARSE"


class NonFiniteError(MogulError, ValueError):
    """An entry is NaN or infinite."""

    code = "NONFINITE"


class RangeError(MogulError, ValueError):
    """The magnitude or the spread of the data leaves the range of floating point when squared."""

    code = "RANGE"


class RowWeightsError(MogulError, ValueError):
    """Row weights are of the wrong length, negative, not finite or all zero."""

    code = "WEIGHTS"


class ParameterError(MogulError, ValueError):
    """A parameter of a model or of a fit has a value that makes no sense."""

    code = "PARAM"


class NotPositiveDefiniteError(ParameterError):
    """A covariance is not positive definite."""


class DegenerateComponentError(MogulError, ValueError):
    """A component collapsed or lost all its rows, and nothing holds it."""

    code = "DEGENERATE"


class FileFormatError(MogulError, ValueError):
    """A model file is damaged, truncated, newer than this library, or not a model file."""

    code = "FILE"


class MissingDependencyError(MogulError, ImportError):
    """An optional package is not installed."""

    code = "DEPENDENCY"


class MogulWarning(UserWarning):
    """Anything worth knowing about a model that was nevertheless returned."""

    code = "WARNING"


class DistinctRowsWarning(MogulWarning):
    """There are fewer distinct rows than components."""

    code = "DISTINCT"


class DegenerateWarning(MogulWarning):
    """A component sits at the variance floor, or had lost its rows and was placed anew."""

    code = "DEGENERATE"


class ConstantColumnWarning(MogulWarning):
    """A column has one value only."""

    code = "CONSTANT"


class RankWarning(MogulWarning):
    """The columns are linearly dependent: the data do not determine a covariance."""

    code = "RANK"


class PrecisionWarning(MogulWarning):
    """A column varies by no more than a few units in the last place of its values."""

    code = "PRECISION"


class ApproximationWarning(MogulWarning):
    """A distribution was not approximated as closely as was asked for."""

    code = "TOLERANCE"
