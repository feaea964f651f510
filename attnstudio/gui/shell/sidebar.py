"""The list of pages at the left, in the order of the work."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QSizePolicy, QWidget

from attnstudio.gui.look.theme import colours_of
from attnstudio.gui.shell.icons import page_icon
from attnstudio.gui.shell.page_table import Page

_WIDTH = 168
_ROW_HEIGHT = 40


class Sidebar(QListWidget):
    """Pages to choose from.

    Args:
        pages: in order.
        parent: owns it.

    Signals:
        chosen: the name of the page that was clicked or moved to.
        clicked_at: the name of the page that was clicked, which is to take the keyboard: what is
            typed next is meant for it, and here it would search the list.
    """

    chosen = Signal(str)
    clicked_at = Signal(str)

    def __init__(self, pages: Sequence[Page], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Pages"))
        self.setObjectName("sidebar")
        self.setFixedWidth(_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setIconSize(QSize(20, 20))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self._pages = tuple(pages)
        for page in pages:
            item = QListWidgetItem(page.title, self)
            item.setSizeHint(QSize(_WIDTH - 8, _ROW_HEIGHT))
        self._draw_icons()
        self.currentRowChanged.connect(self._tell)
        self.itemClicked.connect(
            lambda item: self.clicked_at.emit(self._pages[self.row(item)].name)
        )

    def show_page(self, name: str) -> None:
        """Mark a page as the one that is shown."""
        self.setCurrentRow([page.name for page in self._pages].index(name))

    def _tell(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self._pages[row].name)

    def _draw_icons(self) -> None:
        colours = colours_of(self.palette())
        for row, page in enumerate(self._pages):
            self.item(row).setIcon(page_icon(page.icon, colours))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw_icons()
        super().changeEvent(event)
