"""Two sentences as words with lines between: which word people found to translate which."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from attnstudio.corpus.alignment import GoldLinks, Link, Span
from attnstudio.corpus.sentence_pair import SentencePair
from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.gui.look.wording import count
from attnstudio.gui.widgets.token_rows import ChosenToken, Side, neighbour
from attnstudio.interpretation.lettering import elide, is_right_to_left, isolate

_MARGIN = 10
_WORD_HEIGHT = 28
_WORD_PADDING = 6
_GAP = 6
_LEAST_BETWEEN, _MOST_BETWEEN = 36, 120
_LONGEST_EM = 16.0
_SIDES = {Side.SOURCE: 0, Side.TARGET: 1}


class _Row(NamedTuple):
    """The words of one side, and where they stand."""

    words: tuple[str, ...]
    rects: list[QRectF]
    is_mirrored: bool
    marked: frozenset[int]


class DrawnLink(NamedTuple):
    """A link, and whether every annotator would draw it."""

    link: Link
    is_sure: bool


class LinkPicture(QAbstractScrollArea):
    """The gold links of a pair: solid lines are sure, dashed ones possible.

    A word that is clicked, pointed at or reached with the arrow keys shows its links alone. What
    does not fit is scrolled; then both rows are spread over the same width, so that what belongs
    together stands together.

    Signals:
        said: what is chosen or pointed at in words, empty for nothing.
    """

    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Linked words, as annotated"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._pair: SentencePair | None = None
        self._gold: GoldLinks | None = None
        self._rows: dict[Side, _Row] = {side: _Row((), [], False, frozenset()) for side in Side}
        self._lines: list[DrawnLink] = []
        self._links: dict[ChosenToken, list[DrawnLink]] = {}
        self._width = 0.0
        self._choice: ChosenToken | None = None
        self._pointed: ChosenToken | None = None

    def show_pair(
        self, pair: SentencePair | None, hits: Sequence[Sequence[Span]] = ((), ())
    ) -> None:
        """Show the gold links of a pair.

        Args:
            pair: None, or one without links, shows nothing.
            hits: the places in source and target that were searched for.
        """
        self._pair = pair
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
        for side in Side:
            self._rows[side] = self._row(side, hits[_SIDES[side]])
        self._place_words()
        self.horizontalScrollBar().setValue(0)
        self._describe()

    @property
    def choice(self) -> ChosenToken | None:
        """The chosen word."""
        return self._choice

    def choose(self, choice: ChosenToken | None) -> None:
        """Show the links of one word alone, or all of them."""
        self._choice = choice
        if choice is not None:
            self._scroll_to(self._rows[choice.side].rects[choice.index])
        self._describe()
        self.viewport().update()
        self.said.emit(self.accessibleDescription() if choice is not None else "")

    def word_rect(self, word: ChosenToken) -> QRectF:
        """Where a word is seen in the viewport."""
        return self._rows[word.side].rects[word.index].translated(self._offset())

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

    def _row(self, side: Side, hits: Sequence[Span]) -> _Row:
        if self._pair is None or self._gold is None:
            return _Row((), [], False, frozenset())
        is_source = side is Side.SOURCE
        text = self._pair.source if is_source else self._pair.target
        spans = self._gold.source_spans if is_source else self._gold.target_spans
        words = tuple(text[span.start : span.end] for span in spans)
        marked = frozenset(
            index
            for index, span in enumerate(spans)
            if any(hit.start < span.end and span.start < hit.end for hit in hits)
        )
        return _Row(words, [], is_right_to_left([text]), marked)

    def _place_words(self) -> None:
        metrics = QFontMetricsF(self.font())
        widths = {
            side: [
                metrics.horizontalAdvance(_label(word)) + 2 * _WORD_PADDING for word in row.words
            ]
            for side, row in self._rows.items()
        }
        needed = {side: sum(row) + _GAP * max(0, len(row) - 1) for side, row in widths.items()}
        room = self.viewport().width() - 2.0 * _MARGIN
        longest = max(needed.values())
        self._width = max(longest, room)
        for side, row in self._rows.items():
            gap, first = float(_GAP), _MARGIN + (self._width - needed[side]) / 2
            if longest > room:
                gap += (longest - needed[side]) / max(1, len(row.words) - 1)
                first = float(_MARGIN)
            lefts = accumulate((width + gap for width in widths[side][:-1]), initial=first)
            rects = [
                QRectF(self._from_left(left, width, row), self._top(side), width, _WORD_HEIGHT)
                for left, width in zip(lefts, widths[side], strict=False)
            ]
            self._rows[side] = row._replace(rects=rects)
        bar, seen = self.horizontalScrollBar(), self.viewport().width()
        bar.setPageStep(seen)
        bar.setSingleStep(40)
        bar.setRange(0, max(0, round(self._width + 2 * _MARGIN - seen)))
        self.viewport().update()

    def _top(self, side: Side) -> float:
        """The rows stand in the middle of the height, and not too far from each other."""
        room = self.viewport().height() - 2 * _MARGIN - 2 * _WORD_HEIGHT
        between = max(_LEAST_BETWEEN, min(room, _MOST_BETWEEN))
        first = _MARGIN + max(0.0, (room - between) / 2)
        return first if side is Side.SOURCE else first + _WORD_HEIGHT + between

    def _from_left(self, left: float, width: float, row: _Row) -> float:
        """A row that runs from right to left begins at the right."""
        return self._width + 2 * _MARGIN - left - width if row.is_mirrored else left

    def _offset(self) -> QPointF:
        return QPointF(-self.horizontalScrollBar().value(), 0)

    def _word_at(self, place: QPoint) -> ChosenToken | None:
        spot = QPointF(place) - self._offset()
        for side, row in self._rows.items():
            for index, rect in enumerate(row.rects):
                if rect.contains(spot):
                    return ChosenToken(side, index)
        return None

    def _scroll_to(self, rect: QRectF) -> None:
        bar, room = self.horizontalScrollBar(), self.viewport().width()
        lowest, highest = rect.right() + _MARGIN - room, rect.left() - _MARGIN
        bar.setValue(round(max(min(bar.value(), highest), lowest)))

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
            others.append(text if is_sure else self.tr("{word} (possible)").format(word=text))
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
        has_links = bool(self.links_of(word))
        painter.setPen(QColor(colours.text if has_links or is_seen else colours.muted))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, _label(row.words[word.index]))

    def _neighbour(self, key: int) -> ChosenToken | None:
        """Where a key leads to from the choice."""
        if self._choice is None:
            begins = key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down)
            return ChosenToken(Side.SOURCE, 0) if begins else None
        row = self._rows[self._choice.side]
        return neighbour(
            key,
            self._choice,
            count=len(row.words),
            is_mirrored=row.is_mirrored,
            across=self._across,
        )

    def _across(self, word: ChosenToken) -> ChosenToken:
        """The word of the other row that this one is linked to, or else the nearest in place."""
        links = self.links_of(word)
        if links:
            return _other_end(links[-1].link, word)
        here = self._rows[word.side].rects[word.index].center().x()
        others = self._rows[word.side.other].rects
        nearest = min(range(len(others)), key=lambda i: abs(others[i].center().x() - here))
        return ChosenToken(word.side.other, nearest)

    def _choose_and_tell(self, choice: ChosenToken | None) -> None:
        self.choose(choice)
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )

    def _point_at(self, word: ChosenToken | None) -> None:
        if word == self._pointed:
            return
        self._pointed = word
        self.viewport().update()
        seen = self._seen_word()
        self.said.emit(self.words_of(seen) if seen is not None else "")

    def sizeHint(self) -> QSize:
        return QSize(480, self.minimumSizeHint().height() + _LEAST_BETWEEN)

    def minimumSizeHint(self) -> QSize:
        rows = 2 * _MARGIN + 2 * _WORD_HEIGHT + _LEAST_BETWEEN
        return QSize(200, rows + self.horizontalScrollBar().sizeHint().height())

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
            self._draw_line(painter, link, line_pen(colours, is_sure=is_sure))
        shown = QRectF(event.rect()).translated(-self._offset())
        for side, row in self._rows.items():
            for index, rect in enumerate(row.rects):
                if rect.intersects(shown):
                    self._draw_word(painter, ChosenToken(side, index), colours)
        painter.resetTransform()
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_words()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._word_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            word = self._word_at(event.position().toPoint())
            self._choose_and_tell(None if word == self._choice else word)

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._choice is not None:
            self._choose_and_tell(None)
        elif self._rows[Side.SOURCE].words and (word := self._neighbour(event.key())) is not None:
            self._choose_and_tell(word)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._place_words()
        super().changeEvent(event)


def line_pen(colours: Colours, *, is_sure: bool) -> QPen:
    """How a link is drawn: a sure one thick and solid, a possible one thin and dashed."""
    if is_sure:
        return QPen(QColor(colours.accent), 2.2)
    pen = QPen(QColor(colours.warning), 1.4)
    pen.setDashPattern([4.0, 3.0])
    return pen


def pale_pen(colours: Colours) -> QPen:
    """How a link is drawn while those of another word are shown."""
    return QPen(QColor(colours.border), 1.0)


def _other_end(link: Link, word: ChosenToken) -> ChosenToken:
    """Where one of the links of a word leads to."""
    place = link.target if word.side is Side.SOURCE else link.source
    return ChosenToken(word.side.other, place)


def _label(word: str) -> str:
    return isolate(elide(word, _LONGEST_EM))
