"""The list of pages at the left, in the order of the work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.shell.icons import page_icon

_WIDTH = 168
_ROW_HEIGHT = 40


class Sidebar(QListWidget):
    """Pages to choose from.

    Args:
        pages: names of icons and what people read, in order.
        parent: owns it.

    Signals:
        chosen: the name of the page that was clicked or moved to.
    """

    chosen = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        self.setObjectName("sidebar")
        self.setFixedWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setIconSize(QSize(20, 20))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        for name, text in pages:
            item = QListWidgetItem(text, self)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setSizeHint(QSize(_WIDTH - 8, _ROW_HEIGHT))
        self._draw_icons()
        self.currentItemChanged.connect(self._tell)

    def show_page(self, name: str) -> None:
        """Mark a page as the one that is shown."""
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == name:
                self.setCurrentRow(row)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _draw_icons(self) -> None:
        colours = colours_of(self.palette())
        for row in range(self.count()):
            item = self.item(row)
            item.setIcon(page_icon(item.data(Qt.ItemDataRole.UserRole), colours))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)
