"""Links as lines between two rows of words, to edit."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from attnstudio.corpus.alignment import Link
from attnstudio.gui.corpus.link_layout import (
    LEAST_BETWEEN,
    LEAST_HEIGHT,
    MARGIN,
    NO_ROWS,
    WordRow,
    label_of_word,
    place_words,
)
from attnstudio.gui.corpus.link_picture import line_pen, pale_pen
from attnstudio.gui.links.linked_words import NO_WORDS, LinkedWords
from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.two_rows import TwoRows
from attnstudio.interpretation.lettering import isolate


class _Clicked(Enum):
    """How many words a mouse has chosen."""

    NONE = auto()
    ONE = auto()  # its partner is awaited
    BOTH = auto()


class LinkRows(TwoRows):
    """Two words are clicked, one of each row, and their link gets its next mark.

    So it does with each further click on the second word; one word alone makes no cursor. Left and
    right move along a row, up and down lead to the word of the other row that was chosen there; the
    cursor is between both.

    Signals:
        moved: the `Link` that the cursor is on now, or None.
        clicked: the `Link` of which the next mark is wanted.
    """

    moved = Signal(object)
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        first = ChosenToken(Side.SOURCE, 0)
        keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down)
        super().__init__(first, keys, MARGIN, parent)
        self.setAccessibleName(self.tr("Linked words"))
        self._words = NO_WORDS
        self._rows = NO_ROWS
        self._cursor = Link(0, 0)
        self._clicked = _Clicked.NONE

    def show_words(self, words: LinkedWords) -> None:
        """Show other words, or other links of the same."""
        is_other = (words.sources, words.targets) != (self._words.sources, self._words.targets)
        self._words = words
        if is_other:
            self._choice = self._pointed = None
            self._clicked = _Clicked.NONE
            self._cursor = Link(0, 0)
            self._rows = {
                Side.SOURCE: WordRow(words.sources, (), words.is_source_mirrored),
                Side.TARGET: WordRow(words.targets, (), words.is_target_mirrored),
            }
            self._place()
            bar = self.horizontalScrollBar()
            bar.setValue(bar.maximum() if words.is_source_mirrored else 0)
        self._describe()
        self.viewport().update()

    def set_cursor(self, cell: Link | None) -> None:
        """Move the cursor without telling anybody; None lets go of it."""
        self._clicked = _Clicked.NONE
        if cell is None or self._words.is_empty:
            super().choose(None)
            return
        self._cursor = cell
        side = self._choice.side if self._choice is not None else Side.SOURCE
        super().choose(self._end(side))

    def choose(self, choice: ChosenToken | None) -> None:
        """Move one end of the cursor."""
        if choice is None:
            self._clicked = _Clicked.NONE
        else:
            is_source = choice.side is Side.SOURCE
            self._cursor = (
                self._cursor._replace(source=choice.index)
                if is_source
                else self._cursor._replace(target=choice.index)
            )
        super().choose(choice)

    def tell(self) -> None:
        """Say to those who cannot see it what the cursor is on."""
        self._describe()
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )

    def _end(self, side: Side) -> ChosenToken:
        return ChosenToken(side, self._cursor[0 if side is Side.SOURCE else 1])

    def _tell_choice(self) -> None:
        has_cell = self._choice is not None and self._clicked is not _Clicked.ONE
        self.moved.emit(self._cursor if has_cell else None)

    def _tell_pointed(self) -> None:
        self._describe()

    def _row(self, side: Side) -> Sequence[QRectF]:
        return self._rows[side].rects

    def _is_mirrored(self, side: Side) -> bool:
        return self._rows[side].is_mirrored

    def _across(self, token: ChosenToken) -> ChosenToken:
        return self._end(token.side.other)

    def _place(self) -> None:
        bar = self.horizontalScrollBar()
        is_at_right = self._words.is_source_mirrored and bar.value() == bar.maximum()
        self._rows, width = place_words(self._rows, self.viewport().size(), self.font())
        self._scroll_over(width)
        if is_at_right:
            bar.setValue(bar.maximum())

    def _describe(self) -> None:
        words = self.tr("Nothing is shown.")
        if self._choice is not None and self._clicked is _Clicked.ONE:
            row = self._rows[self._choice.side]
            words = self.tr("{word}: click its partner in the other row.").format(
                word=isolate(row.words[self._choice.index])
            )
        elif self._choice is not None and not self._words.is_empty:
            words = self._words.words_of(self._cursor)
        elif not self._words.is_empty:
            words = self.tr("Arrow keys choose a word of either row.")
        self.setAccessibleDescription(words)

    def _partners(self, word: ChosenToken) -> set[ChosenToken]:
        other = word.side.other
        return {
            ChosenToken(other, link.target if word.side is Side.SOURCE else link.source)
            for link in self._words.links.possible
            if self._is_of(link, word)
        }

    def _is_of(self, link: Link, word: ChosenToken) -> bool:
        return (link.source if word.side is Side.SOURCE else link.target) == word.index

    def _draw_line(self, painter: QPainter, link: Link, pen: QPen) -> None:
        above = self._rows[Side.SOURCE].rects[link.source]
        below = self._rows[Side.TARGET].rects[link.target]
        painter.setPen(pen)
        painter.drawLine(
            QPointF(above.center().x(), above.bottom()), QPointF(below.center().x(), below.top())
        )

    def _draw_word(
        self, painter: QPainter, word: ChosenToken, colours: Colours, partners: set[ChosenToken]
    ) -> None:
        row = self._rows[word.side]
        is_chosen = word == self._choice
        has_cell = self._choice is not None and self._clicked is not _Clicked.ONE
        is_end = is_chosen or (has_cell and word == self._end(word.side))
        if is_end:
            pen = QPen(QColor(colours.accent), 2.5 if is_chosen else 1.5)
        else:
            pen = QPen(QColor(colours.muted if word == self._pointed else colours.border), 1)
        painter.setPen(pen)
        is_soft = is_chosen or word in partners
        painter.setBrush(QColor(colours.accent_soft if is_soft else colours.panel))
        painter.drawRoundedRect(row.rects[word.index].adjusted(1, 1, -1, -1), 5, 5)
        has_links = bool(self._partners(word))
        painter.setPen(QColor(colours.text if has_links or is_end else colours.muted))
        painter.drawText(
            row.rects[word.index],
            Qt.AlignmentFlag.AlignCenter,
            label_of_word(row.words[word.index]),
        )

    def sizeHint(self) -> QSize:
        return QSize(480, self.minimumSizeHint().height() + LEAST_BETWEEN)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, LEAST_HEIGHT + self.horizontalScrollBar().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(colours.panel))
        painter.translate(self._offset())
        seen = self._pointed or self._choice
        words = self._words
        for link in sorted(words.links.possible, key=words.is_drawn_sure):
            pen = pale_pen(colours)
            if seen is None or self._is_of(link, seen):
                is_sure = words.is_drawn_sure(link)
                pen = line_pen(colours, is_sure=is_sure, are_found=words.are_found)
            self._draw_line(painter, link, pen)
        partners = self._partners(seen) if seen is not None else set()
        shown = QRectF(event.rect()).translated(-self._offset())
        for side, row in self._rows.items():
            for index, rect in enumerate(row.rects):
                if rect.intersects(shown):
                    self._draw_word(painter, ChosenToken(side, index), colours, partners)
        painter.resetTransform()
        self._draw_focus(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        token = self._token_at(event.position().toPoint())
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        before = self._choice
        is_across = token is not None and before is not None and token.side is not before.side
        if self._clicked is _Clicked.ONE and is_across:
            self._clicked = _Clicked.BOTH
            self._choose_and_tell(token)
            self.clicked.emit(self._cursor)
        elif self._clicked is _Clicked.BOTH and token == before:
            self.clicked.emit(self._cursor)
        else:
            self._clicked = _Clicked.ONE
            self._choose_and_tell(token)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._neighbour(event.key()) is not None:
            self._clicked = _Clicked.NONE  # keys move the cursor, of which both ends are seen
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """There is only one way to scroll, so any wheel goes it."""
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        if bar.maximum():
            bar.setValue(bar.value() - (turned.x() or turned.y()))
            event.accept()
        else:
            event.ignore()
