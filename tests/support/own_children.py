"""The processes that a test has started, without those that were there before it."""

from contextlib import contextmanager

import psutil


@contextmanager
def children_started():
    """Asks which have come since; one of multiprocessing outlives the tests that used it."""
    before = set(psutil.Process().children())
    yield lambda: set(psutil.Process().children()) - before
