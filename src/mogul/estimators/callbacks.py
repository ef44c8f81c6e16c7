"""The one place that knows scikit-learn's callbacks, which exist from 1.9 on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mogul.mixture import Mixture
from mogul.training import Observer

__all__ = ["FRAMES", "CallbackSupportMixin", "Callbacks", "Printer", "observers", "with_callbacks"]

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks

    FRAMES = 1
    """How many calls `with_callbacks` puts between a user and a method: warnings point beyond them."""
except ImportError:  # scikit-learn < 1.9: estimators without callbacks
    FRAMES = 0

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing to support."""

    def with_callbacks(fit: Any) -> Any:
        """Return the method as it is."""
        return fit


class Callbacks:
    """Passes the course of a fit to the callbacks that were set on the estimator."""

    def __init__(self, estimator: Any, X: Any, n_starts: int, attributes: Callable[[Mixture], dict[str, Any]]) -> None:
        self._given = {"estimator": estimator, "X": X}
        self._attributes = attributes
        self._fit = estimator._init_callback_context(task_name="fit", max_subtasks=n_starts)
        self._fit.call_on_fit_task_begin(**self._given)
        self._max_iter = estimator.max_iter
        self._start: Any = None

    def begin_start(self, number: int) -> None:
        self._start = self._fit.subcontext(task_name="start", max_subtasks=self._max_iter)
        self._start.call_on_fit_task_begin(**self._given)

    def watch(self, mixture: Mixture, trace: list[float]) -> bool:
        iteration = self._start.subcontext(task_name="iteration")
        iteration.call_on_fit_task_begin(**self._given)
        return bool(
            iteration.call_on_fit_task_end(**self._given, reconstruction_attributes=lambda: self._attributes(mixture))
        )

    def end_start(self, converged: bool) -> None:
        self._start.call_on_fit_task_end(**self._given)

    def end(self) -> None:
        self._fit.call_on_fit_task_end(**self._given)


class Printer:
    """Prints the course of a fit, in scikit-learn's words."""

    def __init__(self, verbose: int, interval: int, total_weight: float) -> None:
        self._verbose, self._interval, self._total_weight = verbose, interval, total_weight
        self._began = self._last = time.perf_counter()

    def begin_start(self, number: int) -> None:
        print(f"Initialization {number}")
        self._began = self._last = time.perf_counter()

    def watch(self, mixture: Mixture, trace: list[float]) -> bool:
        iteration = len(trace) - 1
        if iteration % self._interval == 0:
            now = time.perf_counter()
            gain = (trace[-1] - trace[-2]) / self._total_weight
            more = f"\t time lapse {now - self._last:.5f}s\t ll change {gain:.5f}" if self._verbose > 1 else ""
            print(f"  Iteration {iteration}{more}")
            self._last = now
        return False

    def end_start(self, converged: bool) -> None:
        took = f" time lapse {time.perf_counter() - self._began:.5f}s" if self._verbose > 1 else ""
        print(f"Initialization {'converged' if converged else 'did not converge'}.{took}")

    def end(self) -> None:
        """Nothing more to print."""


def observers(
    estimator: Any, X: Any, n_starts: int, total_weight: float, attributes: Callable[[Mixture], dict[str, Any]]
) -> list[Observer]:
    """Return those who want to hear of this fit: none, in most."""
    listening: list[Observer] = []
    if getattr(estimator, "_skl_callbacks", None):
        listening.append(Callbacks(estimator, X, n_starts, attributes))
    if estimator.verbose:
        listening.append(Printer(int(estimator.verbose), estimator.verbose_interval, total_weight))
    return listening
