"""A word of the source hidden, replaced or taken out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from attnstudio.gui.inspector.what_if_changes import undo_words
from attnstudio.gui.inspector.what_if_texts import TwoTexts
from attnstudio.gui.inspector.what_if_work import OtherSource
from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.interpretation.lettering import isolate


class OtherSourceWord(QWidget):
    """What can be done with the chosen word of the source, and what came of another source.

    Args:
        parent: where it stands.

    Attributes:
        is_other_shown: whether another source stands there with its translation.

    Signals:
        hiding_asked: nobody is to look at the word.
        replacing_asked: with the word that is to stand there.
        removing_asked: the sentence is to be translated without it.
        undo_asked: the last of these is to be taken back.
    """

    hiding_asked = Signal()
    replacing_asked = Signal(str)
    removing_asked = Signal()
    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = QLabel()
        self.word.setWordWrap(True)
        self.hide_word = QPushButton(self.tr("Hide it"))
        self.hide_word.setToolTip(
            self.tr(
                "The model may not look at it any more. A recurrent model has read it all the "
                "same, and may remember it in the words beside it."
            )
        )
        self.remove = QPushButton(self.tr("Take it out"))
        self.undo = QPushButton(self.tr("Undo"))
        self.undo.setToolTip(self.tr("Takes back what was done last (Ctrl+Z)"))
        self.is_other_shown = False
        self.other = QLineEdit()
        self.other.setPlaceholderText(self.tr("another word"))
        self.other.setAccessibleName(self.tr("The word that is to stand there"))
        self.replace = QPushButton(self.tr("Replace it"))
        self.sources = TwoTexts(self.tr("The sentence"), self.tr("The other sentence"))
        self.targets = TwoTexts(
            self.tr("The model's own translation of it"),
            self.tr("The model's own translation of the other"),
        )
        self._of_word = {
            each: each.toolTip() for each in (self.hide_word, self.remove, self.other, self.replace)
        }
        self._lay_out()
        self.hide_word.clicked.connect(self.hiding_asked)
        self.remove.clicked.connect(self.removing_asked)
        self.replace.clicked.connect(self._ask_replacing)
        self.other.returnPressed.connect(self._ask_replacing)
        self.undo.clicked.connect(self.undo_asked)
        self.show_word("")
        self.show_other(None)

    def show_word(self, word: str) -> None:
        """Say which word is chosen; empty where none is."""
        self.word.setText(
            self.tr("The word “{word}”").format(word=isolate(word))
            if word
            else self.tr("Click a word of the source, above, or a cell of the heat map.")
        )
        set_role(self.word, "heading" if word else "muted")
        for each, tip in self._of_word.items():
            each.setEnabled(bool(word))
            each.setToolTip(tip if word else self.tr("Choose a word of the source first."))

    def show_undo(self, last_step: str) -> None:
        """Say what can be taken back; nothing where it is empty."""
        self.undo.setEnabled(bool(last_step))
        self.undo.setText(undo_words(last_step))

    def show_other(self, found: OtherSource | None) -> None:
        """Show what became of another source, or nothing."""
        self.is_other_shown = found is not None
        for texts in (self.sources, self.targets):
            texts.setVisible(found is not None)
        if found is not None:
            self.sources.show_texts(found.before, found.after)
            self.targets.show_texts(found.text_before, found.text_after)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.hide_word)
        buttons.addWidget(self.remove)
        buttons.addStretch()
        buttons.addWidget(self.undo)
        replacing = QGridLayout()
        replacing.addWidget(self.other, 0, 0)
        replacing.addWidget(self.replace, 0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SMALL_SPACE, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.word)
        column.addLayout(buttons)
        column.addLayout(replacing)
        column.addWidget(self.sources)
        column.addWidget(self.targets)
        column.addStretch()

    def _ask_replacing(self) -> None:
        if self.other.text().strip():
            self.replacing_asked.emit(self.other.text())
