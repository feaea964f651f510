"""Everything that can be done, found by typing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE

_MOVING = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class CommandPalette(QDialog):
    """A line to type in and the actions that fit; Enter does the chosen one.

    Args:
        actions: what is offered; those that cannot be done now, or hold others, are left out.
        parent: the window.
    """

    def __init__(self, actions: Iterable[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Commands"))
        self.resize(520, 380)
        self._actions = [
            action for action in actions if action.isEnabled() and action.menu() is None
        ]
        self._line = QLineEdit(placeholderText=self.tr("Type what you want to do"))
        self._line.setAccessibleName(self.tr("Find a command"))
        self._list = QListWidget()
        self._list.setAccessibleName(self.tr("Commands that fit"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(self._line)
        column.addWidget(self._list)
        self._line.textChanged.connect(self._filter)
        self._line.returnPressed.connect(self._act)
        self._list.itemActivated.connect(self._act)
        self._line.installEventFilter(self)
        self._filter("")

    def _filter(self, typed: str) -> None:
        words = typed.lower().split()
        self._list.clear()
        for action in self._actions:
            text = action.text().replace("&", "")
            if all(word in f"{text} {action.toolTip()}".lower() for word in words):
                keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
                item = QListWidgetItem(f"{text}    {keys}" if keys else text, self._list)
                item.setData(Qt.ItemDataRole.UserRole, action)
        if self._list.count() == 0:
            nothing = QListWidgetItem(self.tr("No command is called so."), self._list)
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            return
        self._list.setCurrentRow(0)

    def _act(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.accept()
            item.data(Qt.ItemDataRole.UserRole).trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line and isinstance(event, QKeyEvent) and event.key() in _MOVING:
            if event.type() == QEvent.Type.KeyPress:
                self._list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)
