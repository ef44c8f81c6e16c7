"""What can go wrong on the command line only."""

from __future__ import annotations

from mogul.errors import MogulError


class DataFileError(MogulError, ValueError):
    """A data file cannot be read, or does not hold what the command needs."""

    code = "DATA"


class NotConvergedError(MogulError):
    """A fit did not converge, and the user asked that this be an error."""

    code = "NOTCONV"
