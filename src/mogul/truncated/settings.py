"""How far an E-step is cut short."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import Any, Self, final

from mogul.errors import ParameterError


@final
@dataclass(frozen=True)
class Truncation:
    """Return the settings of a truncated E-step.

    Parameters
    ----------
    n_kept : int, default 16
        C, how many components a row keeps. Its responsibilities for all others are taken to be zero.
    n_neighbours : int, default 32
        G, how many neighbours of a component are tried by the rows that keep it, in each pass.
    n_exact : int, default 2
        How many exact iterations end the fit. They cost O(N K D^2) each. With 0 the fit makes no exact pass at all,
        and its objective is the free energy, a lower bound of the log-likelihood, to the end.

    Raises
    ------
    ParameterError
        If a number is not an integer, or too small.

    Notes
    -----
    A pass over N rows costs O(N (G + C) D^2), whatever the number of components, and the memory of C integers a row.

    References
    ----------
    Forster and Lücke (2018), Can clustering scale sublinearly with its clusters?, AISTATS.
    Hirschberger, Forster and Lücke (2022), A variational EM acceleration for efficient clustering at very large
    scales, IEEE TPAMI 44, 9787-9801.

    Examples
    --------
    >>> import mogul
    >>> mogul.Truncation(n_kept=5)
    Truncation(n_kept=5, n_neighbours=32, n_exact=2)
    """

    n_kept: int = 16
    n_neighbours: int = 32
    n_exact: int = 2

    def __post_init__(self) -> None:
        for name, least in (("n_kept", 1), ("n_neighbours", 1), ("n_exact", 0)):
            value: Any = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Integral) or int(value) < least:
                raise ParameterError(f"{name} of a truncation is {value!r}. Use an integer of {least} or more.")

    @property
    def ends_exact(self) -> bool:
        """Whether the objective of the end is the log-likelihood itself."""
        return self.n_exact > 0

    @classmethod
    def of(cls, value: Any) -> Self:
        """Return the truncation that a number of components to keep, or a truncation, stands for."""
        return value if isinstance(value, cls) else cls(n_kept=value)
