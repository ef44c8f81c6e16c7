"""How many threads a kernel may use."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


def thread_count() -> int:
    """Return the number of threads of a call.

    MOGUL_NUM_THREADS if set, else OMP_NUM_THREADS (which process pools and cluster workers set), else the processors
    this process may run on. Results do not depend on it.
    """
    for name in ("MOGUL_NUM_THREADS", "OMP_NUM_THREADS"):
        given = os.environ.get(name)
        value = given.split(",")[0].strip() if given else ""
        if value.isdigit() and int(value) > 0:
            return int(value)
    return _available()


@cache
def _available() -> int:
    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, _container_quota()))


def _container_quota() -> int:
    """Return the number of processors that a container's limit amounts to (cgroup v2), or a large number."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 1 << 16
