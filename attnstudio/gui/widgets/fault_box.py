"""What is shown when the program itself is at fault."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio import __version__
from attnstudio.gui.notify import Notification
from attnstudio.gui.theme import SPACE, set_role


def versions() -> str:
    """What the program runs on, for a report."""
    return (
        f"Attention Studio {__version__}\nPython {platform.python_version()}\nQt {qVersion()}\n"
        f"{platform.platform()}"
    )


class FaultBox(QDialog):
    """A sentence, the traceback, and a button that copies it."""

    def __init__(self, notification: Notification, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("A fault of the program"))
        self.resize(640, 380)
        self._text = f"{notification.text}\n\n{versions()}\n\n{notification.details}"
        sentence = QLabel(notification.text)
        sentence.setWordWrap(True)
        set_role(sentence, "heading")
        hint = QLabel(
            self.tr("Your project on disk is safe. The details below help to mend the fault.")
        )
        hint.setWordWrap(True)
        details = QPlainTextEdit(self._text, readOnly=True)
        details.setAccessibleName(self.tr("Details"))
        details.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        for widget in (sentence, hint, details, buttons):
            column.addWidget(widget)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
