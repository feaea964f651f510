"""What the window loads behind itself, so that it answers before.

PySide makes a class when it is first asked for. Classes that were made in another thread beside the
running event loop crashed one start in thirty. So whatever knows Qt is loaded on the window's own
thread, a piece a turn; a worker loads before that what does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from importlib import import_module

from PySide6 import QtCore, QtGui, QtWidgets

from attnstudio.gui.shell.page_table import Page

_CLASSES_A_TURN = 60

# What each brings that none before has brought takes a moment; only pyqtgraph takes a tenth of a
# second, and cannot be had in parts.
_BEFORE_PAGES = (
    "pyqtgraph",
    "attnstudio.gui.charts.curve_board",
    "attnstudio.gui.importing.import_panel",
    "attnstudio.gui.importing.import_flow",
)
_AFTER_PAGES = "attnstudio.gui.shell.dialogs"


def load_core() -> None:
    """Load what the pages need and what knows nothing of Qt; any thread may do it."""
    # imported here, because the window answers before numpy and pydantic are loaded
    import cProfile  # noqa: F401 - this and the next two for pyqtgraph
    import multiprocessing.connection  # noqa: F401
    import pydoc  # noqa: F401

    import psutil  # noqa: F401
    import wakepy  # noqa: F401

    import attnstudio.config_fields
    import attnstudio.interpretation.export
    import attnstudio.presets
    import attnstudio.project.cleaning
    import attnstudio.project.comparison
    import attnstudio.project.importing
    import attnstudio.project.link_export
    import attnstudio.project.run_card
    import attnstudio.project.trash
    import attnstudio.project.watch
    import attnstudio.training.time_left  # noqa: F401


def load_pages(pages: Iterable[Page]) -> Iterator[str]:
    """Load what knows Qt, a piece at each step; on the window's own thread only.

    Args:
        pages: whose modules are loaded.

    Yields:
        The module that was loaded, or had some of its classes made.
    """
    for module in (QtCore, QtGui, QtWidgets):  # pyqtgraph copies all that is in them
        names = iter(dir(module))
        while some := list(itertools.islice(names, _CLASSES_A_TURN)):
            for name in some:
                getattr(module, name)
            yield module.__name__
    for name in _BEFORE_PAGES:
        yield import_module(name).__name__
    for page in pages:
        for name in page.parts:
            yield import_module(name).__name__
        yield page.load().__module__
    yield import_module(_AFTER_PAGES).__name__
