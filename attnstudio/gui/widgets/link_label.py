"""Words with a link that keeps the colour of the scheme."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QWidget


class LinkLabel(QLabel):
    """Rich text whose links can be reached by mouse and keyboard.

    Qt gives a link its colour when the text is set, so the text is set again after a switch. The
    keyboard passes over words that have no link.
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )

        self._follow_links(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._follow_links(text)

    def _follow_links(self, text: str) -> None:
        has_links = "<a " in text
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if has_links else Qt.FocusPolicy.NoFocus)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            text = self.text()
            self.clear()
            self.setText(text)
