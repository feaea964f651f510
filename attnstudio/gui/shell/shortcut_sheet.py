"""Every key of the program on one sheet, by the place where it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.shell.keys import keys_everywhere
from attnstudio.gui.shell.page_table import Page
from attnstudio.gui.studio.studio import PageName
from attnstudio.gui.widgets.widget_key import WidgetKey

_EVERYWHERE = ""
_SET_UP = "train.start"  # in the menu of the training, but it belongs to the page before


class _Line(NamedTuple):
    place: str  # the name of a page
    what: str
    keys: str


class ShortcutSheet(QDialog):
    """Keys of actions and of widgets, to be searched by words or by keys.

    Args:
        actions: those with a key are listed.
        pages: where keys count, in the order of the work.
        parent: the window.
    """

    def __init__(
        self, actions: Iterable[QAction], pages: Sequence[Page], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.resize(620, 560)
        self._headings = {_EVERYWHERE: self.tr("Everywhere")} | {
            page.name: page.keys_heading or page.title for page in pages
        }
        places: dict[str, str] = {page.menu.name: page.name for page in pages if page.menu}
        self._lines = [
            *(_line_of(action, places) for action in actions if not action.shortcut().isEmpty()),
            *(_line_of_key(key, _EVERYWHERE) for key in keys_everywhere()),
            *(_line_of_key(key, page.name) for page in pages for key in page.widget_keys()),
        ]
        self.search = QLineEdit(
            placeholderText=self.tr("Find a key, or what it does"), clearButtonEnabled=True
        )
        self.search.setAccessibleName(self.tr("Find a key, or what it does"))
        self.tree = QTreeWidget(self)
        self.tree.setAccessibleName(self.tr("Keyboard shortcuts"))
        self.tree.setHeaderLabels([self.tr("What"), self.tr("Keys")])
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(2 * SPACE)
        self.tree.setItemsExpandable(False)
        commands = _words_of(QKeySequence("Ctrl+Shift+P"))
        words = self.tr("No key does that. {keys} shows all that can be done.")
        self._nothing = QLabel(words.format(keys=commands))
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_role(self._nothing, "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.search)
        column.addWidget(self.tree, stretch=1)
        column.addWidget(self._nothing, stretch=1)
        self.search.textChanged.connect(self._show)
        self._show("")
        self.search.setFocus()

    def _show(self, typed: str) -> None:
        """Those lines that hold each of the words, in what they do, their keys or their place."""
        words = typed.casefold().split()
        self.tree.clear()
        for place, name in self._headings.items():
            lines = [
                line
                for line in self._lines
                if line.place == place
                and all(word in f"{line.what} {line.keys} {name}".casefold() for word in words)
            ]
            if lines:
                self._add(name, lines)
        self.tree.expandAll()
        found = self.tree.topLevelItemCount() > 0
        self.tree.setVisible(found)
        self._nothing.setVisible(not found)

    def _add(self, name: str, lines: Iterable[_Line]) -> None:
        heading = QTreeWidgetItem(self.tree, [name])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
        heading.setFirstColumnSpanned(True)
        font = self.tree.font()
        font.setBold(True)
        heading.setFont(0, font)
        for line in lines:
            QTreeWidgetItem(heading, [line.what, line.keys])


def _native(keys: str) -> str:
    """As the system's people call its keys: Ctrl is ⌘ on a Mac."""
    for name in ("Ctrl+", "Alt+"):
        keys = keys.replace(name, _words_of(QKeySequence(f"{name}A"))[:-1])
    return keys


def _words_of(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)


def _line_of_key(key: WidgetKey, place: str) -> _Line:
    return _Line(place, key.what, _native(key.keys))


def _line_of(action: QAction, places: Mapping[str, str]) -> _Line:
    place = places.get(action.data(), _EVERYWHERE)
    if action.objectName() == _SET_UP:
        place = PageName.SETUP
    return _Line(place, action.text().replace("&", "").rstrip("…"), _words_of(action.shortcut()))
