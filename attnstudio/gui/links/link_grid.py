"""Links as a grid to edit: a row for each target word, a column for each source word."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QWidget

from attnstudio.corpus.alignment import Link
from attnstudio.gui.links.link_marks import LinkMark, mark_of
from attnstudio.gui.links.linked_words import NO_WORDS, LinkedWords
from attnstudio.gui.look.theme import Colours, colours_of
from attnstudio.interpretation.lettering import elide, isolate

_CELL = 26
_GAP = 8
_LONGEST_EM = 9.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_WITH_OTHERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class LinkGrid(QAbstractScrollArea):
    """The words stay where they are while the cells scroll.

    A click on a cell, Space on the one that the arrow keys lead to, asks for its next mark.

    Signals:
        moved: the `Link` that the cursor is on now.
        clicked: the `Link` of which the next mark is wanted.
    """

    moved = Signal(object)
    clicked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Links as a grid"))
        self.viewport().setMouseTracking(True)
        self._words = NO_WORDS
        self._cursor: Link | None = None
        self._pointed: Link | None = None
        self._left = self._top = 0
        self._is_upright = False

    def show_words(self, words: LinkedWords) -> None:
        """Show other words, or other links of the same."""
        is_other = (words.sources, words.targets) != (self._words.sources, self._words.targets)
        self._words = words
        if is_other:
            self._cursor = self._pointed = None
        self._place(is_begun=is_other)
        self._describe()

    def set_cursor(self, cell: Link | None) -> None:
        """Move the cursor without telling anybody."""
        self._cursor = cell
        if cell is not None:
            self._scroll_to(cell)
        self._describe()
        self.viewport().update()

    def cell_rect(self, cell: Link) -> QRect:
        """Where a cell is seen in the viewport."""
        column = self._column(cell.source)
        x = self._left + column * _CELL - self.horizontalScrollBar().value()
        y = self._top + cell.target * _CELL - self.verticalScrollBar().value()
        return QRect(x, y, _CELL, _CELL)

    def _column(self, source: int) -> int:
        """Where a source word stands; and back."""
        return len(self._words.sources) - 1 - source if self._words.is_source_mirrored else source

    def _place(self, *, is_begun: bool = False) -> None:
        """Find room for the words, and show the first of them where they are begun anew."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        is_mirrored = self._words.is_source_mirrored
        is_at_right = is_mirrored and (is_begun or across.value() == across.maximum())
        metrics = QFontMetricsF(self.font())
        sources, targets = (
            [metrics.horizontalAdvance(_label(word)) for word in side]
            for side in (self._words.sources, self._words.targets)
        )
        self._is_upright = max(sources, default=0.0) <= _CELL - 4
        self._left = ceil(max(targets, default=0.0)) + 2 * _GAP
        widest = metrics.height() if self._is_upright else max(sources, default=0.0)
        self._top = ceil(widest) + 2 * _GAP
        want = QSize(len(sources), len(targets)) * _CELL + QSize(_GAP, _GAP)
        have = self._room_beside_bars(want)
        for bar, wanted, seen in (
            (across, want.width(), have.width()),
            (down, want.height(), have.height()),
        ):
            bar.setPageStep(max(1, seen))
            bar.setSingleStep(_CELL)
            bar.setRange(0, max(0, wanted - seen))
            if is_begun:
                bar.setValue(0)
        if is_at_right:
            across.setValue(across.maximum())
        self.viewport().update()

    def _room_beside_bars(self, want: QSize) -> QSize:
        """What cells can be seen in, with the bars that so many of them need."""
        room = self.maximumViewportSize() - QSize(self._left, self._top)
        bar = self.verticalScrollBar().sizeHint().width()
        has_across = want.width() > room.width()
        has_down = want.height() > room.height() - has_across * bar
        has_across = want.width() > room.width() - has_down * bar
        return room - QSize(has_down * bar, has_across * bar)

    def _scroll_to(self, cell: Link) -> None:
        room = self.viewport().size()
        for bar, first, have in (
            (self.horizontalScrollBar(), self._column(cell.source), room.width() - self._left),
            (self.verticalScrollBar(), cell.target, room.height() - self._top),
        ):
            bar.setValue(max(min(bar.value(), first * _CELL), (first + 1) * _CELL - have))

    def _cell_at(self, place: QPoint) -> Link | None:
        if place.x() < self._left or place.y() < self._top:
            return None
        column = (place.x() - self._left + self.horizontalScrollBar().value()) // _CELL
        target = (place.y() - self._top + self.verticalScrollBar().value()) // _CELL
        if column >= len(self._words.sources) or target >= len(self._words.targets):
            return None
        return Link(self._column(column), target)

    def _describe(self) -> None:
        words = self.tr("Nothing is shown.")
        if self._cursor is not None:
            words = self._words.words_of(self._cursor)
        elif not self._words.is_empty:
            words = self.tr("{rows} rows, {columns} columns. Arrow keys move.").format(
                rows=len(self._words.targets), columns=len(self._words.sources)
            )
        self.setAccessibleDescription(words)

    def tell(self) -> None:
        """Say to those who cannot see it what the cursor is on."""
        QAccessible.updateAccessibility(
            QAccessibleAnnouncementEvent(self, self.accessibleDescription())
        )

    def _move(self, cell: Link) -> None:
        self.set_cursor(cell)
        self.tell()
        self.moved.emit(cell)

    def _point_at(self, cell: Link | None) -> None:
        if cell != self._pointed:
            self._pointed = cell
            self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 140)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = colours_of(self.palette())
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(colours.panel))
        if not self._words.is_empty:
            self._draw_cells(painter, colours)
            self._draw_labels(painter, colours)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def _draw_cells(self, painter: QPainter, colours: Colours) -> None:
        painter.save()
        grid = self.viewport().rect().adjusted(self._left, self._top, 0, 0)
        painter.setClipRect(grid)
        for target in range(len(self._words.targets)):
            for source in range(len(self._words.sources)):
                cell = Link(source, target)
                rect = self.cell_rect(cell)
                if rect.intersects(grid):
                    self._draw_cell(painter, colours, cell, rect)
        if self._cursor is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), 2))
            painter.drawRoundedRect(
                QRectF(self.cell_rect(self._cursor)).adjusted(1, 1, -1, -1), 3, 3
            )
        painter.restore()

    def _draw_cell(self, painter: QPainter, colours: Colours, cell: Link, rect: QRect) -> None:
        seen = self._pointed or self._cursor
        is_beside = seen is not None and (seen.source == cell.source or seen.target == cell.target)
        painter.setPen(QPen(QColor(colours.border), 1))
        painter.setBrush(QColor(colours.raised if is_beside else colours.panel))
        painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))
        draw_mark(
            painter,
            colours,
            QRectF(rect),
            mark_of(self._words.links, cell),
            was_found=cell in self._words.found.possible,
            is_doubtful=self._words.are_found and not self._words.is_drawn_sure(cell),
        )

    def _draw_labels(self, painter: QPainter, colours: Colours) -> None:
        seen = self._pointed or self._cursor
        absolute, middle = Qt.AlignmentFlag.AlignAbsolute, Qt.AlignmentFlag.AlignVCenter
        painter.save()
        painter.setClipRect(0, self._top, self._left, self.viewport().height())
        for target, word in enumerate(self._words.targets):
            top = self.cell_rect(Link(0, target)).top()
            place = QRect(_GAP, top, self._left - 2 * _GAP, _CELL)
            painter.setPen(_label_colour(colours, seen is not None and seen.target == target))
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | middle | absolute, _label(word))
        painter.setClipRect(self._left, 0, self.viewport().width(), self._top)
        for source, word in enumerate(self._words.sources):
            left = self.cell_rect(Link(source, 0)).left()
            painter.setPen(_label_colour(colours, seen is not None and seen.source == source))
            if self._is_upright:
                place = QRect(left, _GAP, _CELL, self._top - 2 * _GAP)
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, _label(word))
                continue
            painter.save()
            painter.translate(left + _CELL / 2, self._top - _GAP)
            painter.rotate(-90)
            place = QRect(0, -_CELL // 2, self._top - 2 * _GAP, _CELL)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | middle | absolute, _label(word))
            painter.restore()
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self._cell_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        cell = self._cell_at(event.position().toPoint())
        if event.button() is Qt.MouseButton.LeftButton and cell is not None:
            self._move(cell)
            self.clicked.emit(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # two quick clicks are two clicks

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        if step is None or self._words.is_empty or event.modifiers() & _WITH_OTHERS:
            super().keyPressEvent(event)
            return
        if self._cursor is None:
            self._move(Link(0, 0))
            return
        across, down = step
        across = -across if self._words.is_source_mirrored else across
        source = min(max(self._cursor.source + across, 0), len(self._words.sources) - 1)
        target = min(max(self._cursor.target + down, 0), len(self._words.targets) - 1)
        self._move(Link(source, target))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._point_at(None)
        elif isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            cell = self._cell_at(event.pos())
            words = self._words.words_of(cell) if cell is not None else ""
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._place()
        super().changeEvent(event)


def draw_mark(
    painter: QPainter,
    colours: Colours,
    rect: QRectF,
    mark: LinkMark,
    *,
    was_found: bool = False,
    is_doubtful: bool = False,
) -> None:
    """A mark by its shape as well as by its colour.

    Args:
        painter: draws it.
        colours: of the theme.
        rect: the cell.
        mark: which.
        was_found: whether the program found a link there: taken out, it leaves a ring.
        is_doubtful: whether it found it with less confidence: it is hollow.
    """
    inside = rect.adjusted(6, 6, -6, -6)
    match mark:
        case LinkMark.SURE if is_doubtful:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(1, 1, -1, -1), 3, 3)
        case LinkMark.SURE:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent))
            painter.drawRoundedRect(inside, 3, 3)
        case LinkMark.POSSIBLE:
            pen = QPen(QColor(colours.warning), 2)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inside.adjusted(1, 1, -1, -1), 3, 3)
        case LinkMark.NONE if was_found:
            painter.setPen(QPen(QColor(colours.muted), 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.center(), 3.0, 3.0)


def _label_colour(colours: Colours, is_seen: bool) -> QColor:
    return QColor(colours.accent if is_seen else colours.text)


def _label(word: str) -> str:
    return isolate(elide(word, _LONGEST_EM))
