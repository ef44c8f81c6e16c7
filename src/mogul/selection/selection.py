"""What a search found: every candidate, ranked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, final

from mogul._checks import points
from mogul.errors import MissingDependencyError, ParameterError
from mogul.mixture import Mixture

if TYPE_CHECKING:
    from mogul.plot import SelectionDisplay

CRITERIA = ("bic", "aic", "icl", "cv", "held_out")
"""Names of the criteria. Less is better in all of them."""


@final
@dataclass(frozen=True, eq=False)
class Candidate:
    """One family and one K: the best mixture that was found, and what it is worth.

    Attributes
    ----------
    family : str
        As in `covariance_type` of `GaussianMixture`.
    n_components : int
        K.
    n_parameters : int
        Free parameters: covariances, means, and weights but one.
    log_likelihood : float or None
        Of all rows, in nats.
    bic, aic, icl, cv, held_out : float or None
        The criteria; less is better. None if it was not asked for, or for the reason in `reason`.
    converged : bool
        Whether little was left to gain.
    on_floor : tuple of int
        The components that only the variance floor keeps from collapsing. Their likelihood has no bound, so such a
        fit has no criteria.
    n_starts, n_agreed : int
        How many starts were tried, and how many of them led to this mixture.
    reason : str
        Why something is missing; empty if nothing is.
    mixture : Mixture or None
    """

    family: str
    n_components: int
    n_parameters: int
    log_likelihood: float | None = None
    bic: float | None = None
    aic: float | None = None
    icl: float | None = None
    cv: float | None = None
    held_out: float | None = None
    converged: bool = False
    on_floor: tuple[int, ...] = ()
    n_starts: int = 0
    n_agreed: int = 0
    reason: str = ""
    mixture: Mixture | None = None

    def value(self, criterion: str) -> float | None:
        """Return the value of a criterion by its name."""
        result: float | None = getattr(self, checked_criterion(criterion))
        return result


def checked_criterion(name: str) -> str:
    """Return the name of a criterion, or say which there are."""
    if name not in CRITERIA:
        raise ParameterError(f"criterion {name!r} is unknown; use one of: {', '.join(CRITERIA)}.")
    return name


@final
@dataclass(frozen=True, eq=False)
class Selection:
    """The candidates of a search, ranked by a criterion: the best first, those without a value last. See `select`.

    Attributes
    ----------
    candidates : tuple of Candidate
    criterion : str
        By which they are ranked.
    n_rows : float
        N, or the sum of the row weights.
    """

    candidates: tuple[Candidate, ...]
    criterion: str
    n_rows: float

    def __post_init__(self) -> None:
        def rank(candidate: Candidate) -> tuple[bool, float, bool, int]:
            value = candidate.value(self.criterion)
            # Of equal ones (with K = 1 many families are one) that with fewer parameters, then in the order given.
            return value is None, value or 0.0, candidate.mixture is None, candidate.n_parameters

        object.__setattr__(self, "candidates", tuple(sorted(self.candidates, key=rank)))

    @property
    def best(self) -> Candidate:
        """The first candidate.

        Raises
        ------
        ParameterError
            If no candidate could be fitted.
        """
        first = self.candidates[0]
        if first.mixture is None:
            what = f"of {first.family}, {first.n_components}: {first.reason}"
            raise ParameterError(f"No candidate could be fitted; {what}. Use other components or families.")
        return first

    def __len__(self) -> int:
        return len(self.candidates)

    def __iter__(self) -> Iterator[Candidate]:
        return iter(self.candidates)

    def __getitem__(self, key: tuple[str, int]) -> Candidate:
        """Return the candidate of (family, K)."""
        for candidate in self.candidates:
            if (candidate.family, candidate.n_components) == key:
                return candidate
        raise KeyError(key)

    def ranked_by(self, criterion: str) -> Self:
        """Return the same candidates, ranked by another criterion.

        Examples
        --------
        >>> import mogul
        >>> from mogul.data import load_faithful
        >>> selection = mogul.select(load_faithful().rows, components=[1, 2], families=["full"])
        >>> selection.ranked_by("icl").best.n_components
        2
        """
        return replace(self, criterion=checked_criterion(criterion))

    def on(self, X: Any) -> Self:
        """Return the same candidates, ranked by their likelihood on other rows: `held_out`, -2 log-likelihood.

        Parameters
        ----------
        X : shape (N, D)
            Rows that were not searched on.

        Examples
        --------
        >>> import mogul
        >>> from mogul.data import load_faithful
        >>> rows = load_faithful().rows
        >>> selection = mogul.select(rows[:200], components=[1, 2], families=["full"])
        >>> selection.on(rows[200:]).best.n_components
        2
        """
        tried = []
        for candidate in self.candidates:
            value = None
            if candidate.mixture is not None and not candidate.on_floor:
                rows, _ = points(X, candidate.mixture.n_features)
                value = -2 * float(candidate.mixture.logpdf(rows).sum())
            tried.append(replace(candidate, held_out=value))
        return replace(self, candidates=tuple(tried), criterion="held_out")

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the table, one dict a row, best first: all of `Candidate` but the mixture, and rank and delta.

        `delta` is by how much the criterion is worse than the best one.
        """
        best = self.candidates[0].value(self.criterion)
        names = [field.name for field in fields(Candidate) if field.name != "mixture"]
        table = []
        for rank, candidate in enumerate(self.candidates, 1):
            value = candidate.value(self.criterion)
            row = {"rank": rank} | {name: getattr(candidate, name) for name in names}
            row["on_floor"] = list(candidate.on_floor)
            row["delta"] = None if value is None or best is None else value - best
            table.append(row)
        return table

    def to_frame(self, library: str = "pandas") -> Any:
        """Return the table as a data frame of pandas or polars.

        Parameters
        ----------
        library : {'pandas', 'polars'}

        Raises
        ------
        MissingDependencyError
            If the library is not installed.
        ParameterError
            If it is another one.
        """
        if library not in ("pandas", "polars"):
            raise ParameterError(f"library must be 'pandas' or 'polars', got {library!r}. Use to_dicts() for others.")
        try:
            frames = import_module(library)
        except ImportError as error:
            raise MissingDependencyError(
                f"{library} could not be imported. Run: python -m pip install {library}"
            ) from error
        return frames.DataFrame(self.to_dicts())

    def plot(self, *, criterion: str | None = None, ax: Any = None) -> SelectionDisplay:
        """Return the picture of the criterion against K, a line for each family, drawn.

        See `mogul.plot.SelectionDisplay`.
        """
        from mogul.plot import SelectionDisplay

        return SelectionDisplay(self, criterion=criterion).plot(ax)

    def __str__(self) -> str:
        return self.as_text(5)

    def as_text(self, n_shown: int) -> str:
        """Return the first rows of the table, to read."""
        shown = [each for each in self.candidates if each.value(self.criterion) is not None][:n_shown]
        name = self.criterion.upper().replace("_", " ")
        head = f"{'family':<8}{'K':>3}{'parameters':>12}{'log-likelihood':>16}{name:>12}{'difference':>12}  starts"
        lines = [head]
        for each in shown:
            value, best = each.value(self.criterion), shown[0].value(self.criterion)
            assert value is not None
            assert best is not None
            assert each.log_likelihood is not None
            fit = f"{each.family:<8}{each.n_components:>3}{each.n_parameters:>12}{each.log_likelihood:>16.2f}"
            lines.append(f"{fit}{value:>12.2f}{value - best:>12.2f}  {each.n_agreed} of {each.n_starts}")
        without = sum(each.value(self.criterion) is None for each in self.candidates)
        lines.append(f"{len(self.candidates)} candidates" + (f", {without} of them without a value" if without else ""))
        return "\n".join(lines)
