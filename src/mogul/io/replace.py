"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Give a binary file that takes the place of `path` when the block ends, and is gone if the block raises.

    The bytes are on the disk before the name changes hands, so whoever opens `path`, even after a power cut, finds the
    old file or the new one. A link is followed, a device or a pipe is written to, and the file keeps its permissions.
    """
    given = Path(path)
    if given.exists() and not given.is_file():
        with open(given, "wb") as file:
            yield file
        return
    target = given.resolve()
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with _created(temporary, given) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(temporary, target.stat().st_mode & 0o7777)
        os.replace(temporary, target)
    except BaseException:  # also KeyboardInterrupt
        temporary.unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _created(temporary: Path, wanted: Path) -> BinaryIO:
    try:
        return open(temporary, "xb")
    except OSError as error:  # with the name that the user knows
        raise OSError(error.errno, error.strerror, str(wanted)) from error


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system can."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
