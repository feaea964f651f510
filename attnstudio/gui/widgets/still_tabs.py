"""Tabs inside something that scrolls."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QTabBar


class StillTabs(QTabBar):
    """The wheel does not turn to the next tab: it scrolls what they stand in."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
