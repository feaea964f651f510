import gc
import threading

import pytest
from PySide6.QtCore import QObject

from attnstudio.gui.shell.garbage import GarbageSearch

MANY = 200_000  # more objects than Python makes without a search


class Told(QObject):
    """Knows itself, and says in which thread it goes."""

    def __init__(self, threads):
        super().__init__()
        self._itself = self
        self._threads = threads

    def __del__(self):
        self._threads.append(threading.current_thread())


@pytest.fixture(autouse=True)
def _python_searches():
    """As at the start of a program."""
    gc.enable()
    yield
    gc.disable()


@pytest.fixture
def search():
    search = GarbageSearch()
    yield
    search.close()


def work_in_a_thread():
    thread = threading.Thread(target=lambda: [[] for _ in range(MANY)])
    thread.start()
    thread.join()


@pytest.mark.usefixtures("search")
def test_a_worker_destroys_nothing_of_qt(qtbot):
    gone_in = []
    Told(gone_in)

    work_in_a_thread()

    assert gone_in == []
    kept = [[] for _ in range(MANY)]  # what went with the worker no longer counts
    qtbot.waitUntil(lambda: bool(gone_in))
    assert len(kept) == MANY
    assert gone_in == [threading.main_thread()]


def test_python_searches_again_when_the_window_is_gone():
    GarbageSearch().close()

    assert gc.isenabled()
