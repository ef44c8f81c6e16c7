"""Errors and warnings: a code each, and the built-in kinds that users of scikit-learn catch."""

import inspect

import pytest

from mogul import errors

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == "mogul.errors"]

CODES = {
    "EMPTY": errors.EmptyDataError,
    "TOO_FEW": errors.TooFewRowsError,
    "NDIM": errors.ShapeError,
    "DTYPE": errors.DataTypeError,
    "SPARSE": errors.SparseDataError,
    "NONFINITE": errors.NonFiniteError,
    "RANGE": errors.RangeError,
    "WEIGHTS": errors.RowWeightsError,
    "PARAM": errors.ParameterError,
}
WARNING_CODES = {
    "DISTINCT": errors.DistinctRowsWarning,
    "DEGENERATE": errors.DegenerateWarning,
    "CONSTANT": errors.ConstantColumnWarning,
    "RANK": errors.RankWarning,
    "PRECISION": errors.PrecisionWarning,
}


@pytest.mark.parametrize("code", CODES)
def test_errors_have_codes_and_are_value_errors(code):
    assert CODES[code].code == code
    assert issubclass(CODES[code], errors.MogulError)
    assert issubclass(CODES[code], ValueError | TypeError)


@pytest.mark.parametrize("code", WARNING_CODES)
def test_warnings_have_codes_and_are_user_warnings(code):
    assert WARNING_CODES[code].code == code
    assert issubclass(WARNING_CODES[code], errors.MogulWarning)
    assert issubclass(WARNING_CODES[code], UserWarning)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_says_what_it_means_in_one_line(kind):
    assert kind.__doc__.count("\n") == 0
    assert kind.__doc__.endswith(".")
    assert issubclass(kind, errors.MogulError | errors.MogulWarning)
    assert kind.code == kind.code.upper()


def test_wrong_types_are_type_errors_too():
    assert issubclass(errors.DataTypeError, TypeError)
    assert issubclass(errors.SparseDataError, TypeError)
    assert issubclass(errors.MissingDependencyError, ImportError)
