"""A sentence whose words can be clicked, and that can be selected and copied like any text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from attnstudio.corpus.alignment import Span
from attnstudio.interpretation.lettering import is_right_to_left
from attnstudio.interpretation.words import word_spans

_At = Qt.AlignmentFlag


class WordText(QTextEdit):
    """Reads like a text, is pointed at like a list of words.

    The word under the pointer, or the one that keys have gone to, is underlined.

    Signals:
        word_chosen: where a word that was clicked, or at which Enter was pressed, begins; in
            characters of the text.
    """

    word_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.viewport().setMouseTracking(True)
        for widget in (self, self.viewport()):  # what is dropped is for what the text stands in
            widget.setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._text = ""
        self._spans: list[Span] = []
        self._places: list[int] = []  # of each character in Qt's count, of two for what is rare
        self._at: int | None = None  # the word that is underlined

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text

    @property
    def word(self) -> str:
        """The word that is underlined; empty where none is."""
        if self._at is None:
            return ""
        span = self._spans[self._at]
        return self._text[span.start : span.end]

    def show_text(self, text: str) -> None:
        """Show another text, of one line."""
        self._text, self._spans = text, word_spans(text)
        self._places = _qt_places(text)
        self._at = None
        option = self.document().defaultTextOption()
        runs_left = is_right_to_left([text])
        option.setTextDirection(_RIGHT_TO_LEFT if runs_left else _LEFT_TO_RIGHT)
        across = _At.AlignRight if runs_left else _At.AlignLeft
        option.setAlignment(_At.AlignAbsolute | across)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self.setPlainText(text)
        self._underline(None)

    def _underline(self, number: int | None) -> None:
        self._at = number
        if number is None:
            self.setExtraSelections([])
        else:
            marked = QTextEdit.ExtraSelection()
            span = self._spans[number]
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._places[span.start])
            cursor.setPosition(self._places[span.end], QTextCursor.MoveMode.KeepAnchor)
            look = QTextCharFormat()
            look.setFontUnderline(True)
            look.setForeground(self.palette().link())
            marked.cursor, marked.format = cursor, look
            self.setExtraSelections([marked])
        shape = _HAND if number is not None else Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)

    def _word_at(self, event: QMouseEvent) -> int | None:
        """The number of the word under the pointer; None beside all words."""
        scrolled = QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        place = (
            self.document()
            .documentLayout()
            .hitTest(event.position() + scrolled, Qt.HitTestAccuracy.ExactHit)
        )
        for number, span in enumerate(self._spans):
            if self._places[span.start] <= place < self._places[span.end]:
                return number
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self._underline(self._word_at(event))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses a word; what was drawn over several letters is only selected."""
        super().mouseReleaseEvent(event)
        is_click = event.button() == Qt.MouseButton.LeftButton
        number = self._word_at(event)
        if is_click and number is not None and not self.textCursor().hasSelection():
            self._choose(number)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._underline(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        by_keys = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        if self._at is None and self._spans and event.reason() in by_keys:
            self._underline(0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._underline(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from word to word as they stand, Enter chooses one."""
        key = event.key()
        if event.modifiers() & _WITH or not self._spans:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at is not None:
            self._choose(self._at)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            ahead = (key == Qt.Key.Key_Right) != is_right_to_left([self._text])
            self._go(1 if ahead else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._underline(0 if key == Qt.Key.Key_Home else len(self._spans) - 1)
        else:
            super().keyPressEvent(event)

    def _go(self, move: int) -> None:
        last = len(self._spans) - 1
        at = (0 if move > 0 else last) if self._at is None else self._at + move
        self._underline(min(last, max(0, at)))
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._places[self._spans[self._at or 0].start])
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _choose(self, number: int) -> None:
        self.word_chosen.emit(self._spans[number].start)


_LEFT_TO_RIGHT, _RIGHT_TO_LEFT = Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft
_HAND = Qt.CursorShape.PointingHandCursor
_WITH = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


def _qt_places(text: str) -> list[int]:
    """Where each character begins as Qt counts, which takes rare ones for two; then the end."""
    places = [0]
    for character in text:
        places.append(places[-1] + (2 if ord(character) > 0xFFFF else 1))
    return places
