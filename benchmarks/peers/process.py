"""One adapter as a process that is asked in turn with others, and its memory.

While it is not its turn, it stands still (SIGSTOP): threads that spin or collect garbage take nothing from the others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Timer

PATIENCE = 600.0
"""Seconds after which an answer is no longer waited for."""


class NoAnswerError(Exception):
    """The program refuses, or has died; the text says why."""


@dataclass(frozen=True)
class Answer:
    seconds: float
    log_likelihood: float | None
    """In nats a row, as the program tells it."""


class Process:
    """A running adapter; to be used in a with statement."""

    def __init__(self, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._complaints = folder / "stderr"
        with self._complaints.open("w") as stderr:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environment,
                text=True,
                start_new_session=True,
            )
        try:
            self.program: str = self._read()["program"]
        except NoAnswerError:
            self._end()
            raise
        self._rest()

    def fit(self, n_iterations: int) -> Answer:
        """Return how long so many iterations took; the parameters are in the folder given to the command."""
        self._signal(signal.SIGCONT)
        assert self._child.stdin
        with suppress(BrokenPipeError):
            self._child.stdin.write(f"{n_iterations}\n")
            self._child.stdin.flush()
        fields = self._read()
        self._rest()
        return Answer(float(fields["seconds"]), fields["log_likelihood"])

    def begin_to_watch_memory(self) -> None:
        """Forget the peaks so far."""
        for pid in self._family():
            with suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
        self._before = self._kib("VmRSS")

    @property
    def added_mib(self) -> float | None:
        """The most memory since the watch began, less what there was then; None where /proc does not tell."""
        return (self._kib("VmHWM") - self._before) / 1024 if self._before else None

    def _kib(self, field: str) -> int:
        sizes = []
        for pid in self._family():
            with suppress(OSError):
                lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
                sizes += [int(line.split()[1]) for line in lines if line.startswith(field + ":")]
        return sum(sizes)

    def _family(self) -> list[int]:
        """Return the process and all that it has started, by their session."""
        members = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getsid(int(entry.name)) == self._child.pid:
                    members.append(int(entry.name))
        return members

    def _read(self) -> dict:
        assert self._child.stdout
        alarm = Timer(PATIENCE, self._signal, [signal.SIGKILL])
        alarm.start()
        try:
            line = self._child.stdout.readline()
        finally:
            alarm.cancel()
        if not line:
            last = [line for line in self._complaints.read_text(errors="replace").splitlines() if line.strip()]
            raise NoAnswerError(last[-1].strip() if last else f"no answer, exit status {self._child.wait()}")
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise NoAnswerError(f"its answer is no JSON: {line.strip()}") from error
        if "refused" in fields:
            raise NoAnswerError(fields["refused"])
        return fields

    def _rest(self) -> None:
        self._signal(signal.SIGSTOP)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, number)

    def _end(self) -> None:
        self._signal(signal.SIGCONT)
        with suppress(OSError):
            self._child.stdin.close()
        try:
            self._child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._child.wait()
        self._child.stdout.close()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *error: object) -> None:
        self._end()
