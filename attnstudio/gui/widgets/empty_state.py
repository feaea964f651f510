"""What a page shows while it has nothing to show: one sentence and one thing to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE, set_role

_WORDS_WIDTH = 460


class EmptyState(QWidget):
    """A heading, a sentence and a button in the middle of a page.

    Signals:
        acted: the button was pressed.
    """

    acted = Signal()

    def __init__(
        self, heading: str, sentence: str, button: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._heading = QLabel(heading)
        set_role(self._heading, "page-title")
        self._sentence = QLabel(sentence)
        self._sentence.setWordWrap(True)
        self._sentence.setFixedWidth(_WORDS_WIDTH)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        set_role(self._sentence, "muted")
        self._button = QPushButton(button)
        set_role(self._button, "primary")
        self._button.clicked.connect(self.acted)
        column = QVBoxLayout(self)
        column.setSpacing(2 * SPACE)
        column.addStretch(2)
        for widget in (self._heading, self._sentence, self._button):
            column.addWidget(widget, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, heading: str, sentence: str, button: str) -> None:
        """Say something else."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        # the layout goes by the lines of the words before: two lines were cut down to one
        self._sentence.setMinimumHeight(0)
        height = self._sentence.heightForWidth(_WORDS_WIDTH)
        self._sentence.setMinimumHeight(max(0, height))  # of no words, Qt knows no height
        self._button.setText(button)
        self._button.setVisible(bool(button))
