"""What may be wrong with the sides of an import, and the two answers to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SPACE, set_role


class ImportDoubt(QFrame):
    """A sentence about the sides; nothing is imported before it is answered.

    Signals:
        swap_asked: the sides are to be exchanged.
        kept: they are right as they are.
    """

    swap_asked = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._words = QLabel()
        self._words.setWordWrap(True)
        set_role(self._words, "warning")
        self._swap = QPushButton(self.tr("&Swap the sides"))
        self._swap.clicked.connect(self.swap_asked)
        self._keep = QPushButton()
        self._keep.clicked.connect(self.kept)
        buttons = QHBoxLayout()
        for button in (self._swap, self._keep):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        column.addWidget(self._words)
        column.addLayout(buttons)
        self.hide()

    @property
    def words(self) -> str:
        """What is asked; empty where nothing is."""
        return "" if self.isHidden() else self._words.text()

    def ask_about_sides(self, names: tuple[str, str], languages: tuple[str, str]) -> None:
        """Two sides look like each other's language."""
        words = self.tr(
            "The sides look swapped: {first} is taken as {source} and {second} as {target}, "
            "but they look like the opposite."
        )
        self._words.setText(
            words.format(first=names[0], second=names[1], source=languages[0], target=languages[1])
        )
        self._swap.show()
        self._keep.setText(self.tr("They are &right"))
        self.show()

    def ask_about_columns(self, name: str) -> None:
        """The columns of a table are a guess."""
        words = self.tr(
            "It is not clear which columns of {name} are the two sides. Look at the pairs below."
        )
        self._words.setText(words.format(name=name))
        self._swap.hide()
        self._keep.setText(self.tr("These columns are &right"))
        self.show()
