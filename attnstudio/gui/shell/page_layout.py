"""How a person arranged a page, its splitters and tabs, kept from one start to the next."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget

from attnstudio.gui.studio.settings import Settings


def keep_layout(page: QWidget, name: str, settings: Settings) -> None:
    """Arrange a new page as it was left, and keep what is moved from now on.

    Args:
        page: with all its parts.
        name: the page's, under which it is kept.
        settings: where.
    """
    for number, splitter in enumerate(page.findChildren(QSplitter)):
        key = f"layout/{name}/splitter-{number}"
        splitter.restoreState(settings.bytes_value(key))  # leaves it alone if it cannot be read
        splitter.splitterMoved.connect(partial(_keep_splitter, settings, key, splitter))
    for number, tabs in enumerate(page.findChildren(QTabWidget)):
        key = f"layout/{name}/tabs-{number}"
        left = settings.value(key, 0)
        if 0 < left < tabs.count():
            tabs.setCurrentIndex(left)
        tabs.currentChanged.connect(partial(settings.set_value, key))


def _keep_splitter(settings: Settings, key: str, splitter: QSplitter, *_: int) -> None:
    settings.set_bytes_value(key, splitter.saveState())
