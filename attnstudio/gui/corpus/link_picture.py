"""Two sentences as words with lines between: which word people found to translate which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from attnstudio.corpus.alignment import GoldLinks, Link, Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.corpus.link_layout import (
    LEAST_BETWEEN,
    LEAST_HEIGHT,
    MARGIN,
    NO_ROWS,
    WordRow,
    label_of_word,
    place_words,
)
from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.token_rows import ChosenToken, Side
from attnstudio.gui.widgets.two_rows import TwoRows
from attnstudio.interpretation.lettering import is_right_to_left, isolate

_SIDES = {Side.SOURCE: 0, Side.TARGET: 1}


class DrawnLink(NamedTuple):
    """A link, and whether every annotator would draw it."""

    link: Link
    is_sure: bool


class LinkPicture(TwoRows):
    """The links of a pair: solid lines are sure, dashed ones possible, or found less certainly.

    A word that is clicked, pointed at or reached with the arrow keys shows its links alone. What
    does not fit is scrolled; then both rows are spread over the same width, so that what belongs
    together stands together.

    Signals:
        said: what is chosen or pointed at in words, empty for nothing.
    """

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        first = ChosenToken(Side.SOURCE, 0)
        super().__init__(
            first, (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down), MARGIN, parent
        )
        self._gold: GoldLinks | None = None
        self._rows = NO_ROWS
        self._are_found = False
        self._lines: list[DrawnLink] = []
        self._links: dict[ChosenToken, list[DrawnLink]] = {}
        self.setAccessibleName(self.tr("Linked words, as annotated"))

    def show_pair(
        self,
        pair: SentencePair | None,
        hits: Sequence[Sequence[Span]] = ((), ()),
        *,
        are_found: bool = False,
    ) -> None:
        """Show the gold links of a pair.

        Args:
            pair: None, or one without links, shows nothing.
            hits: the places in source and target that were searched for.
            are_found: whether its links were found, where the possible ones are less certain.
        """
        self._are_found = are_found
        self._gold = pair.gold if pair is not None else None
        self._choice = self._pointed = None
        self._lines = self._sorted_lines()
        self._links = {}
        for line in self._lines:
            for word in (
                ChosenToken(Side.SOURCE, line.link.source),
                ChosenToken(Side.TARGET, line.link.target),
            ):
                self._links.setdefault(word, []).append(line)
        self._rows = {side: _words_of(self._gold, pair, side, hits[_SIDES[side]]) for side in Side}
        self._place()
        self.horizontalScrollBar().setValue(0)
        self._describe()

    def choose(self, choice: ChosenToken | None) -> None:
        """Show the links of one word alone, or all of them."""
        super().choose(choice)
        self.said.emit(self.accessibleDescription() if choice is not None else "")

    def links_of(self, word: ChosenToken) -> list[DrawnLink]:
        """The links of one word, the possible ones first."""
        return self._links.get(word, [])

    def _sorted_lines(self) -> list[DrawnLink]:
        """The sure ones last, so that they are drawn on top."""
        if self._gold is None:
            return []
        alignment = self._gold.alignment
        lines = [DrawnLink(link, link in alignment.sure) for link in sorted(alignment.possible)]
        return sorted(lines, key=lambda line: line.is_sure)

    def _row(self, side: Side) -> Sequence[QRectF]:
        return self._rows[side].rects

    def _is_mirrored(self, side: Side) -> bool:
        return self._rows[side].is_mirrored

    def _place(self) -> None:
        self._rows, width = place_words(self._rows, self.viewport().size(), self.font())
        self._scroll_over(width)

    def _describe(self) -> None:
        words = self.tr("Nothing is shown.")
        if self._choice is not None:
            words = self.words_of(self._choice)
        elif self._gold is not None:
            words = self.tr(
                "{n} links, listed under List. Arrow keys choose a word and tell its links."
            ).format(n=count(len(self._lines)))
        self.setAccessibleDescription(words)

    def words_of(self, word: ChosenToken) -> str:
        """A word and what it is linked to: ``house: Haus, Gebäude (possible)``."""
        others = []
        for link, is_sure in sorted(self.links_of(word)):
            text = isolate(self._word(_other_end(link, word)))
            words = self.tr("{word} (possible)")
            if self._are_found:
                words = self.tr("{word} (less certain)")
            others.append(text if is_sure else words.format(word=text))
        return self.tr("{word}: {linked}").format(
            word=isolate(self._word(word)),
            linked=", ".join(others) or self.tr("no link"),
        )

    def _word(self, word: ChosenToken) -> str:
        return self._rows[word.side].words[word.index]

    def _seen_word(self) -> ChosenToken | None:
        """The word whose links are shown alone."""
        return self._pointed or self._choice

    def _draw_line(self, painter: QPainter, link: Link, pen: QPen) -> None:
        above = self._rows[Side.SOURCE].rects[link.source]
        below = self._rows[Side.TARGET].rects[link.target]
        painter.setPen(pen)
        painter.drawLine(
            QPointF(above.center().x(), above.bottom()), QPointF(below.center().x(), below.top())
        )

    def _draw_word(self, painter: QPainter, word: ChosenToken, colours: Colours) -> None:
        row = self._rows[word.side]
        rect, seen = row.rects[word.index], self._seen_word()
        is_seen = word == seen
        is_partner = seen is not None and any(
            word == _other_end(link, seen) for link, _ in self.links_of(seen)
        )
        if word.index in row.marked:
            painter.fillRect(rect.adjusted(2, 4, -2, -4), QColor(colours.mark))
        if is_seen or is_partner:
            painter.setPen(QPen(QColor(colours.accent), 2 if is_seen else 1))
            painter.setBrush(QColor(colours.accent_soft))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 5, 5)
        is_marked = word.index in row.marked  # on that ground, muted words cannot be read
        is_plain = is_marked or is_seen or bool(self.links_of(word))
        painter.setPen(QColor(colours.text if is_plain else colours.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, label_of_word(row.words[word.index]))

    def _across(self, token: ChosenToken) -> ChosenToken:
        """The word that this one is linked to, or else the nearest in place."""
        links = self.links_of(token)
        if links:
            return _other_end(links[-1].link, token)
        here = self._row(token.side)[token.index].center().x()
        others = self._row(token.side.other)
        nearest = min(range(len(others)), key=lambda i: abs(others[i].center().x() - here))
        return ChosenToken(token.side.other, nearest)

    def _tell_pointed(self) -> None:
        seen = self._seen_word()
        self.said.emit(self.words_of(seen) if seen is not None else "")

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
        seen = self._seen_word()
        alone = self.links_of(seen) if seen is not None else self._lines
        if seen is not None:
            for link, _ in self._lines:
                self._draw_line(painter, link, pale_pen(colours))
        for link, is_sure in alone:
            pen = line_pen(colours, is_sure=is_sure, are_found=self._are_found)
            self._draw_line(painter, link, pen)
        shown = QRectF(event.rect()).translated(-self._offset())
        for side, row in self._rows.items():
            for index, rect in enumerate(row.rects):
                if rect.intersects(shown):
                    self._draw_word(painter, ChosenToken(side, index), colours)
        painter.resetTransform()
        self._draw_focus(painter)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """There is only one way to scroll, so any wheel goes it."""
        turned = event.angleDelta()
        bar = self.horizontalScrollBar()
        if bar.maximum():
            bar.setValue(bar.value() - (turned.x() or turned.y()))
            event.accept()
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
            and self._choice is not None
        ):
            event.accept()  # it lets go of the word, and clears the search only after that
            return True
        return super().event(event)


def line_pen(colours: Colours, *, is_sure: bool, are_found: bool = False) -> QPen:
    """How a link is drawn: a sure one thick and solid, a possible one thin and dashed.

    Those that the program found all have one colour.
    """
    if is_sure:
        return QPen(QColor(colours.accent), 2.2)
    pen = QPen(QColor(colours.accent if are_found else colours.warning), 1.4)
    pen.setDashPattern([4.0, 3.0])
    return pen


def pale_pen(colours: Colours) -> QPen:
    """How a link is drawn while those of another word are shown."""
    return QPen(QColor(colours.border), 1.0)


def _other_end(link: Link, word: ChosenToken) -> ChosenToken:
    """Where one of the links of a word leads to."""
    place = link.target if word.side is Side.SOURCE else link.source
    return ChosenToken(word.side.other, place)


def _words_of(
    gold: GoldLinks | None, pair: SentencePair | None, side: Side, hits: Sequence[Span]
) -> WordRow:
    if pair is None or gold is None:
        return WordRow()
    is_source = side is Side.SOURCE
    text = pair.source if is_source else pair.target
    spans = gold.source_spans if is_source else gold.target_spans
    words = tuple(text[span.start : span.end] for span in spans)
    marked = frozenset(
        index
        for index, span in enumerate(spans)
        if any(hit.start < span.end and span.start < hit.end for hit in hits)
    )
    return WordRow(words, (), is_right_to_left([text]), marked)
