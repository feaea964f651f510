"""A strip above every page that says what holds for the whole project."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from attnstudio.gui.look.theme import PAGE_MARGIN, SPACE, set_role


class Banner(QFrame):
    """A sentence and what can be done about it; hidden while there is nothing to say.

    Attributes:
        take_over: the button of one who would have the project.
        copy: the button of one who would have a project of their own.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "strip")
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.take_over = QPushButton(self.tr("Take over"))
        self.take_over.setToolTip(self.tr("Change the project from here from now on"))
        self.copy = QPushButton(self.tr("Save a copy…"))
        self.copy.setToolTip(self.tr("Copy the project to a place of your own and open that"))
        row = QHBoxLayout(self)
        row.setContentsMargins(PAGE_MARGIN, SPACE // 2, PAGE_MARGIN, SPACE // 2)
        row.setSpacing(SPACE)
        row.addWidget(self._words, stretch=1)
        row.addWidget(self.take_over)
        row.addWidget(self.copy)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def say(self, words: str, *, may_take_over: bool = False) -> None:
        """Say something; nothing hides the strip."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.take_over.setVisible(may_take_over)
        self.setVisible(bool(words))
