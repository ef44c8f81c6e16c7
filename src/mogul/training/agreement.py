"""How many of the starts that were tried agree with the best: how sure one may be that there is none better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, final

ALIKE = 1e-4
"""Fits whose log-likelihoods differ by less than this a row are taken to have found the same optimum."""


@final
@dataclass(frozen=True)
class Reached:
    """Return where a start led to."""

    log_likelihood: float
    """In nats a row."""
    is_sound: bool
    """Whether no component collapsed."""
    n_tried: int
    n_agreeing: int

    def is_like(self, other: Self) -> bool:
        return self.is_sound == other.is_sound and abs(self.log_likelihood - other.log_likelihood) <= ALIKE


@final
@dataclass(frozen=True)
class Agreement:
    """Return how many of the candidates of all starts went where the best of them went.

    Candidates are followed by short runs, as long as they seem worth it; so `n_agreeing` is a lower bound. One of many
    that led to the best says: there may be a better optimum still. Most of them: there is hardly one.

    Attributes
    ----------
    n_tried : int
        How many candidates there were.
    n_agreeing : int
        How many of them were on their way to the optimum that was found, the one that found it included.
    log_likelihoods : tuple of float
        Where each of the starts (`n_init`) ended, in nats a row, the best first; those of starts with a component on
        the floor come last.
    n_optima : int
        How many different optima these are.
    """

    n_tried: int
    n_agreeing: int
    log_likelihoods: tuple[float, ...]
    n_optima: int

    @classmethod
    def of(cls, reached: Sequence[Reached]) -> Self:
        """Return the agreement of at least one start."""
        ranked = sorted(reached, key=lambda each: (each.is_sound, each.log_likelihood), reverse=True)
        optima: list[Reached] = []
        for each in ranked:
            if not any(each.is_like(other) for other in optima):
                optima.append(each)
        return cls(
            n_tried=sum(each.n_tried for each in ranked),
            n_agreeing=sum(each.n_agreeing for each in ranked if each.is_like(ranked[0])),
            log_likelihoods=tuple(each.log_likelihood for each in ranked),
            n_optima=len(optima),
        )
