"""What a fit tells while it goes on."""

from __future__ import annotations

from typing import Protocol

from mogul.mixture import Mixture


class Observer(Protocol):
    """Who listens to a fit."""

    def begin_start(self, number: int) -> None:
        """A start begins."""

    def watch(self, mixture: Mixture, trace: list[float]) -> bool:
        """An iteration ended; true stops the run."""
        ...

    def end_start(self, converged: bool) -> None:
        """A start ended."""

    def end(self) -> None:
        """The fit ended."""
