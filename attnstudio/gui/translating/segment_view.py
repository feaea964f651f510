"""One segment in full: source and translation side by side, whose words lead to the inspector."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from attnstudio.gui.look.theme import SMALL_SPACE, SPACE, set_role
from attnstudio.gui.look.wording import language_name
from attnstudio.gui.translating.word_text import WordText
from attnstudio.gui.widgets.one_line import OneLine
from attnstudio.gui.widgets.token_rows import Side

_LEAST_HEIGHT = 64


class SegmentView(QWidget):
    """Shows a segment and asks for the inspector.

    Signals:
        word_chosen: the `Side` and the place of a word that was clicked, in characters.
        inspected: the segment as a whole is to be seen there.
    """

    word_chosen = Signal(object, int)
    inspected = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = OneLine()
        set_role(self.title, "muted")
        self.inspect = QPushButton(self.tr("Look at it in the &inspector"))
        self.inspect.clicked.connect(self.inspected)
        self.texts = {side: WordText() for side in Side}
        self._names = {side: QLabel() for side in Side}
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.title, stretch=1)
        top.addWidget(self.inspect)
        sides = QGridLayout()
        sides.setHorizontalSpacing(SPACE)
        sides.setVerticalSpacing(SMALL_SPACE)
        for at, side in enumerate(Side):
            set_role(self._names[side], "muted")
            self.texts[side].setMinimumHeight(_LEAST_HEIGHT)
            if side is Side.TARGET:
                self.texts[side].setPlaceholderText(self.tr("Not translated yet"))
            self.texts[side].word_chosen.connect(
                lambda place, side=side: self.word_chosen.emit(side, place)
            )
            sides.addWidget(self._names[side], 0, at)
            sides.addWidget(self.texts[side], 1, at)
            sides.setColumnStretch(at, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE, 0, 0)
        column.setSpacing(SMALL_SPACE)
        column.addLayout(top)
        column.addLayout(sides, stretch=1)
        self.show_segment("", "", "")

    def set_languages(self, source: str, target: str) -> None:
        """Name the sides by the codes of their languages."""
        for side, code, of in (
            (Side.SOURCE, source, self.tr("Source in {language}")),
            (Side.TARGET, target, self.tr("Translation into {language}")),
        ):
            self._names[side].setText(language_name(code))
            self.texts[side].setAccessibleName(of.format(language=language_name(code)))

    def show_segment(self, title: str, source: str, target: str) -> None:
        """Show another segment.

        Args:
            title: which one it is; empty for none.
            source: its text.
            target: its translation; empty where there is none yet.
        """
        hint = self.tr("Click a word to see what the model looked at for it.")
        self.title.show_words(f"{title} · {hint}" if title else "")
        self.inspect.setEnabled(bool(source))
        for side, text in ((Side.SOURCE, source), (Side.TARGET, target)):
            if text != self.texts[side].text:  # else what is selected or underlined stays
                self.texts[side].show_text(text)
