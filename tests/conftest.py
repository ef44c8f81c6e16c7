"""Settings of all tests."""

import os

import pytest


@pytest.fixture(autouse=True, scope="session")
def _two_threads():
    """Several threads, so that their number is put to the test, but not one for every processor of a large machine."""
    before = os.environ.get("MOGUL_NUM_THREADS")
    if before is None:
        os.environ["MOGUL_NUM_THREADS"] = "2"
    yield
    if before is None:
        del os.environ["MOGUL_NUM_THREADS"]
