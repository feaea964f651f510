"""What the person was told since the program was started."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from attnstudio.gui.notify import Notification
from attnstudio.gui.theme import SPACE


class MessageLog(QDialog):
    """Every notification, the newest first, to read again and to copy."""

    def __init__(
        self, notifications: Iterable[Notification], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Messages"))
        self.resize(560, 380)
        self._text = "\n\n".join(map(_words, notifications)) or self.tr("Nothing was said yet.")
        text = QPlainTextEdit(self._text, readOnly=True)
        text.setAccessibleName(self.tr("Messages"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.addWidget(text)
        column.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def _words(notification: Notification) -> str:
    parts = (notification.text, notification.hint, notification.details)
    return "\n".join(part for part in parts if part)
