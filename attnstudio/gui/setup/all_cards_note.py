"""How to start a run on all graphics cards, where there are several."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, set_role
from attnstudio.gui.look.wording import count


class AllCardsNote(QWidget):
    """Two sentences and a button; hidden where there are fewer than two cards.

    Signals:
        copy_asked: the command that starts it on all of them is wanted.
    """

    copy_asked = Signal()

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setFixedWidth(width)
        set_role(self.words, "muted")
        self.copy = QPushButton()
        self.copy.clicked.connect(self.copy_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addWidget(self.words)
        column.addWidget(self.copy)
        self.hide()

    def show_cards(self, cards: int, *, can_copy: bool) -> None:
        """Say how to use all of them.

        Args:
            cards: how many there are; 0 says nothing.
            can_copy: whether the settings can be made a command.
        """
        words = self.tr(
            "Start training uses one of the {n} graphics cards here. To use all of them, "
            "run this in a terminal:"
        )
        self.words.setText(words.format(n=count(cards)))
        self.copy.setText(self.tr("Copy the command for {n} cards").format(n=count(cards)))
        self.copy.setEnabled(can_copy)
        self.setVisible(cards > 0)
