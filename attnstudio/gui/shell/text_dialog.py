"""A text to read and to copy."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.look.theme import SPACE, set_role
from attnstudio.gui.widgets.dialog_buttons import set_only_default


class TextDialog(QDialog):
    """Heading, sentence and a text with a button that copies it.

    Args:
        title: of the window, and of the text for those who cannot see it.
        text: what is shown and copied.
        heading: above all; may be empty.
        sentence: under it; may be empty.
        parent: the window.
    """

    def __init__(
        self,
        title: str,
        text: str,
        *,
        heading: str = "",
        sentence: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self.setWindowTitle(title)
        self.resize(620, 400)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        for words, role in ((heading, "heading"), (sentence, "")):
            if words:
                label = QLabel(words)
                label.setWordWrap(True)
                set_role(label, role)
                column.addWidget(label)
        shown = QPlainTextEdit(text, readOnly=True)
        shown.setAccessibleName(title)
        shown.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        column.addWidget(shown)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("Copy details"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        set_only_default(self, buttons.button(QDialogButtonBox.StandardButton.Close))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
