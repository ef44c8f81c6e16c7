"""How many threads a call may use."""

import os

import pytest

from mogul._kernels import thread_count


@pytest.mark.parametrize(
    ("mogul", "omp", "wanted"),
    [("3", None, 3), ("3", "5", 3), (None, "5", 5), (None, "4,2", 4), ("", "2", 2), ("many", "2", 2), ("0", "2", 2)],
)
def test_the_environment_decides(monkeypatch, mogul, omp, wanted):
    for name, value in (("MOGUL_NUM_THREADS", mogul), ("OMP_NUM_THREADS", omp)):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert thread_count() == wanted


def test_else_the_processors_that_may_be_used(monkeypatch):
    for name in ("MOGUL_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    assert 1 <= thread_count() <= os.cpu_count()
